import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EmailMessage } from '@azure/communication-email';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMail } from '../../infra/local/mail/server.js';
import { clientFor, messageTo, sender, startService, type MailService } from './mail-service.js';

let service: MailService;

beforeEach(async () => {
  service = await startService();
});

afterEach(() => service.stop());

const send = (message: EmailMessage, options = {}) =>
  clientFor(service.mail.connectionString).beginSend(message, { updateIntervalInMs: 1, ...options });

const restart = async (options: Parameters<typeof startService>[0]): Promise<void> => {
  await service.stop();
  service = await startService(options);
};

describe('sending with the real client', () => {
  it('accepts a mail under the operation id given, and ends as Succeeded', async () => {
    const operationId = randomUUID();
    const poller = await send(messageTo('ada@example.org'), { operationId });
    const result = await poller.pollUntilDone();
    expect(result).toMatchObject({ id: operationId, status: 'Succeeded' });
    expect(service.mail.inbox()).toMatchObject([
      { operationId, recipient: 'ada@example.org', text: 'Hello' },
    ]);
  });

  it('answers NotStarted and Running before the end', async () => {
    await restart({ pending: ['NotStarted', 'Running'] });
    const poller = await send(messageTo('ada@example.org'));
    // Beginning a send already asks once.
    const done = [poller.isDone()];
    for (let count = 0; count < 2; count += 1) {
      await poller.poll();
      done.push(poller.isDone());
    }
    expect(done).toEqual([false, false, true]);
    expect((await poller.pollUntilDone()).status).toBe('Succeeded');
  });

  it('makes an operation id when none is given', async () => {
    const result = await (await send(messageTo('ada@example.org'))).pollUntilDone();
    expect(result.id).toBe(service.mail.inbox()[0]?.operationId);
  });

  it('never deduplicates: the same operation id twice is two mails', async () => {
    const operationId = randomUUID();
    const customHeaders = {
      'Repeatability-Request-ID': operationId,
      'Repeatability-First-Sent': 'Tue, 24 Nov 2026 03:00:00 GMT',
    };
    const options = { operationId, clientRequestId: randomUUID(), requestOptions: { customHeaders } };
    for (let count = 0; count < 2; count += 1) await send(messageTo('ada@example.org'), options);
    const recorded = {
      operationId,
      clientRequestId: options.clientRequestId,
      repeatabilityRequestId: operationId,
      repeatabilityFirstSent: 'Tue, 24 Nov 2026 03:00:00 GMT',
    };
    expect(service.mail.inbox()).toMatchObject([recorded, recorded]);
  });

  it('makes one mail for each recipient, kept over a restart', async () => {
    await send({
      ...messageTo('ada@example.org'),
      recipients: {
        to: [{ address: 'ada@example.org' }],
        cc: [{ address: 'ben@example.org' }],
        bcc: [{ address: 'cleo@example.org' }],
      },
    });
    const before = service.mail.inbox();
    expect(before.map((mail) => mail.recipient)).toEqual([
      'ada@example.org',
      'ben@example.org',
      'cleo@example.org',
    ]);
    expect(readFileSync(before[0]?.file ?? '', 'utf8')).not.toContain('cleo@');
    await service.mail.close();
    service.mail = await startMail({ port: 0, directory: service.directory, senders: [sender] });
    expect(service.mail.inbox()).toEqual(before);
  });

  it('shows none of a mail whose acceptance a crash cut off', async () => {
    await send(messageTo('ada@example.org', 'ben@example.org'));
    await service.mail.close();
    // The record is written last: without it only the .eml files are there.
    for (const record of readdirSync(join(service.directory, 'accepted'))) {
      rmSync(join(service.directory, 'accepted', record));
    }
    expect(readdirSync(join(service.directory, 'mail'))).toHaveLength(2);
    service.mail = await startMail({ port: 0, directory: service.directory, senders: [sender] });
    expect(service.mail.inbox()).toEqual([]);
  });

  it('writes text, HTML and attachments to the .eml file byte for byte', async () => {
    const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
    await send({
      senderAddress: sender,
      headers: { 'X-Checkpoint': 'abc' },
      content: {
        subject: 'Bericht für Zoë\r\nBcc: evil@example.org',
        plainText: 'Grüße',
        html: '<p>Grüße</p>',
      },
      recipients: { to: [{ address: 'ada@example.org', displayName: 'Ada "the first", née Byron' }] },
      attachments: [
        {
          name: 'posture "1".pdf',
          contentType: 'application/pdf',
          contentInBase64: content.toString('base64'),
        },
      ],
    });
    const [mail] = service.mail.inbox();
    expect(mail?.attachments).toEqual([
      {
        name: 'posture "1".pdf',
        contentType: 'application/pdf',
        size: 1000,
        sha256: createHash('sha256').update(content).digest('hex'),
      },
    ]);
    const eml = readFileSync(mail?.file ?? '', 'latin1');
    expect(eml).toContain('X-Checkpoint: abc\r\n');
    expect(eml).not.toMatch(/^Bcc:/m);
    expect(eml).toContain("filename*=utf-8''posture%20%221%22.pdf");
    expect(eml.replaceAll('\r\n', '')).toContain(content.toString('base64'));
    expect(eml.replaceAll('\r\n', '')).toContain(Buffer.from('<p>Grüße</p>').toString('base64'));
    expect(Math.max(...eml.split('\r\n').map((line) => line.length))).toBeLessThan(200);
  });

  it('fails the operation when nothing went out', async () => {
    const suppressed = await send(messageTo('suppressed@example.org'));
    await expect(suppressed.pollUntilDone()).rejects.toThrow('all recipients were suppressed');
    const dropped = await send(messageTo('fail@example.org'));
    await expect(dropped.pollUntilDone()).rejects.toThrow('dropped after several attempts');
  });
});

