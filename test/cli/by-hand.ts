import { createHash, createPublicKey, verify } from 'node:crypto';

import canonicalize from 'canonicalize';

/*
 * What the README's "Without our tool" says, as a third party would write it down: Node's own crypto, a canonical form
 * (RFC 8785), and not a line of ours. Each function throws, or compares with something false, where a thing is not so.
 */

export type Keys = { tenantId: string; origin: string; keys: { keyId: string; publicKey: string }[] };
export type Envelope = {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
};
type Statement = {
  subject: { name: string; digest: { sha256: string } }[];
  predicateType: string;
  predicate: Record<string, unknown>;
};
export type Proof = {
  entry: { position: number; id: string; digest: string; sequencedAt: string };
  hashes: string[];
  checkpoint: { note: string };
};

export const sha256 = (...parts: (Uint8Array | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const digest = (value: unknown): string => sha256(canonicalize(value) ?? '').toString('hex');

const publicKey = (raw: Buffer) =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });

/** The statement in an envelope, once a key of the tenant signed it. */
export function statementIn({ payloadType, payload, signatures }: Envelope, { keys }: Keys): Statement {
  const bytes = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `),
    bytes,
  ]);
  const holds = signatures.some(({ keyid, sig }) =>
    keys.some(({ keyId, publicKey: text }) => {
      const raw = Buffer.from(text, 'base64');
      const named = keyId === `ed25519-${sha256(raw).toString('hex').slice(0, 16)}` && keyId === keyid;
      return named && verify(null, signed, publicKey(raw), Buffer.from(sig, 'base64'));
    }),
  );
  if (!holds) throw new Error('no key of the tenant signed it');
  return JSON.parse(bytes.toString()) as Statement;
}

/** Size and root of a checkpoint, once a key of the tenant signed it. */
export function checkpointIn(note: string, { origin, keys }: Keys): { size: number; root: string } {
  const [text = '', lines = ''] = note.split('\n\n');
  const [log, size, root = ''] = text.split('\n');
  const holds = keys.some(({ publicKey: key }) => {
    const raw = Buffer.from(key, 'base64');
    const hint = sha256(`${origin}\n`, Uint8Array.of(1), raw).subarray(0, 4);
    return lines.split('\n').some((line) => {
      const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
      const named = line.startsWith(`\u2014 ${origin} `) && hint.equals(bytes.subarray(0, 4));
      return named && verify(null, Buffer.from(`${text}\n`), publicKey(raw), bytes.subarray(4));
    });
  });
  if (!holds || log !== origin) throw new Error('no key of the tenant signed this checkpoint');
  return { size: Number(size), root };
}

/** Whether the file is the one of that name in the report, and the report the tenant's. */
export function isOfReport(manifest: Envelope, name: string, bytes: Uint8Array, keys: Keys): boolean {
  const { subject, predicateType, predicate } = statementIn(manifest, keys);
  const { size } = checkpointIn(String(predicate['checkpoint']), keys);
  return (
    predicateType === 'urn:aispm:report-manifest:v1' &&
    predicate['tenantId'] === keys.tenantId &&
    size >= Number(predicate['position']) &&
    subject.some((s) => s.name === name && s.digest.sha256 === sha256(bytes).toString('hex'))
  );
}

/** Whether the event stands in the tenant's log as it is. */
export function isLogged(
  { event, admission }: { event: { source: string; id: string }; admission: unknown },
  { entry, hashes, checkpoint }: Proof,
  keys: Keys,
): boolean {
  const { position, id, sequencedAt } = entry;
  const { size, root } = checkpointIn(checkpoint.note, keys);
  const leaf = canonicalize({ position, id, digest: entry.digest, sequencedAt }) ?? '';
  let [node, last, hash] = [position, size - 1, sha256(Uint8Array.of(0), leaf)];
  for (const sibling of hashes.map((text) => Buffer.from(text, 'base64'))) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = sha256(Uint8Array.of(1), sibling, hash);
      for (; node % 2 === 0 && node !== 0; last >>= 1) node >>= 1;
    } else hash = sha256(Uint8Array.of(1), hash, sibling);
    [node, last] = [node >> 1, last >> 1];
  }
  return (
    digest([event.source, event.id]) === id &&
    digest({ admission, event }) === entry.digest &&
    last === 0 &&
    hash.toString('base64') === root
  );
}

type Signed = Record<string, unknown> & { digest: string; signature: Envelope };

/** Whether a decision of the gate, or a readiness packet, is what the tenant's key signed. */
export function isSigned(whole: Signed, keys: Keys): boolean {
  const { digest: said, signature, decision: _decision, checkpoint: _checkpoint, ...rest } = whole;
  const { subject } = statementIn(signature, keys);
  return digest(rest) === said && subject.length === 1 && subject[0]?.digest.sha256 === said;
}
