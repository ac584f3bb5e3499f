import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { smtpMail, smtpOutcomeOf } from '../../shared/adapters/mail-smtp.js';
import type { MailProvider } from '../../shared/ports.js';
import { mailProviderContract, messageOf } from './mail-provider.js';
import { certificate, password, startRelay, type Certificate, type Relay } from './smtp-relay.js';

/* SMTP against a real server of the same protocol: TLS demanded, credentials from the vault, what each failure means. */

const open: Relay[] = [];
const relay = async (change: SMTPServerOptions = {}): Promise<Relay> => {
  const started = await startRelay(pem, change);
  open.push(started);
  return started;
};
let pem: Certificate;
beforeAll(async () => {
  pem = await certificate();
});
afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

const mailTo = (
  port: number,
  secret: object | string | null = { username: 'aispm', password, ca: pem.cert },
): MailProvider =>
  smtpMail({
    host: 'localhost',
    port,
    sender: 'reports@aispm.example',
    credentials: () =>
      Promise.resolve(secret === null || typeof secret === 'string' ? secret : JSON.stringify(secret)),
  });

describe('SMTP', () => {
  let shared: Relay;
  beforeAll(async () => {
    shared = await relay();
    open.length = 0;
  });
  mailProviderContract(
    () => mailTo(shared.port),
    (operationId) => shared.received.filter(({ text }) => text.includes(`<${operationId}@`)).length,
  );

  it('hands a mail over under TLS, whole, and asks for a notification under the operation’s id', async () => {
    const { port, received } = await relay();
    const message = messageOf();
    expect(await mailTo(port).send(message)).toEqual({ status: 'accepted' });
    expect(received).toMatchObject([
      { from: 'reports@aispm.example', to: ['ciso@acme.example'], secure: true },
    ]);
    const text = received[0]?.text ?? '';
    for (const part of [
      'Subject: AI posture',
      `Message-ID: <${message.operationId}@aispm.example>`,
      'Date: Tue, 24 Nov 2026 09:00:00 +0000',
      'Auto-Submitted: auto-generated',
      'filename=report.pdf',
      Buffer.from([37, 80, 68, 70]).toString('base64'),
    ])
      expect(text).toContain(part);
  });

  it('is the identical mail on every try, byte for byte', async () => {
    const { port, received } = await relay();
    const message = messageOf();
    await mailTo(port).send(message);
    await mailTo(port).send(message);
    expect(received).toHaveLength(2);
    expect(received[0]?.text).toBe(received[1]?.text);
  });

  it('says nothing to a server without TLS, neither mail nor credentials', async () => {
    let asked = 0;
    const { port, received } = await relay({
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, answer) => {
        asked += 1;
        answer(null, { user: 'aispm' });
      },
    });
    expect(await mailTo(port).send(messageOf())).toMatchObject({ status: 'retry' });
    expect([asked, received.length]).toEqual([0, 0]);
  });

  it('says nothing to a server whose certificate does not verify', async () => {
    const { port, received } = await relay();
    expect(await mailTo(port, { username: 'aispm', password }).send(messageOf())).toMatchObject({
      status: 'retry',
    });
    expect(received).toEqual([]);
  });

  it('may be tried again where the vault has no credentials yet, or wrong ones', async () => {
    const { port, received } = await relay();
    for (const secret of [
      null,
      'not JSON',
      { username: 'aispm' },
      { username: 'aispm', password: 'x', ca: pem.cert },
    ]) {
      const outcome = await mailTo(port, secret).send(messageOf());
      expect(outcome).toMatchObject({ status: 'retry' });
      expect(JSON.stringify(outcome)).not.toContain(password);
    }
    expect(received).toEqual([]);
  });

  const answering = (responseCode: number, message: string) =>
    Object.assign(new Error(message), { responseCode });
  it.each([
    [550, '5.1.1 no such mailbox', { status: 'refused', bounced: true }],
    [550, '5.7.1 not by policy', { status: 'refused' }],
    [450, '4.2.1 later', { status: 'retry' }],
    [421, '4.7.0 too much', { status: 'retry', throttled: true }],
  ] as const)(
    'answered %i %s for a recipient: what that means, without the address',
    async (code, words, meaning) => {
      const { port } = await relay({
        onRcptTo: ({ address }, _session, answer) => answer(answering(code, `${words} ${address}`)),
      });
      const outcome = await mailTo(port).send(messageOf());
      expect(outcome).toMatchObject(meaning);
      expect('bounced' in outcome).toBe('bounced' in meaning);
      expect(JSON.stringify(outcome)).not.toContain('@');
    },
  );

  it.each([
    [554, { status: 'refused' }],
    [451, { status: 'retry' }],
  ] as const)(
    'answered %i after the mail: the server’s word that it did not take it',
    async (code, meaning) => {
      const { port } = await relay({
        onData(stream, _session, answer) {
          stream.resume();
          stream.on('end', () => answer(answering(code, 'no')));
        },
      });
      expect(await mailTo(port).send(messageOf())).toMatchObject(meaning);
    },
  );

  it('cut off while the mail was handed over: nobody knows, so it is neither sent nor not sent', async () => {
    const { port } = await relay({
      onData(stream) {
        stream.resume();
        stream.on('end', () => open[0]?.cut());
      },
    });
    expect(await mailTo(port).send(messageOf())).toMatchObject({ status: 'unknown' });
  });

  it('not reached at all: surely not sent', async () => {
    expect(await mailTo(9).send(messageOf())).toMatchObject({ status: 'retry' });
  });

  it('takes every failure before the handing over as not sent, and an unknown one during it as unknown', () => {
    expect(smtpOutcomeOf(false, { code: 'ETIMEDOUT', command: 'CONN' })).toMatchObject({ status: 'retry' });
    expect(smtpOutcomeOf(true, { code: 'ETIMEDOUT' })).toMatchObject({ status: 'unknown' });
    expect(smtpOutcomeOf(true, {})).toMatchObject({ status: 'unknown' });
    expect(smtpOutcomeOf(true, { code: 'EMESSAGE', command: 'API' })).toMatchObject({ status: 'refused' });
  });
});
