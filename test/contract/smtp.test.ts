import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { smtpMail, smtpOutcomeOf } from '../../shared/adapters/mail-smtp.js';
import type { MailProvider } from '../../shared/ports.js';
import { mailProviderContract, messageOf } from './mail-provider.js';

/* SMTP against a real server of the same protocol: TLS demanded, credentials from the vault, what each failure means. */

const password = 'only in the vault';
let directory: string;
let pem: { key: string; cert: string };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'smtp-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', cert, ...subject],
  ]);
  pem = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Received = { from: string; to: string[]; text: string; secure: boolean; envelopeId: string };
type Relay = { port: number; received: Received[] };
const open: SMTPServer[] = [];

async function relay(change: SMTPServerOptions = {}): Promise<Relay> {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...pem,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: (auth, _session, answer) =>
      auth.username === 'aispm' && auth.password === password
        ? answer(null, { user: 'aispm' })
        : answer(Object.assign(new Error('no'), { responseCode: 535 })),
    onData(stream, { envelope, secure }, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        const dsn: unknown = Reflect.get(envelope, 'dsn');
        const envelopeId = String(typeof dsn === 'object' && dsn !== null ? Reflect.get(dsn, 'envid') : '');
        received.push({ from, to, text: Buffer.concat(chunks).toString('latin1'), secure, envelopeId });
        answer();
      });
    },
    ...change,
  });
  open.push(server);
  // A client that breaks off is what some of these tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, received };
}
afterEach(() => {
  for (const server of open.splice(0)) server.close();
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
        stream.on('end', () => open[0]?.connections.forEach((one) => Reflect.get(one, '_socket').destroy()));
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
