import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { guardedOutbound, isPublicAddress, type Resolve } from '../../shared/adapters/outbound.js';
import { OutboundRefused } from '../../shared/core/kernel/outbound-refused.js';
import { StoreUnavailable } from '../../shared/ports.js';
import { files, textOf } from '../sources.js';

// OWASP API7:2023, server-side request forgery: whatever address somebody names, only what is allowed is called.

const answering =
  (...addresses: string[]): Resolve =>
  (_host, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const nowhere: Resolve = () => expect.fail('a refused name is not even resolved');

const faultOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof OutboundRefused ? error.fault : String(error);
};

describe('a public service', () => {
  const outbound = guardedOutbound(
    { hosts: ['dev.azure.com', '*.visualstudio.com'], loopback: false },
    nowhere,
  );

  it.each([
    ['gopher://dev.azure.com/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['http://dev.azure.com/', 'scheme'],
    ['http://127.0.0.1:10000/', 'scheme'],
    ['https://user@dev.azure.com/', 'userinfo'],
    ['https://dev.azure.com@evil.example/', 'userinfo'],
    ['https://dev.azure.com:8443/', 'port'],
    ['https://evil.example/', 'host'],
    ['https://dev.azure.com.evil.example/', 'host'],
    ['https://evilvisualstudio.com/', 'host'],
    ['https://visualstudio.com/', 'host'],
    ['https://169.254.169.254/metadata/identity', 'address'],
    ['https://2852039166/', 'address'],
    ['https://0x7f.1/', 'address'],
    ['https://[::1]/', 'address'],
    ['https://[::ffff:169.254.169.254]/', 'address'],
    ['https://localhost/', 'address'],
    ['https://ⓔvil.example/', 'host'],
    ['//dev.azure.com', 'malformed'],
    ['', 'malformed'],
  ])('does not call %s', async (url, fault) => {
    expect(await faultOf(outbound.fetch(url))).toBe(fault);
  });

  it.each([
    ['10.0.0.4'],
    ['127.0.0.1'],
    ['100.64.1.1'],
    ['169.254.169.254'],
    ['168.63.129.16'],
    ['192.168.1.1'],
    ['172.31.0.1'],
    ['0.0.0.0'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['::1'],
    ['::'],
    ['fe80::1'],
    ['fc00::1'],
    ['ff02::1'],
    ['::ffff:10.0.0.4'],
    ['64:ff9b::a9fe:a9fe'],
    ['2002:a9fe:a9fe::'],
    ['2001:0:1::1'],
    ['2001:db8::1'],
  ])(
    'does not connect to an allowed name that resolves to %s, nor where a public address stands beside it',
    async (address) => {
      expect(isPublicAddress(address)).toBe(false);
      for (const answers of [[address], ['20.42.134.1', address]]) {
        const rebound = guardedOutbound({ hosts: 'any', loopback: false }, answering(...answers));
        expect(await faultOf(rebound.fetch('https://dev.azure.com/'))).toBe('address');
      }
    },
  );

  it('knows public addresses', () => {
    for (const address of ['20.42.134.1', '8.8.8.8', '2620:1ec:a92::1', '2a00:1450::1'])
      expect(isPublicAddress(address)).toBe(true);
    expect(isPublicAddress('dev.azure.com')).toBe(false);
  });

  it('says of a name that does not resolve that it may be tried again, and never which name it was', async () => {
    const unresolved = guardedOutbound({ hosts: 'any', loopback: false }, (host, done) =>
      done(new Error(`ENOTFOUND ${host}`), []),
    );
    const attempt = unresolved.fetch('https://tenant-secret.example/');
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(attempt).rejects.not.toHaveProperty('message', expect.stringContaining('tenant-secret'));
  });
});

describe('the local stack', () => {
  let server: Server;
  let base = '';
  const asked: string[] = [];
  const local = guardedOutbound({ hosts: [], loopback: true });

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end();
      else if (request.url === '/endless') response.end(Buffer.alloc(2 * 1024 * 1024));
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it('reaches its stand-ins', async () => {
    const answer = await local.fetch(`${base}/jwks`);
    expect([answer.status, await answer.json()]).toEqual([200, { keys: [] }]);
  });

  it('follows no redirect, and takes no answer without end', async () => {
    expect(await faultOf(local.fetch(`${base}/moved`))).toBe('redirect');
    expect(asked).not.toContain('GET /secret');
    expect(await faultOf(local.fetch(`${base}/endless`))).toBe('size');
  });

  it('does not take another machine for itself', async () => {
    const rebound = guardedOutbound({ hosts: [], loopback: true }, answering('10.0.0.4'));
    expect(await faultOf(rebound.fetch('http://localhost:10000/'))).toBe('address');
    expect(await faultOf(local.fetch('http://127.0.0.2/'))).toBe('scheme');
    expect(await faultOf(guardedOutbound({ hosts: 'any', loopback: false }).fetch(`${base}/jwks`))).toBe(
      'scheme',
    );
  });
});

it('nothing deployed calls an address in any other way', () => {
  // The command runs on the machine of who calls it, at the address that person names; ports only declare.
  const deployed = files.filter((file) => /^(?:functions|shared)\/(?!cli\/|ports)/.test(file));
  const calls =
    /(?<![.\w])fetch\(|\bglobalThis\.fetch\b|from ['"](?:node:)?(?:https?|http2|net|tls|undici|axios)['"]/;
  const found = deployed.filter((file) => calls.test(textOf(file)));
  expect(found).toEqual(['shared/adapters/outbound.ts']);
});
