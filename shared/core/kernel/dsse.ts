import { toBase64, utf8 } from './bytes.js';
import { canonicalBytes } from './canonical.js';

/*
 * DSSE v1 (secure-systems-lab/dsse, protocol.md): a signature over a typed payload, so that bytes signed as one thing
 * can never be presented as another. The payload is an in-toto Statement v1 in canonical JSON.
 */

export const inTotoPayloadType = 'application/vnd.in-toto+json';

export type DsseEnvelope = {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
};

export type Statement = {
  _type: 'https://in-toto.io/Statement/v1';
  subject: { name: string; digest: { sha256: string } }[];
  predicateType: string;
  predicate: Readonly<Record<string, unknown>>;
};

/** Pre-authentication encoding: what is signed. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${payload.length} `);
  const all = new Uint8Array(head.length + payload.length);
  all.set(head);
  all.set(payload, head.length);
  return all;
}

/** Canonical bytes of a statement and what a signer has to sign for it. */
export function prepareStatement(statement: Statement): { payload: Uint8Array; toSign: Uint8Array } {
  const payload = canonicalBytes(statement);
  return { payload, toSign: pae(inTotoPayloadType, payload) };
}

export const envelopeOf = (payload: Uint8Array, keyid: string, signature: Uint8Array): DsseEnvelope => ({
  payloadType: inTotoPayloadType,
  payload: toBase64(payload),
  signatures: [{ keyid, sig: toBase64(signature) }],
});
