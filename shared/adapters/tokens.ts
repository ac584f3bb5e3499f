import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';

import type { TenantId } from '../../schemas/primitives.js';
import type { TenantIssuer } from '../../schemas/tenant.js';
import { OutboundRefused } from '../core/kernel/outbound-refused.js';
import {
  StoreUnavailable,
  type Caller,
  type Outbound,
  type Telemetry,
  type TokenVerifier,
} from '../ports.js';

export type TokenIssuer = { issuer: string; audience: string; jwksUri: string };

/** How the keys of the service's own issuer are read, and those of the issuers that tenants registered. */
export type KeyAccess = { own: Outbound; tenants: Outbound };

/** Asymmetric only: a published key can then never pass for a shared secret. The header chooses among these, no others. */
const algorithms = ['RS256', 'ES256'];
/** Seconds that clocks may differ. */
const leeway = 60;
/** Faults of the key set, not of the token: whoever sent it may be right. */
const issuerFaults = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];
/**
 * Keys are read again when they are this old, so that a withdrawn one ends, and when a token names one that is not there,
 * so that a new one begins; but not more often than the pause, however many unknown keys callers make up.
 */
const keysLiveMs = 10 * 60_000;
const pauseMs = 30_000;
/** Key sets of tenants' issuers kept. */
const mostKeySets = 500;

const names = (claim: unknown): string[] | null =>
  Array.isArray(claim) ? claim.filter((name): name is string => typeof name === 'string') : null;

/**
 * Entra's `oid` is the same in every application; `sub` differs by application, and other issuers have only that. Where
 * somebody is in more groups than a token holds, Entra leaves `groups` out: then there are none.
 */
function callerOf(claims: JWTPayload): Caller | null {
  const subject = claims['oid'] ?? claims.sub;
  if (typeof subject !== 'string' || subject === '' || subject.startsWith('group:')) return null;
  return {
    subject,
    roles: names(claims['roles']) ?? [],
    groups: names(claims['groups']) ?? [],
    tenants: names(claims['tenants']),
  };
}

const tokenIn = (authorization: string | null): string | null =>
  /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1] ?? null;

/** What a token claims, believed by nobody yet. */
function claimsIn(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

/**
 * Bearer tokens (RFC 6750), verified by the published keys (RFC 7517) of the service's issuer or of a tenant's.
 * @throws StoreUnavailable from both verifications where the keys cannot be read: that says nothing about the token.
 */
export function jwksTokens(own: TokenIssuer, access: KeyAccess, telemetry: Telemetry): TokenVerifier {
  const keysAt = (uri: string, outbound: Outbound): JWTVerifyGetKey =>
    createRemoteJWKSet(new URL(uri), {
      timeoutDuration: 5_000,
      cacheMaxAge: keysLiveMs,
      cooldownDuration: pauseMs,
      [customFetch]: (url, { headers, signal }) =>
        outbound.fetch(url, { headers: Object.fromEntries(headers), signal }),
    });
  const ownKeys = keysAt(own.jwksUri, access.own);
  const keySets = new Map<string, JWTVerifyGetKey>();
  const tenantKeys = (uri: string): JWTVerifyGetKey => {
    const keys = keySets.get(uri) ?? keysAt(uri, access.tenants);
    if (keySets.size >= mostKeySets) keySets.clear();
    keySets.set(uri, keys);
    return keys;
  };

  async function claimsOf(
    token: string,
    keys: JWTVerifyGetKey,
    expected: { issuer: string; audience: string | string[] },
  ): Promise<JWTPayload | null> {
    try {
      const how = { ...expected, algorithms, clockTolerance: leeway, requiredClaims: ['exp'] };
      return (await jwtVerify(token, keys, how)).payload;
    } catch (error) {
      if (error instanceof OutboundRefused) telemetry.log('warn', 'issuer.refused', { code: error.fault });
      else if (!(error instanceof errors.JOSEError) || issuerFaults.includes(error.code))
        throw new StoreUnavailable('the keys of the token issuer cannot be read', 5_000, { cause: error });
      else telemetry.log('info', 'token.refused', { code: error.code });
      return null;
    }
  }

  return {
    async verify(authorization) {
      const token = tokenIn(authorization);
      // A token of somebody else's says so itself; its key is not looked for among ours.
      if (token === null || claimsIn(token).iss !== own.issuer) return null;
      const claims = await claimsOf(token, ownKeys, own);
      return claims === null ? null : callerOf(claims);
    },

    async verifyWorkload(authorization, tenantId, issuers) {
      const token = tokenIn(authorization);
      const { iss, sub } = token === null ? {} : claimsIn(token);
      if (token === null || iss === undefined || iss === own.issuer || sub === undefined) return null;
      // Before any key is read: nobody but a subject that the tenant named makes us call its issuer.
      const issuer = (await issuers()).find((one) => one.issuer === iss && one.subjects.includes(sub));
      if (issuer === undefined) return null;
      const audience = audiencesOf(own.audience, tenantId);
      const claims = await claimsOf(token, tenantKeys(issuer.jwksUri), { issuer: iss, audience });
      return claims === null ? null : workloadOf(issuer, sub, tenantId);
    },

    issuerFault({ issuer, jwksUri }) {
      if (issuer === own.issuer || jwksUri === own.jwksUri) return 'this is the issuer of the service';
      const fault = access.tenants.fault(jwksUri);
      return fault === null ? null : `the address of its keys may not be called: ${fault}`;
    },
  };
}

/**
 * Whom a workload's token must be for: the service, or this tenant at the service. Never chosen by whoever registers the
 * issuer: a token that was made for another service, or for another tenant, is of no use here.
 */
const audiencesOf = (audience: string, tenantId: TenantId): string[] => [
  audience,
  `${audience}/tenants/${tenantId}`,
];

/** Whatever else such a token says, it may post evidence into the one tenant that trusts its issuer, and nothing more. */
const workloadOf = (issuer: TenantIssuer, subject: string, tenantId: TenantId): Caller => ({
  subject: `${issuer.id}:${subject}`,
  roles: ['collector'],
  groups: [],
  tenants: [tenantId],
});
