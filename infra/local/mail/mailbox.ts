import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.js';
import { recipientsOf, type EmailMessage } from './message.js';
import { composeMime } from './mime.js';

/** One mail in one inbox. A send to three recipients is three of these; a repeated send is three more. */
export type ReceivedMail = {
  id: string;
  operationId: string;
  clientRequestId?: string;
  repeatabilityRequestId?: string;
  repeatabilityFirstSent?: string;
  internetMessageId: string;
  sender: string;
  recipient: string;
  subject: string;
  text?: string;
  html?: string;
  headers: Record<string, string>;
  attachments: { name: string; contentType: string; size: number; sha256: string }[];
  receivedAt: string;
  /** The `.eml` file. */
  file: string;
};

/** What a send said about itself in headers. */
export type SendIds = Pick<
  ReceivedMail,
  'operationId' | 'clientRequestId' | 'repeatabilityRequestId' | 'repeatabilityFirstSent'
>;

type Acceptance = SendIds & {
  sequence: number;
  acceptedAt: string;
  message: EmailMessage;
  mails: { id: string; recipient: string; internetMessageId: string }[];
};

export type Mailbox = {
  /** Oldest first. */
  mails(): ReceivedMail[];
  /** Stores the mail of every recipient; all of it is on disk, as one, when this returns. */
  accept(message: EmailMessage, ids: SendIds): ReceivedMail[];
  attachment(id: string, index: number): { name: string; content: Buffer } | undefined;
  /** Remembers that the delivery reports of this mail have been received, so that a restart sends none again. */
  markReported(id: string): void;
  isReported(id: string): boolean;
};

/**
 * A send is accepted by the appearance of one record that names all its mails; their `.eml` files are
 * written before it. A crash in between leaves files that no record names, which is a mail never accepted.
 */
export const openMailbox = (directory: string): Mailbox => {
  const folders = { accepted: join(directory, 'accepted'), mail: join(directory, 'mail') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const recordOf = (sequence: number): string =>
    join(folders.accepted, `${String(sequence).padStart(8, '0')}.json`);
  const reportedMark = (id: string): string => join(folders.mail, `${id}.reported`);
  const read = (path: string): Acceptance => JSON.parse(readFileSync(path, 'utf8')) as Acceptance;
  const origin = new Map<string, number>();
  const mails: ReceivedMail[] = [];
  const show = (acceptance: Acceptance): ReceivedMail[] => {
    const shown = acceptance.mails.map((mail) =>
      describe(acceptance, mail, join(folders.mail, `${mail.id}.eml`)),
    );
    for (const mail of shown) origin.set(mail.id, acceptance.sequence);
    mails.push(...shown);
    return shown;
  };
  const records = readdirSync(folders.accepted).filter((file) => file.endsWith('.json'));
  for (const file of records.sort()) show(read(join(folders.accepted, file)));
  let sequence = Math.max(0, ...origin.values());

  return {
    mails: () => [...mails],
    accept: (message, ids) => {
      sequence += 1;
      const acceptance = makeAcceptance(sequence, message, ids);
      for (const mail of acceptance.mails) {
        const envelope = { ...mail, date: new Date(acceptance.acceptedAt), boundary: `part-${mail.id}` };
        writeDurably(join(folders.mail, `${mail.id}.eml`), composeMime(message, envelope));
      }
      writeDurably(recordOf(sequence), JSON.stringify(acceptance));
      return show(acceptance);
    },
    attachment: (id, index) => {
      const from = origin.get(id);
      const file = from === undefined ? undefined : read(recordOf(from)).message.attachments?.[index];
      return file === undefined
        ? undefined
        : { name: file.name, content: Buffer.from(file.contentInBase64, 'base64') };
    },
    markReported: (id) => writeDurably(reportedMark(id), ''),
    isReported: (id) => existsSync(reportedMark(id)),
  };
};

const makeAcceptance = (sequence: number, message: EmailMessage, ids: SendIds): Acceptance => ({
  ...ids,
  sequence,
  acceptedAt: new Date().toISOString(),
  message,
  mails: recipientsOf(message).map((recipient) => {
    const id = randomUUID();
    return { id, recipient, internetMessageId: `<${id}@mail.local>` };
  }),
});

const describe = (acceptance: Acceptance, mail: Acceptance['mails'][number], file: string): ReceivedMail => {
  const { sequence: _sequence, acceptedAt, message, mails: _mails, ...ids } = acceptance;
  const { subject, plainText, html } = message.content;
  return {
    ...ids,
    ...mail,
    sender: message.senderAddress,
    subject,
    ...(plainText === undefined ? {} : { text: plainText }),
    ...(html === undefined ? {} : { html }),
    headers: message.headers ?? {},
    attachments: (message.attachments ?? []).map(({ name, contentType, contentInBase64 }) => {
      const content = Buffer.from(contentInBase64, 'base64');
      return {
        name,
        contentType,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      };
    }),
    receivedAt: acceptedAt,
    file,
  };
};
