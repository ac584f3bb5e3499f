import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SignJWT } from 'jose';
import { isForLoopback, readBody, sendJson, urlOf } from '../exchange.js';
import { listen } from '../listen.js';
import { openKeys, type Keys } from './keys.js';
import { openSignIn, type SignIn } from './sign-in.js';

export type TokenClaims = {
  sub: string;
  roles: string[];
  tenants?: string[];
  name?: string;
  /** Seconds from now; negative gives a token that has already expired. Default one hour. */
  expiresInSeconds?: number;
  [claim: string]: unknown;
};

export type Issuer = {
  /** The `iss` of every token, and the base of `/.well-known/openid-configuration`. */
  issuer: string;
  jwksUri: string;
  audience: string;
  /** An RS256 access token. Further claims are taken over as they are and may override `aud`, `iss`, `nbf`. */
  token(claims: TokenClaims): Promise<string>;
  /** Signs with a new key from now on; the older ones stay in the JWKS, so issued tokens stay valid. */
  rotate(): Promise<void>;
  close(): Promise<void>;
};

export const sampleRoles: readonly string[] = [
  'collector',
  'viewer',
  'operator',
  'approver',
  'auditor',
  'admin',
  'pipeline',
];

const hour = 3600;

/**
 * Stands in for Microsoft Entra ID: OpenID Connect discovery, a JWKS (RFC 7517) and signed tokens.
 * It hands a token for any role to whoever asks on this machine, so it must never be reachable from another.
 */
export const startIssuer = async (options: {
  port: number;
  directory: string;
  audience: string;
}): Promise<Issuer> => {
  const keys = await openKeys(options.directory);
  const signIn = openSignIn(sampleRoles);
  const server = createServer((request, response) => {
    answer(request, response, { keys, issuer, token, signIn }).catch(() => response.destroy());
  });
  const listening = await listen(server, options.port, 'the token issuer');
  const issuer = `http://127.0.0.1:${listening.port}`;
  const token = (claims: TokenClaims): Promise<string> => sign(keys, issuer, options.audience, claims);
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    audience: options.audience,
    token,
    rotate: () => keys.rotate(),
    close: () => listening.close(),
  };
};

const sign = async (keys: Keys, issuer: string, audience: string, claims: TokenClaims): Promise<string> => {
  const { expiresInSeconds = hour, ...rest } = claims;
  const now = Math.floor(Date.now() / 1000);
  const { kid, key } = keys.current();
  const payload = { iss: issuer, aud: audience, nbf: now, jti: randomUUID(), ...rest };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInSeconds)
    .sign(key);
};

type Context = { keys: Keys; issuer: string; token: Issuer['token']; signIn: SignIn };

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> => {
  if (!isForLoopback(request)) return sendJson(response, 403, { error: 'access_denied' });
  const route = `${request.method ?? ''} ${urlOf(request).pathname}`;
  switch (route) {
    case 'GET /.well-known/openid-configuration':
      return sendJson(response, 200, discovery(context.issuer));
    case 'GET /jwks':
      return sendJson(response, 200, { keys: context.keys.publicKeys() });
    case 'GET /authorize':
    case 'POST /authorize':
      return context.signIn.authorize(request, response);
    case 'POST /token':
      return answerToken(request, response, context);
    default:
      return sendJson(response, 404, { error: 'not_found', error_description: `${route} is not served` });
  }
};

/** OpenID Connect Discovery 1.0, section 3; only what is really served. */
const discovery = (issuer: string): Record<string, unknown> => ({
  issuer,
  jwks_uri: `${issuer}/jwks`,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code', 'token'],
  code_challenge_methods_supported: ['S256'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'roles', 'tenants', 'name'],
});

/**
 * A code for a page, or for a developer's curl `-d role=viewer -d tenant=acme`; answers as RFC 6749, sections 5.1 and 5.2.
 */
const answerToken = async (
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> => {
  const body = await readBody(request, 16 * 1024);
  const form = new URLSearchParams(body?.toString('utf8') ?? '');
  if (form.get('grant_type') === 'authorization_code') return redeemCode(request, response, form, context);
  const role = form.get('role') ?? '';
  const tenant = form.get('tenant') ?? '';
  if (!sampleRoles.includes(role)) {
    return refuseToken(response, `role must be one of ${sampleRoles.join(', ')}`);
  }
  if (tenant === '') return refuseToken(response, 'tenant must name a tenant');
  const sub = form.get('sub') ?? `sample-${role}`;
  const accessToken = await context.token({ sub, roles: [role], tenants: [tenant] });
  sendJson(
    response,
    200,
    { access_token: accessToken, token_type: 'Bearer', expires_in: hour },
    { 'cache-control': 'no-store' },
  );
};

/** A page of this machine may read the answer; no other origin may. */
const redeemCode = async (
  request: IncomingMessage,
  response: ServerResponse,
  form: URLSearchParams,
  context: Context,
): Promise<void> => {
  const origin = request.headers.origin ?? '';
  const readable = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(origin)
    ? { 'access-control-allow-origin': origin, vary: 'Origin' }
    : {};
  const who = context.signIn.redeem(form);
  const headers = { 'cache-control': 'no-store', ...readable };
  if (who === null)
    return sendJson(
      response,
      400,
      {
        error: 'invalid_grant',
        error_description: 'the code is unknown, old or used, or not of this verifier',
      },
      headers,
    );
  const accessToken = await context.token({
    sub: who.sub,
    name: who.sub,
    roles: [who.role],
    tenants: [who.tenant],
  });
  sendJson(response, 200, { access_token: accessToken, token_type: 'Bearer', expires_in: hour }, headers);
};

const refuseToken = (response: ServerResponse, description: string): void =>
  sendJson(response, 400, { error: 'invalid_request', error_description: description });
