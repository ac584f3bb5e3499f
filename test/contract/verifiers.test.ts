import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, CompactSign, type CryptoKey, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startIssuer, type Issuer } from '../../infra/local/issuer/server.js';
import { guardedOutbound } from '../../shared/adapters/outbound.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { jsonTelemetry } from '../../shared/adapters/telemetry.js';
import { jwksTokens } from '../../shared/adapters/tokens.js';
import { StoreUnavailable, type TokenVerifier } from '../../shared/ports.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

const outbound = guardedOutbound({ hosts: [], loopback: true });
const here = { own: outbound, tenants: outbound };
const payload = new TextEncoder().encode('{"id":"one"}');

async function detached(key: CryptoKey, header: { alg: string; kid?: string }): Promise<string> {
  const [first, , last] = (await new CompactSign(payload).setProtectedHeader(header).sign(key)).split('.');
  return `${first}..${last}`;
}

const textJwk = (jwk: JWK): Record<string, string> =>
  Object.fromEntries(
    Object.entries(jwk).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

describe('a signature of a source', () => {
  const verifier = joseSignatures();

  it.each(['EdDSA', 'ES256'])(
    'verifies with %s over exactly the signed bytes, by the right key only',
    async (alg) => {
      const [pair, other] = [await generateKeyPair(alg), await generateKeyPair(alg)];
      const jws = await detached(pair.privateKey, { alg, kid: 'key-1' });
      const jwk = textJwk(await exportJWK(pair.publicKey));
      expect(await verifier.verify(jws, payload, jwk)).toBe(true);
      expect(await verifier.verify(jws, payload.slice(1), jwk)).toBe(false);
      expect(await verifier.verify(jws, payload, textJwk(await exportJWK(other.publicKey)))).toBe(false);
      expect(verifier.keyId(jws)).toBe('key-1');
    },
  );

  it('does not verify with an algorithm that does not fit the key, whatever the header says', async () => {
    const rsa = await generateKeyPair('RS256', { extractable: true });
    const jws = await detached(rsa.privateKey, { alg: 'RS256' });
    expect(await verifier.verify(jws, payload, textJwk(await exportJWK(rsa.publicKey)))).toBe(false);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}..AAAA`;
    const ed25519 = textJwk(await exportJWK((await generateKeyPair('EdDSA')).publicKey));
    expect(await verifier.verify(none, payload, ed25519)).toBe(false);
  });

  it.each(['', '..', 'a..b', 'a.b.c', 'a..b..c', '!!..!!', 'bnVsbA..AA'])(
    'is false, never an error, for the text %j',
    async (text) => {
      const jwk = textJwk(await exportJWK((await generateKeyPair('EdDSA')).publicKey));
      expect(await verifier.verify(text, payload, jwk)).toBe(false);
      expect(await verifier.verify(text, payload, { kty: 'OKP', crv: 'Ed25519', x: 'short' })).toBe(false);
      expect(verifier.keyId(text)).toBeNull();
    },
  );
});

describe('a token', () => {
  let issuer: Issuer;
  let directory: string;
  let tokens: TokenVerifier;
  const telemetry = suiteTelemetry();
  const claims = { sub: 'person-1', roles: ['viewer'], tenants: ['acme'] };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'issuer-'));
    issuer = await startIssuer({ port: 0, directory, audience: 'api://aispm' });
    tokens = jwksTokens(issuer, here, telemetry);
  });
  afterAll(async () => {
    await issuer.close();
    await rm(directory, { recursive: true });
  });

  it('says who calls, with which roles, in which tenants', async () => {
    const token = await issuer.token(claims);
    expect(await tokens.verify(`Bearer ${token}`)).toEqual({
      subject: 'person-1',
      roles: ['viewer'],
      groups: [],
      tenants: ['acme'],
    });
    const { tenants: _, ...elsewhere } = claims;
    const entra = await issuer.token({ ...elsewhere, oid: 'object-1' });
    expect(await tokens.verify(`bearer ${entra}`)).toEqual({
      subject: 'object-1',
      roles: ['viewer'],
      groups: [],
      tenants: null,
    });
  });

  it.each([
    ['has expired', { expiresInSeconds: -120 }],
    ['is for another audience', { aud: 'api://other' }],
    ['is of another issuer', { iss: 'https://issuer.example' }],
    ['is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ['names nobody', { sub: '' }],
  ])('is not accepted when it %s', async (_, change) => {
    expect(await tokens.verify(`Bearer ${await issuer.token({ ...claims, ...change })}`)).toBeNull();
  });

  it('is accepted within a minute of difference between clocks', async () => {
    expect(
      await tokens.verify(`Bearer ${await issuer.token({ ...claims, expiresInSeconds: -30 })}`),
    ).not.toBeNull();
  });

  it('is not accepted without a signature of the issuer, and the reason goes to telemetry only', async () => {
    const [header, body] = (await issuer.token(claims)).split('.');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await tokens.verify(`Bearer ${header}.${body}.AAAA`)).toBeNull();
    expect(await tokens.verify(`Bearer ${unsigned}.${body}.`)).toBeNull();
    expect(await tokens.verify(`Basic ${header}.${body}.AAAA`)).toBeNull();
    expect(await tokens.verify(null)).toBeNull();
    expect(telemetry.lines).toContainEqual({
      level: 'info',
      event: 'token.refused',
      fields: { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    });
  });

  it('is neither accepted nor refused while the keys of the issuer cannot be read', async () => {
    const cutOff = jwksTokens({ ...issuer, jwksUri: 'http://127.0.0.1:9/jwks' }, here, telemetry);
    await expect(cutOff.verify(`Bearer ${await issuer.token(claims)}`)).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
  });
});

describe('the log of the service', () => {
  it('is one JSON object a line, of known fields only, without addresses and tokens', () => {
    const lines: string[] = [];
    const telemetry = jsonTelemetry((line) => lines.push(line));
    telemetry.log('warn', 'mail.refused', {
      tenantId: 'acme',
      status: 400,
      body: '{"secret":1}',
      detail: 'ciso@acme.example eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln',
    });
    expect(lines[0]?.endsWith('\n')).toBe(true);
    const { at, ...line } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(Date.parse(String(at))).not.toBeNaN();
    expect(line).toEqual({
      level: 'warn',
      event: 'mail.refused',
      tenantId: 'acme',
      status: 400,
      detail: '[address] [token]',
    });
  });
});