describe('refusing', () => {
  const refused = (message: EmailMessage, expected: object, options = {}) =>
    expect(send(message, options)).rejects.toMatchObject(expected);

  afterEach(() => expect(service.mail.inbox()).toEqual([]));

  it('refuses a wrong key, a changed body, a changed host and an old date', async () => {
    const other = service.mail.connectionString.replace(/accesskey=.*/, 'accesskey=b3RoZXI=');
    await expect(clientFor(other).beginSend(messageTo('ada@example.org'))).rejects.toMatchObject({
      statusCode: 401,
    });
    for (const change of [
      { body: '{}' },
      { host: 'localhost:1' },
      { date: 'Tue, 24 Nov 2020 03:00:00 GMT' },
      {},
    ]) {
      const client = clientFor(service.mail.connectionString);
      const pipeline = (client as unknown as { generatedClient: { pipeline: Pipeline } }).generatedClient
        .pipeline;
      pipeline.addPolicy(
        {
          name: 'tamper',
          sendRequest: (request, next) => {
            if ('body' in change) request.body = change.body;
            if ('host' in change) request.headers.set('host', change.host);
            if ('date' in change) request.headers.set('x-ms-date', change.date);
            if (Object.keys(change).length === 0) request.headers.delete('authorization');
            return next(request);
          },
        },
        { afterPhase: 'Sign' },
      );
      await expect(client.beginSend(messageTo('ada@example.org'))).rejects.toMatchObject({ statusCode: 401 });
    }
  });

  it('refuses a sender that is not verified', async () => {
    const message = messageTo('ada@example.org');
    await refused(
      { ...message, senderAddress: 'other@aispm.example' },
      { statusCode: 400, code: 'InvalidSenderUserName' },
    );
    await refused(
      { ...message, senderAddress: 'a@elsewhere.example' },
      { statusCode: 404, code: 'DomainNotLinked' },
    );
  });

  it('refuses a bad address, a bad operation id, more than 50 recipients and an empty mail', async () => {
    await refused(messageTo('not an address'), { statusCode: 400, code: 'InvalidEmailAddress' });
    await refused(
      messageTo('a@example.org'),
      { statusCode: 400 },
      { requestOptions: { customHeaders: { 'Operation-Id': 'x' } } },
    );
    await refused(messageTo(...Array.from({ length: 51 }, (_, index) => `a${index}@example.org`)), {
      statusCode: 400,
    });
    await refused(
      { ...messageTo('a@example.org'), content: { subject: 'x', plainText: '' } },
      { statusCode: 400 },
    );
  });

  it('refuses a request over 10 MB with 413', async () => {
    const contentInBase64 = 'A'.repeat(10 * 1024 * 1024);
    const attachments = [{ name: 'big', contentType: 'text/plain', contentInBase64 }];
    await refused({ ...messageTo('ada@example.org'), attachments }, { statusCode: 413 });
  });

  it('shows the error in the body and in x-ms-error-code', async () => {
    const response = await fetch(`${service.mail.endpoint}/emails:send?api-version=2025-09-01`, {
      method: 'POST',
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('x-ms-error-code')).toBe('Denied');
    expect(await response.json()).toMatchObject({ error: { code: 'Denied' } });
  });
});

describe('rate limits', () => {
  it('answers 429 with Retry-After over the sends of a minute, and counts the refused ones', async () => {
    await restart({ limits: { send: { perMinute: 2, perHour: 100 } } });
    for (let count = 0; count < 2; count += 1) await send(messageTo('ada@example.org'));
    const error = await send(messageTo('ada@example.org')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ statusCode: 429, code: 'TooManyRequests' });
    const retryAfter = (error as { response: { headers: Map<string, string> } }).response.headers.get(
      'retry-after',
    );
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    expect(service.mail.inbox()).toHaveLength(2);
  });

  it('limits status requests by themselves', async () => {
    await restart({ limits: { status: { perHour: 1 } }, pending: [] });
    const poller = await send(messageTo('ada@example.org'));
    await expect(poller.pollUntilDone()).resolves.toMatchObject({ status: 'Succeeded' });
    await expect(send(messageTo('ada@example.org'))).rejects.toMatchObject({ statusCode: 429 });
  });
});

type Pipeline = {
  addPolicy(
    policy: {
      name: string;
      sendRequest(request: PipelineRequest, next: (request: PipelineRequest) => unknown): unknown;
    },
    options: { afterPhase: 'Sign' },
  ): void;
};
type PipelineRequest = {
  body?: unknown;
  headers: { set(name: string, value: string): void; delete(name: string): void };
};
