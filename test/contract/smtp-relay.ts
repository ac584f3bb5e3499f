import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export const password = 'only in the vault';
export type Certificate = { key: string; cert: string };

/** A key and a certificate of `localhost`, by nobody but itself. */
export async function certificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'smtp-'));
  try {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    await promisify(execFile)('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-keyout', key, '-out', cert, ...subject],
    ]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export type Received = { from: string; to: string[]; text: string; secure: boolean; envelopeId: string };
/** `cut`: breaks off every connection. */
export type Relay = { port: number; received: Received[]; close: () => void; cut: () => void };

/** An SMTP server that demands the credentials, and keeps what it is handed. */
export async function startRelay(pem: Certificate, change: SMTPServerOptions = {}): Promise<Relay> {
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
  // A client that breaks off is what some of these tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => server.connections.forEach((one) => Reflect.get(one, '_socket').destroy());
  return { port, received, close: () => server.close(), cut };
}
