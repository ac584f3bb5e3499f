import type SMTPConnection from 'nodemailer/lib/smtp-connection';

import { z } from 'zod';

import type { MailMessage, MailProvider, SendOutcome } from '../ports.js';

export type SmtpAccount = {
  host: string;
  /** 465 speaks TLS from the start; on any other port STARTTLS is demanded. */
  port: number;
  sender: string;
  /** Reads the credentials: a secret of the vault, as JSON. Null where there is none. */
  credentials: () => Promise<string | null>;
};

/** What the vault holds. `ca`: certificate of a private authority (PEM) that the server's is from. */
const credentialsSchema = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1),
  ca: z.string().optional(),
});
type Credentials = z.infer<typeof credentialsSchema>;

/** With the write before it a send must end within its lease (core/delivery/operation.ts), or another may send too. */
const limitMs = 15_000;
const retryMs = 60_000;

/** What the library tells of a failure. Its message quotes addresses, so only codes are kept of it. */
type Fault = { code?: string; responseCode?: number; command?: string; response?: string };

const putOff = (detail: string): SendOutcome => ({ status: 'retry', afterMs: retryMs, detail });

/** The recipient's own server says that there is no such mailbox (RFC 3463, 5.1.x). */
const isNoMailbox = ({ command, response = '' }: Fault): boolean =>
  command === 'RCPT TO' && /^5\d\d[ -]5\.1\.\d/.test(response);

/**
 * What a failure means. Whatever fails before the mail is handed over did not send it; an answer of the server is its word;
 * but a connection that is lost during the handing over proves nothing.
 */
export function smtpOutcomeOf(handingOver: boolean, fault: Fault): SendOutcome {
  const { code = '', responseCode = 0, command = '' } = fault;
  const detail = `SMTP ${responseCode === 0 ? code : responseCode} ${command}`.trim();
  if (responseCode === 421) return { status: 'retry', afterMs: retryMs, detail, throttled: true };
  if (responseCode >= 400 && responseCode < 500) return putOff(detail);
  if (!handingOver) return putOff(detail);
  if (responseCode >= 500)
    return { status: 'refused', detail, ...(isNoMailbox(fault) ? { bounced: true } : {}) };
  if (command === 'API') return { status: 'refused', detail };
  return { status: 'unknown', detail };
}

/** The mail as bytes: the same on every try, since all that varies by itself is taken from the operation. */
async function composed(sender: string, message: MailMessage): Promise<Uint8Array> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { address, displayName } = message.to;
  const composer = new MailComposer({
    from: sender,
    to: { address, name: displayName ?? '' },
    subject: message.subject,
    text: message.text,
    html: message.html,
    attachments: message.attachments.map(({ name, contentType, bytes }) => ({
      filename: name,
      contentType,
      content: Buffer.from(bytes),
    })),
    messageId: `<${message.operationId}@${sender.slice(sender.lastIndexOf('@') + 1)}>`,
    date: new Date(message.firstSentAt),
    // RFC 3834: no machine answers a machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
    baseBoundary: message.operationId,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** One mail over one connection. TLS 1.2 or better with a certificate that verifies, or nothing is said. */
async function handOver(
  account: SmtpAccount,
  secret: Credentials,
  message: MailMessage,
): Promise<SendOutcome> {
  const bytes = await composed(account.sender, message);
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const connection: SMTPConnection = new Connection({
    host: account.host,
    port: account.port,
    secure: account.port === 465,
    requireTLS: true,
    tls: { minVersion: 'TLSv1.2', ...(secret.ca === undefined ? {} : { ca: secret.ca }) },
  });
  let handingOver = false;
  let stop: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error | null): void => (error ? reject(error) : resolve());
      connection.on('error', end);
      stop = setTimeout(() => end(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })), limitMs);
      connection.connect((refused) => {
        if (refused) return end(refused);
        connection.login({ user: secret.username, pass: secret.password }, (denied) => {
          if (denied) return end(denied);
          handingOver = true;
          connection.send(envelopeOf(account.sender, message), Buffer.from(bytes), end);
        });
      });
    });
    return { status: 'accepted' };
  } catch (error) {
    return smtpOutcomeOf(handingOver, error as Fault);
  } finally {
    clearTimeout(stop);
    connection.on('error', () => undefined);
    connection.close();
  }
}

/** A delivery status notification is asked for (RFC 3461) where the server knows them; its envelope id is the operation's. */
const envelopeOf = (sender: string, { to, operationId }: MailMessage) => ({
  from: sender,
  to: [to.address],
  dsn: { ret: 'HDRS', envid: operationId, notify: ['SUCCESS', 'FAILURE'], orcpt: `rfc822;${to.address}` },
});

/** Any SMTP server that speaks TLS. It tells nothing of a mail afterwards, so a lost answer goes to a person. */
export function smtpMail(account: SmtpAccount): MailProvider {
  return {
    name: 'smtp',
    sender: account.sender.slice(account.sender.lastIndexOf('@') + 1),
    // No credential and no mail is sent before TLS stands.
    transport: 'tls',
    afterLoss: 'person',
    async send(message) {
      const text = await account.credentials();
      if (text === null) return putOff('the vault has no SMTP credentials');
      const secret = credentialsSchema.safeParse(jsonOf(text));
      if (!secret.success) return putOff('the SMTP credentials in the vault are not as they must be');
      return handOver(account, secret.data, message);
    },
    status: () => Promise.resolve(null),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
