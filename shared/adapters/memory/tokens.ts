import type { Caller, TokenVerifier } from '../../ports.js';

/** Accepts exactly the given bearer tokens. */
export function memoryTokens(callers: Readonly<Record<string, Caller>>): TokenVerifier {
  const known = new Map(Object.entries(callers));
  return {
    verifyWorkload: () => Promise.resolve(null),
    issuerFault: () => null,
    verify(authorization) {
      const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
      const caller = known.get(token);
      return Promise.resolve(caller === undefined ? null : structuredClone(caller));
    },
  };
}
