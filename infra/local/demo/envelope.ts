import { createPublicKey, verify } from 'node:crypto';

/** A DSSE v1 envelope (secure-systems-lab/dsse, protocol.md) around an in-toto statement. */
export type Envelope = { payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] };

export type Statement = { subject: { name: string; digest: { sha256: string } }[] };

/** An Ed25519 public key from its 32 raw bytes in base64. */
export const publicKeyOf = (publicKey: string): ReturnType<typeof createPublicKey> => {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
};

/** The statement of an envelope that one of these keys signed; undefined for any other. */
export const openEnvelope = (
  envelope: Envelope,
  { keys }: { keys: readonly { publicKey: string }[] },
): Statement | undefined => {
  const payload = Buffer.from(envelope.payload, 'base64');
  const head = `DSSEv1 ${Buffer.byteLength(envelope.payloadType)} ${envelope.payloadType} ${payload.length} `;
  const signed = Buffer.concat([Buffer.from(head), payload]);
  const holds = envelope.signatures.some(({ sig }) =>
    keys.some(({ publicKey }) => verify(null, signed, publicKeyOf(publicKey), Buffer.from(sig, 'base64'))),
  );
  return holds ? (JSON.parse(payload.toString('utf8')) as Statement) : undefined;
};
