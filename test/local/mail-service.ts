import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmailClient, type EmailMessage } from '@azure/communication-email';
import { listen } from '../../infra/local/listen.js';
import { startMail, type Mail, type MailOptions } from '../../infra/local/mail/server.js';

export const sender = 'reports@aispm.example';

/** A test that restarts the stand-in on its folder puts the new one in `mail`. */
export type MailService = { mail: Mail; directory: string; stop(): Promise<void> };

/** A mail stand-in in a folder of its own. */
export const startService = async (options: Partial<MailOptions> = {}): Promise<MailService> => {
  const directory = await mkdtemp(join(tmpdir(), 'mail-'));
  const mail = await startMail({ port: 0, directory, senders: [sender], retryDelaysMs: [1, 1], ...options });
  const service: MailService = {
    mail,
    directory,
    stop: async () => {
      await service.mail.close();
      await rm(directory, { recursive: true });
    },
  };
  return service;
};

export const clientFor = (connectionString: string): EmailClient =>
  new EmailClient(connectionString, { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } });

export const messageTo = (...recipients: string[]): EmailMessage => ({
  senderAddress: sender,
  content: { subject: 'Posture', plainText: 'Hello' },
  recipients: { to: recipients.map((address) => ({ address })) },
});

export type Posted = { headers: NodeJS.Dict<string | string[]>; event: CloudEvent };
export type CloudEvent = { id: string; type: string; subject: string; specversion: string; data: EventData };
export type EventData = { recipient: string; messageId: string; status: string; internetMessageId: string };

/** A webhook that answers the given statuses in turn, then 200, and keeps what it was sent. */
export const startWebhook = async (statuses: number[] = []) => {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(request, 'end');
      posted.push({
        headers: request.headers,
        event: JSON.parse(Buffer.concat(chunks).toString()) as CloudEvent,
      });
      response.writeHead(statuses.shift() ?? 200).end();
    })();
  });
  const listening = await listen(server, 0, 'the test');
  return { url: `http://127.0.0.1:${listening.port}/hook`, posted, close: () => listening.close() };
};

/** Waits for a condition; the test's own time limit is the only one. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(5);
};
