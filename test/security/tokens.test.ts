import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { TenantIssuer } from '../../schemas/tenant.js';
import { guardedOutbound } from '../../shared/adapters/outbound.js';
import { jwksTokens } from '../../shared/adapters/tokens.js';
import { StoreUnavailable, type Caller, type TokenVerifier } from '../../shared/ports.js';
import { tenantNamed } from '../tenants.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

/* Every way to be believed without a right to it, against keys that a real server publishes. */

type Pair = { kid: string; alg: 'RS256' | 'ES256'; jwk: JWK } & Awaited<ReturnType<typeof generateKeyPair>>;

const acme = tenantNamed('acme');
const audience = 'api://aispm';
const outbound = guardedOutbound({ hosts: ['login.example.com'], loopback: true });

let server: Server;
let base = '';
let published: JWK[] = [];
let answer: number;
let reads: number;
let keys: Record<'first' | 'second' | 'curve' | 'stranger', Pair>;

async function pair(kid: string, alg: Pair['alg']): Promise<Pair> {
  const made = await generateKeyPair(alg, { extractable: true });
  return { ...made, kid, alg, jwk: { ...(await exportJWK(made.publicKey)), kid, use: 'sig' } };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    reads += 1;
    if (answer >= 300) response.writeHead(answer, { location: `${base}/elsewhere` }).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [first, second, curve, stranger] = await Promise.all([
    pair('first', 'RS256'),
    pair('second', 'RS256'),
    pair('curve', 'ES256'),
    pair('first', 'RS256'),
  ]);
  keys = { first, second, curve, stranger };
});
afterAll(() => server.close());

let tokens: TokenVerifier;
let telemetry: ReturnType<typeof suiteTelemetry>;

/** The second in which everything here happens: a slow machine makes no token older. */
const began = Math.floor(Date.now() / 1000);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: began * 1000 });
  published = [keys.first.jwk];
  answer = 200;
  reads = 0;
  telemetry = suiteTelemetry();
  const own = { issuer: base, audience, jwksUri: `${base}/jwks` };
  tokens = jwksTokens(own, { own: outbound, tenants: outbound }, telemetry);
});
afterEach(() => void vi.useRealTimers());

const seconds = (): number => Math.floor(Date.now() / 1000);
const claims = (over: object = {}): Record<string, unknown> => ({
  iss: base,
  aud: audience,
  sub: 'person-1',
  roles: ['viewer'],
  exp: seconds() + 300,
  ...over,
});
const sign = (payload: Record<string, unknown>, by: Pair, header: object = {}): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: by.alg, kid: by.kid, ...header }).sign(by.privateKey);
const verify = (token: string): Promise<Caller | null> => tokens.verify(`Bearer ${token}`);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token is believed', () => {
  it('signed with an allowed algorithm by a key that its issuer publishes', async () => {
    published = [keys.first.jwk, keys.curve.jwk];
    for (const by of [keys.first, keys.curve])
      expect(await verify(await sign(claims(), by))).toMatchObject({
        subject: 'person-1',
        roles: ['viewer'],
      });
  });

  it('for one of several audiences, and up to 60 seconds behind its end or before its beginning', async () => {
    const good = [{ aud: ['api://other', audience] }, { exp: began - 59 }, { nbf: began + 60 }];
    for (const over of good) expect(await verify(await sign(claims(over), keys.first))).not.toBeNull();
  });

  it('with the groups that it names, and without any where Entra left them out', async () => {
    const named = await verify(await sign(claims({ groups: ['g-1', 7, 'g-2'] }), keys.first));
    expect(named?.groups).toEqual(['g-1', 'g-2']);
    const overage = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://x' } } };
    expect((await verify(await sign(claims(overage), keys.first)))?.groups).toEqual([]);
  });
});

