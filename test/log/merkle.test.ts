import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../shared/core/kernel/bytes.js';
import { checkpointText, parseNote, signedNote } from '../../shared/core/log/checkpoint.js';
import {
  appendLeaf,
  consistencyProof,
  inclusionProof,
  leafHash,
  rangeHashOf,
  rootOf,
} from '../../shared/core/log/merkle.js';
import { verifyConsistency, verifyInclusion } from '../../shared/core/log/verify.js';

// Test vectors of the Certificate Transparency reference implementation (RFC 6962 trees of 0 to 8 leaves).
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(fromHex);
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const frontierOf = (some: readonly Uint8Array[]): Uint8Array[] =>
  some.reduce<Uint8Array[]>((frontier, leaf, size) => appendLeaf(frontier, size, leaf), []);

const tree = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 });

describe('the log is an RFC 6962 Merkle tree', () => {
  it('has the published roots', () => {
    for (const [size, root] of roots.entries())
      expect(toHex(rootOf(frontierOf(leaves.slice(0, size))))).toBe(root);
  });

  it('proves each leaf of each tree to be in it, and no other bytes', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (some, n) => {
        const position = n % some.length;
        const range = rangeHashOf(some.map(leafHash));
        const root = rootOf(frontierOf(some));
        const proof = inclusionProof(position, some.length, range);
        const leaf = some[position] ?? new Uint8Array();
        expect(verifyInclusion(leaf, position, some.length, proof, root)).toBe(true);
        expect(verifyInclusion(Uint8Array.of(...leaf, 1), position, some.length, proof, root)).toBe(false);
        expect(verifyInclusion(leaf, position, some.length, [...proof, root], root)).toBe(false);
        if (some.length > 1)
          expect(verifyInclusion(leaf, position, some.length, proof.slice(1), root)).toBe(false);
      }),
    );
  });

  it('proves every earlier tree to be a prefix, and finds one flipped bit of either root or proof', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(), (some, n, bit) => {
        const first = n % (some.length + 1);
        const range = rangeHashOf(some.map(leafHash));
        const firstRoot = rootOf(frontierOf(some.slice(0, first)));
        const root = rootOf(frontierOf(some));
        const proof = consistencyProof(first, some.length, range);
        expect(verifyConsistency(first, some.length, proof, firstRoot, root)).toBe(true);
        const flipped = Uint8Array.from(root);
        flipped[bit % 32] = (flipped[bit % 32] ?? 0) ^ (1 << (bit % 8));
        if (first > 0) expect(verifyConsistency(first, some.length, proof, firstRoot, flipped)).toBe(false);
        if (first > 0 && first < some.length) {
          expect(verifyConsistency(first, some.length, proof, flipped, root)).toBe(false);
          const spoilt = proof.map((hash, i) => (i === bit % proof.length ? flipped : hash));
          if (toHex(spoilt[bit % proof.length] ?? root) !== toHex(proof[bit % proof.length] ?? root)) {
            expect(verifyConsistency(first, some.length, spoilt, firstRoot, root)).toBe(false);
          }
        }
      }),
    );
  });

  it('writes checkpoints that read back, and reads nothing else', () => {
    const checkpoint = { origin: 'aispm/harbour', size: 8, root: fromHex(roots[8] ?? '') };
    const note = signedNote(checkpoint, new Uint8Array(32), new Uint8Array(64).fill(7));
    const parsed = parseNote(note);
    expect(parsed?.checkpoint).toEqual(checkpoint);
    expect(parsed?.text).toBe(checkpointText(checkpoint));
    expect(parsed?.signatures[0]?.signature).toEqual(new Uint8Array(64).fill(7));
    for (const broken of [note.slice(1), note.replace('\n8\n', '\n08\n'), note.trimEnd(), `${note}x`, '']) {
      expect(parseNote(broken)?.checkpoint ?? null).not.toEqual(checkpoint);
    }
  });
});
