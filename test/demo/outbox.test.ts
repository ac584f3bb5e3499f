import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutbox, type Outbox } from '../../infra/local/demo/outbox.js';
import { makeSigner, type SignedEvent } from '../../infra/local/demo/signer.js';

type Post = { ids: string[]; answer(status: number, body?: unknown): void };

let server: ReturnType<typeof createServer>;
let outbox: Outbox;
const posts: Post[] = [];
const waiting: ((post: Post) => void)[] = [];
const nextPost = (): Promise<Post> =>
  new Promise((resolve) => {
    const post = posts.shift();
    if (post) resolve(post);
    else waiting.push(resolve);
  });

const answering =
  (response: ServerResponse): Post['answer'] =>
  (status, body = { accepted: [], duplicates: [], rejected: [] }) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

beforeEach(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const events = JSON.parse(Buffer.concat(chunks).toString('utf8')) as SignedEvent[];
      const post = { ids: events.map(({ id }) => id), answer: answering(response) };
      const next = waiting.shift();
      if (next) next(post);
      else posts.push(post);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  outbox = openOutbox({ url: `http://127.0.0.1:${port}/`, token: () => Promise.resolve('a-token') });
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const event = async (id: string): Promise<SignedEvent> =>
  (await makeSigner()).sign({
    specversion: '1.0',
    id,
    source: 'urn:test',
    type: 'aispm.session.recorded',
    time: '2026-11-24T04:00:00.000Z',
    datacontenttype: 'application/json',
    tenantid: 'harbour',
    environment: 'dev',
    data: {},
  });

test('an event that comes in while others are under way is sent after them, not lost with them', async () => {
  outbox.put(await event('first'));
  const flushed = outbox.flush();
  const first = await nextPost();
  outbox.put(await event('second'));
  first.answer(202);
  const second = await nextPost();
  second.answer(202);
  await flushed;
  expect([first.ids, second.ids]).toEqual([['first'], ['second']]);
});

test('what the service cannot take now is sent again as it was', async () => {
  outbox.put(await event('only'));
  const flushed = outbox.flush();
  (await nextPost()).answer(503);
  const again = await nextPost();
  again.answer(202, { accepted: [], duplicates: [{ id: 'only' }], rejected: [] });
  await flushed;
  expect(again.ids).toEqual(['only']);
  expect(outbox.receipts().duplicates).toEqual([{ id: 'only' }]);
});

test('a refusal that no repetition would change fails the flush and names the answer', async () => {
  outbox.put(await event('only'));
  const flushed = outbox.flush();
  (await nextPost()).answer(401, { code: 'unauthenticated' });
  await expect(flushed).rejects.toThrow('401');
});
