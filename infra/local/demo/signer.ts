import { createHmac, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair } from 'jose';

export type PublicJwk = { kty: 'OKP'; crv: 'Ed25519'; x: string };

export type CloudEvent = {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  time: string;
  subject?: string;
  datacontenttype: 'application/json';
  tenantid: string;
  environment: string;
  data: Record<string, unknown>;
};

export type SignedEvent = CloudEvent & { signature: string };

export type Signer = {
  kid: string;
  jwk: PublicJwk;
  sign(event: CloudEvent): Promise<SignedEvent>;
};

/**
 * A new Ed25519 key (RFC 8037) and what signs with it: a detached JWS (RFC 7515, appendix F) over the RFC 8785 form of
 * the event without its signature.
 */
export const makeSigner = async (): Promise<Signer> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const { x } = await exportJWK(publicKey);
  if (x === undefined) throw new Error('the new key has no public part');
  const jwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x };
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    jwk,
    sign: async (event) => {
      const payload = canonicalize(event);
      if (payload === undefined) throw new Error('the event has no canonical form');
      const jws = await new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .sign(privateKey);
      const [header, , signature] = jws.split('.');
      return { ...event, signature: `${header}..${signature}` };
    },
  };
};

/** Turns names into pseudonyms under a key that stays with the sender: the service never learns who these people are. */
export const openPseudonyms = (): ((name: string) => string) => {
  const key = randomBytes(32);
  return (name) => `psn:${createHmac('sha256', key).update(name).digest('hex').slice(0, 32)}`;
};