describe('a token is not believed', () => {
  it.each<[string, object]>([
    ['of another issuer', { iss: 'https://issuer.example' }],
    ['of no issuer', { iss: undefined }],
    ['of an issuer that only begins alike', { iss: 'https://127.0.0.1.example' }],
    ['for another audience', { aud: 'api://aispm.evil' }],
    ['for no audience', { aud: undefined }],
    ['that never ends', { exp: undefined }],
    ['that ended more than 60 seconds ago', { exp: began - 61 }],
    ['that begins in more than 60 seconds', { nbf: began + 61 }],
    ['about nobody', { sub: undefined }],
    ['about a subject that looks like a group', { sub: 'group:admins' }],
    ['about a subject that is no text', { sub: undefined, oid: ['person-1'] }],
  ])('%s', async (_, over) => {
    expect(await verify(await sign(claims(over), keys.first))).toBeNull();
  });

  it('without a signature, whatever it calls that', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', ''])
      for (const signature of ['', 'AA']) {
        const unsigned = `${encoded({ alg, kid: 'first' })}.${encoded(claims())}.${signature}`;
        expect(await verify(unsigned)).toBeNull();
      }
  });

  it('signed with the published key taken for a shared secret', async () => {
    const { jwk, publicKey } = keys.first;
    const pem = await exportSPKI(publicKey);
    const secrets = [
      pem,
      pem.trim(),
      JSON.stringify(jwk),
      jwk.n ?? '',
      Buffer.from(jwk.n ?? '', 'base64url'),
    ];
    for (const [alg, hash] of [
      ['HS256', 'sha256'],
      ['HS512', 'sha512'],
    ] as const)
      for (const secret of secrets) {
        const input = `${encoded({ alg, kid: 'first' })}.${encoded(claims())}`;
        const mac = createHmac(hash, secret).update(input).digest('base64url');
        expect(await verify(`${input}.${mac}`)).toBeNull();
      }
  });

  it('signed with an algorithm that is not on the list, though the key could', async () => {
    for (const alg of ['RS512', 'PS256']) {
      const { alg: _, ...made } = { ...(await generateKeyPair(alg, { extractable: true })), alg };
      published = [{ ...(await exportJWK(made.publicKey)), kid: 'other' }];
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg, kid: 'other' })
        .sign(made.privateKey);
      expect(await verify(token)).toBeNull();
    }
  });

  it('signed by a stranger’s key under a published name, or that brings its own key along', async () => {
    expect(await verify(await sign(claims(), keys.stranger))).toBeNull();
    for (const header of [
      { jwk: keys.second.jwk },
      { jku: `${base}/theirs` },
      { x5u: `${base}/theirs` },
      { kid: '../../first' },
    ])
      expect(await verify(await sign(claims(), keys.second, header))).toBeNull();
  });

  it('that is changed anywhere, or is no token', async () => {
    const token = await sign(claims(), keys.first);
    const [header = '', , signature = ''] = token.split('.');
    const raised = encoded(claims({ roles: ['admin'] }));
    for (const bad of [
      `${header}.${raised}.${signature}`,
      `${token}.x`,
      token.slice(0, -4),
      'a.b.c',
      '..',
      '',
    ])
      expect(await verify(bad)).toBeNull();
    for (const authorization of [
      `Basic ${token}`,
      `Bearer  ${token}`,
      `Bearer ${token}, Bearer x`,
      token,
      '',
      null,
    ])
      expect(await tokens.verify(authorization)).toBeNull();
  });
});

