import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose';

import {
  StoreUnavailable,
  type Caller,
  type Outbound,
  type Telemetry,
  type TokenVerifier,
} from '../ports.js';

export type TokenIssuer = { issuer: string; audience: string; jwksUri: string };

/** Seconds that clocks may differ. */
const leeway = 60;
/** Faults of the key set, not of the token: whoever sent it may be right. */
const issuerFaults = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

const names = (claim: unknown): string[] | null =>
  Array.isArray(claim) ? claim.filter((name): name is string => typeof name === 'string') : null;

/** Entra's `oid` is the same in every application; `sub` differs by application, and other issuers have only that. */
function callerOf(claims: JWTPayload): Caller | null {
  const subject = claims['oid'] ?? claims.sub;
  if (typeof subject !== 'string' || subject === '') return null;
  return { subject, roles: names(claims['roles']) ?? [], tenants: names(claims['tenants']) };
}

/**
 * Bearer tokens (RFC 6750) of one issuer, verified by its published keys (RFC 7517).
 * @throws StoreUnavailable from `verify` where the keys cannot be read: that says nothing about the token.
 */
export function jwksTokens(
  { issuer, audience, jwksUri }: TokenIssuer,
  outbound: Outbound,
  telemetry: Telemetry,
): TokenVerifier {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 5_000,
    [customFetch]: (url, { headers, signal }) =>
      outbound.fetch(url, { headers: Object.fromEntries(headers), signal }),
  });
  return {
    async verify(authorization) {
      const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return null;
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience,
          algorithms: ['RS256', 'ES256'],
          clockTolerance: leeway,
          requiredClaims: ['exp'],
        });
        return callerOf(payload);
      } catch (error) {
        if (!(error instanceof errors.JOSEError) || issuerFaults.includes(error.code))
          throw new StoreUnavailable('the keys of the token issuer cannot be read', 5_000, { cause: error });
        telemetry.log('info', 'token.refused', { code: error.code });
        return null;
      }
    },
  };
}
