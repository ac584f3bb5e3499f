import { describe, expect, test } from 'vitest';
import {
  checkInclusion,
  type LogKeys,
  type Proof,
  type StoredEvent,
} from '../../infra/local/demo/inclusion.js';
import { signingKeyOf, signWith } from '../../shared/adapters/ed25519.js';
import { toBase64, toHex, utf8 } from '../../shared/core/kernel/bytes.js';
import { canonicalBytes } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { checkpointText, originOf } from '../../shared/core/kernel/note.js';
import { signedNote } from '../../shared/core/log/checkpoint.js';
import { leafBytes } from '../../shared/core/kernel/leaf.js';
import type { LogEntry } from '../../shared/core/log/entry.js';
import { inclusionProof, rangeHashOf } from '../../shared/core/log/merkle.js';
import { leafHash } from '../../shared/core/kernel/tree-hash.js';

const key = signingKeyOf(new Uint8Array(32).fill(7));
const otherKey = signingKeyOf(new Uint8Array(32).fill(8));
const origin = originOf('harbour');

const storedAt = (position: number): StoredEvent => {
  const content = {
    event: { id: `event ${position}`, type: 'aispm.decision.recorded' },
    admission: { position },
  };
  return { id: `id-${position}`, digest: toHex(canonicalBytes(content)).slice(0, 64), ...content };
};
const entryAt = (position: number): LogEntry => {
  const { id, event, admission } = storedAt(position);
  return {
    position,
    id,
    digest: sha256Hex(canonicalBytes({ admission, event })),
    sequencedAt: '2026-11-24T04:00:00.000Z',
  };
};

/** A log of so many entries as the service keeps it, and its answers. */
function logOf(size: number, signer = key) {
  const hashes = Array.from({ length: size }, (_, position) => leafHash(leafBytes(entryAt(position))));
  const range = rangeHashOf(hashes);
  const checkpoint = { origin, size, root: range(0, size) };
  const note = signedNote(checkpoint, signer.publicKey, signWith(signer, utf8(checkpointText(checkpoint))));
  const keys: LogKeys = { origin, keys: [{ keyId: key.keyId, publicKey: toBase64(key.publicKey) }] };
  const proofOf = (position: number): Proof => ({
    entry: entryAt(position),
    size,
    hashes: inclusionProof(position, size, range).map(toBase64),
    checkpoint: { note },
  });
  return { keys, proofOf };
}

const verdict = (stored: StoredEvent, proof: Proof, keys: LogKeys): [number, boolean] => {
  const checks = checkInclusion(stored, proof, keys);
  return [checks.length, checks.every(({ holds }) => holds)];
};

describe('the demo checks the service’s proofs with code of its own', () => {
  test('every entry of every log of up to 20 entries verifies', () => {
    for (let size = 1; size <= 20; size += 1) {
      const { keys, proofOf } = logOf(size);
      for (let position = 0; position < size; position += 1)
        expect(verdict(storedAt(position), proofOf(position), keys)).toEqual([5, true]);
    }
  });

  const { keys, proofOf } = logOf(11);
  const stored = storedAt(6);
  const proof = proofOf(6);

  test('another event than the one that was asked for is noticed', () => {
    expect(verdict(storedAt(5), proof, keys)).toEqual([1, false]);
  });

  test('a changed event is noticed by its digest', () => {
    expect(
      verdict({ ...stored, event: { ...stored.event, type: 'aispm.approval.decided' } }, proof, keys),
    ).toEqual([2, false]);
  });

  test('a checkpoint of another log, or of another size, is noticed', () => {
    expect(verdict(stored, proof, { ...keys, origin: originOf('other') })).toEqual([3, false]);
    expect(verdict(stored, { ...proof, size: 12 }, keys)).toEqual([3, false]);
  });

  test('a path that leads elsewhere, is too short or too long is noticed', () => {
    const paths = [
      proof.hashes.slice(1),
      [...proof.hashes, ...proof.hashes.slice(0, 1)],
      [...proof.hashes].reverse(),
    ];
    for (const hashes of paths) expect(verdict(stored, { ...proof, hashes }, keys)).toEqual([4, false]);
  });

  test('a tree signed by a key that is not the tenant’s is noticed', () => {
    expect(verdict(stored, logOf(11, otherKey).proofOf(6), keys)).toEqual([5, false]);
  });
});
