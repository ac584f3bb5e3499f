import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastingPort } from '../../infra/local/listen.js';
import { sampleRoles, startIssuer, type Issuer } from '../../infra/local/issuer/server.js';

let directory: string;
let issuer: Issuer;

const audience = 'api://aispm';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'issuer-'));
  issuer = await startIssuer({ port: 0, directory, audience });
});

afterEach(async () => {
  await issuer.close();
  await rm(directory, { recursive: true });
});

const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUri)), { issuer: issuer.issuer, audience });

const askForToken = (form: Record<string, string>): Promise<Response> =>
  fetch(`${issuer.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });

describe('the token issuer', () => {
  it('publishes discovery and keys by which a token verifies', async () => {
    const discovery = (await (
      await fetch(`${issuer.issuer}/.well-known/openid-configuration`)
    ).json()) as object;
    expect(discovery).toMatchObject({ issuer: issuer.issuer, jwks_uri: issuer.jwksUri });
    const token = await issuer.token({
      sub: 'ada',
      roles: ['approver'],
      tenants: ['acme'],
      name: 'Ada',
      extra: 1,
    });
    const { payload, protectedHeader } = await verify(token);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      sub: 'ada',
      roles: ['approver'],
      tenants: ['acme'],
      name: 'Ada',
      extra: 1,
    });
  });

  it('never publishes the private part of a key', async () => {
    const { keys } = (await (await fetch(issuer.jwksUri)).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it('can give a token that has expired', async () => {
    const token = await issuer.token({ sub: 'ada', roles: ['viewer'], expiresInSeconds: -60 });
    await expect(verify(token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  it('signs with a new key after a rotation while older tokens stay valid', async () => {
    const before = await issuer.token({ sub: 'ada', roles: ['viewer'] });
    await issuer.rotate();
    const after = await issuer.token({ sub: 'ada', roles: ['viewer'] });
    const kids = [(await verify(before)).protectedHeader.kid, (await verify(after)).protectedHeader.kid];
    expect(new Set(kids).size).toBe(2);
  });

  it('keeps its keys over a restart on the same port', async () => {
    await issuer.close();
    const port = await lastingPort();
    issuer = await startIssuer({ port, directory, audience });
    const token = await issuer.token({ sub: 'ada', roles: ['viewer'] });
    await issuer.close();
    issuer = await startIssuer({ port, directory, audience });
    expect((await verify(token)).payload.sub).toBe('ada');
  });

  it('gives a developer a token for each sample role of a tenant', async () => {
    for (const role of sampleRoles) {
      const response = await askForToken({ role, tenant: 'acme' });
      const { access_token: token } = (await response.json()) as { access_token: string };
      expect((await verify(token)).payload).toMatchObject({ roles: [role], tenants: ['acme'] });
    }
  });

  it('refuses an unknown role, a missing tenant, and a page that calls it by a name of its own', async () => {
    expect((await askForToken({ role: 'root', tenant: 'acme' })).status).toBe(400);
    expect((await askForToken({ role: 'viewer' })).status).toBe(400);
    const { port } = new URL(issuer.issuer);
    const status = await new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/token', method: 'POST', headers: { host: 'evil.example' } })
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end('role=viewer&tenant=acme');
    });
    expect(status).toBe(403);
  });

  const challenge = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
  const asked = (more: Record<string, string> = {}): Record<string, string> => ({
    response_type: 'code',
    client_id: 'console',
    redirect_uri: 'http://127.0.0.1:7071/api/console/signed-in',
    state: 'state-1',
    code_challenge: challenge('the verifier'),
    code_challenge_method: 'S256',
    ...more,
  });
  const authorize = (form: Record<string, string>): Promise<Response> =>
    fetch(`${issuer.issuer}/authorize`, {
      method: 'POST',
      body: new URLSearchParams({ sub: 'carla', role: 'viewer', tenant: 'harbour', ...form }),
      redirect: 'manual',
    });
  const redeem = (code: string, more: Record<string, string> = {}): Promise<Response> =>
    fetch(`${issuer.issuer}/token`, {
      method: 'POST',
      headers: { origin: 'http://127.0.0.1:7071' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        client_id: 'console',
        redirect_uri: 'http://127.0.0.1:7071/api/console/signed-in',
        code_verifier: 'the verifier',
        ...more,
      }),
    });
  const codeOf = (answer: Response): string =>
    new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';

  it('signs a page in by code and verifier, once, and lets the page alone read the token', async () => {
    const page = await fetch(`${issuer.issuer}/authorize?${new URLSearchParams(asked()).toString()}`);
    expect(await page.text()).toContain('value="state-1"');
    const back = await authorize(asked());
    const { origin, pathname, searchParams } = new URL(back.headers.get('location') ?? '');
    expect([back.status, origin + pathname, searchParams.get('state')]).toEqual([
      303,
      'http://127.0.0.1:7071/api/console/signed-in',
      'state-1',
    ]);
    const answer = await redeem(codeOf(back));
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:7071');
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect((await verify(token)).payload).toMatchObject({
      sub: 'carla',
      roles: ['viewer'],
      tenants: ['harbour'],
    });
    expect((await redeem(codeOf(back))).status).toBe(400);
  });

  it.each([
    ['another verifier', { code_verifier: 'a guess' }],
    ['another client', { client_id: 'other' }],
    ['another way back', { redirect_uri: 'http://127.0.0.1:1/' }],
  ])('gives no token for a code with %s', async (_, more) => {
    expect((await redeem(codeOf(await authorize(asked())), more)).status).toBe(400);
  });

  it.each([
    ['a way back to another machine', { redirect_uri: 'https://attacker.example/' }],
    ['no S256 challenge', { code_challenge_method: 'plain' }],
    ['a role that does not exist', { role: 'root' }],
  ])('gives no code for %s', async (_, more) => {
    expect((await authorize(asked(more))).status).toBe(400);
  });
});
