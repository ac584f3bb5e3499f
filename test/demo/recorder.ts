import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventNameOf, eventSchemas, type EvidenceEvent } from '../../schemas/evidence.js';

export type Recorder = {
  url: string;
  /** Every event taken, in the order it came, each checked against its schema. */
  events: EvidenceEvent[];
  /** What was posted, refused posts included. */
  posts: { contentType: string; authorization: string; events: number; status: number }[];
  /** Answers of the next posts, in turn, instead of taking them. */
  refuseNext(...statuses: number[]): void;
  close(): Promise<void>;
};

/** Takes evidence over HTTP as the service's endpoint does, as far as a sender can tell. */
export async function startRecorder(): Promise<Recorder> {
  const events: EvidenceEvent[] = [];
  const posts: Recorder['posts'] = [];
  const refusals: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const batch = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown[];
      const status = refusals.shift() ?? 202;
      posts.push({
        contentType: request.headers['content-type'] ?? '',
        authorization: request.headers.authorization ?? '',
        events: batch.length,
        status,
      });
      if (status !== 202) return response.writeHead(status, { 'retry-after': '0' }).end();
      events.push(...batch.map(checked));
      const accepted = batch.map((_, index) => ({ id: String(index), digest: '' }));
      response.writeHead(202, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ accepted, duplicates: [], rejected: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    events,
    posts,
    refuseNext: (...statuses) => void refusals.push(...statuses),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The strict schema of the event's own type: whatever the service would refuse throws here. */
function checked(value: unknown): EvidenceEvent {
  const type = (value as { type: string }).type;
  const name = eventNameOf(type);
  if (name === null) throw new Error(`${type} is not a type of ours`);
  return eventSchemas[name].parse(value);
}