describe('the keys of the issuer', () => {
  it('are read once for many tokens, and again when they are ten minutes old', async () => {
    for (let n = 0; n < 5; n++) await verify(await sign(claims(), keys.first));
    expect(reads).toBe(1);
    vi.setSystemTime(Date.now() + 11 * 60_000);
    await verify(await sign(claims(), keys.first));
    expect(reads).toBe(2);
  });

  it('rotate: a new one is found when a token first names it, a withdrawn one ends within ten minutes', async () => {
    await verify(await sign(claims(), keys.first));
    published = [keys.second.jwk];
    vi.setSystemTime(Date.now() + 31_000);
    expect(await verify(await sign(claims(), keys.second))).not.toBeNull();
    expect(await verify(await sign(claims(), keys.first))).toBeNull();
  });

  it('are not read for every unknown one that somebody makes up', async () => {
    await verify(await sign(claims(), keys.first));
    for (let n = 0; n < 20; n++)
      expect(await verify(await sign(claims(), { ...keys.second, kid: `made-up-${n}` }))).toBeNull();
    expect(reads).toBe(1);
  });

  it('that cannot be read say nothing about a token', async () => {
    answer = 503;
    await expect(verify(await sign(claims(), keys.first))).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('a token of an issuer that a tenant registered', () => {
  const theirs = 'https://ci.example';
  const issuer = (): TenantIssuer => ({
    id: 'ci',
    issuer: theirs,
    jwksUri: `${base}/ci/jwks`,
    subjects: ['repo:acme/shop:ref:refs/heads/main'],
  });
  const workload = (over: object = {}): Promise<string> =>
    sign(claims({ iss: theirs, sub: issuer().subjects[0], roles: ['admin'], ...over }), keys.first);
  const verifyIn = async (token: string, tenant = acme, issuers = [issuer()]): Promise<Caller | null> =>
    tokens.verifyWorkload(`Bearer ${token}`, tenant, () => Promise.resolve(issuers));

  it('makes its subject a collector of that tenant, whatever else it says, and nothing anywhere else', async () => {
    const token = await workload({ tenants: ['globex'], groups: ['admins'] });
    expect(await verifyIn(token)).toEqual({
      subject: 'ci:repo:acme/shop:ref:refs/heads/main',
      roles: ['collector'],
      groups: [],
      tenants: ['acme'],
    });
    expect(await verify(token)).toBeNull();
    expect(await verifyIn(token, tenantNamed('globex'), [])).toBeNull();
  });

  it('may be for this tenant at the service, and is then of no use to another that trusts the same issuer', async () => {
    const token = await workload({ aud: `${audience}/tenants/acme` });
    expect(await verifyIn(token)).not.toBeNull();
    expect(await verifyIn(token, tenantNamed('globex'))).toBeNull();
  });

  it.each<[string, object]>([
    ['about a subject that the tenant did not name', { sub: 'repo:mallory/shop:ref:refs/heads/main' }],
    ['about a named subject in another case', { sub: 'REPO:acme/shop:ref:refs/heads/main' }],
    ['that was made for another service', { aud: 'https://vault.example' }],
    ['of another issuer', { iss: 'https://ci.example/' }],
    ['that has ended', { exp: began - 61 }],
  ])('is not believed %s', async (_, over) => {
    expect(await verifyIn(await workload(over))).toBeNull();
  });

  it('does not make the service call its issuer unless it is about a subject that the tenant named', async () => {
    await verifyIn(await workload({ sub: 'mallory' }));
    await verifyIn(await workload(), acme, []);
    expect(reads).toBe(0);
  });

  it('is not believed by the service’s own issuer’s name, nor by keys at an address that may not be called', async () => {
    expect(await verifyIn(await workload({ iss: base }), acme, [{ ...issuer(), issuer: base }])).toBeNull();
    const inside = { ...issuer(), jwksUri: 'https://169.254.169.254/keys' };
    expect(await verifyIn(await workload(), acme, [inside])).toBeNull();
    answer = 302;
    expect(await verifyIn(await workload())).toBeNull();
    expect(reads).toBe(1);
    expect(telemetry.lines.map(({ fields }) => fields['code'])).toEqual(['address', 'redirect']);
  });

  it('cannot be registered as the service’s own, nor with keys anywhere but where the deployment allows', () => {
    expect(tokens.issuerFault({ issuer: base, jwksUri: 'https://login.example.com/k' })).toMatch(
      /the service/,
    );
    expect(tokens.issuerFault({ ...issuer(), jwksUri: 'https://login.example.com/keys' })).toBeNull();
    for (const jwksUri of [
      'https://keys.example.com/jwks',
      'https://login.example.com.evil.example/jwks',
      'https://user@login.example.com/jwks',
      'https://login.example.com:8443/jwks',
      'http://login.example.com/jwks',
      'https://10.0.0.4/jwks',
      'https://[::1]/jwks',
      'file:///etc/passwd',
    ])
      expect(tokens.issuerFault({ ...issuer(), jwksUri })).not.toBeNull();
  });
});
