import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromBase64, fromHex, toHex, utf8 } from '../../shared/core/kernel/bytes.js';
import { verifyEd25519 } from '../../shared/core/kernel/hash.js';
import { checkpointText, noteKeyHash } from '../../shared/core/kernel/note.js';
import { parseNote } from '../../shared/core/log/parse-note.js';
import { signedNote } from '../../shared/core/log/checkpoint.js';
import {
  appendLeaf,
  appendLeafHex,
  consistencyProof,
  inclusionProof,
  rangeHashOf,
  rootOf,
} from '../../shared/core/log/merkle.js';
import { leafHash } from '../../shared/core/kernel/tree-hash.js';
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

// Hashes that the published proofs of that implementation share.
const n01 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const n45 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const n67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const n03 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const h4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';

const frontierOf = (some: readonly Uint8Array[]): Uint8Array[] =>
  some.reduce<Uint8Array[]>((frontier, leaf, size) => appendLeaf(frontier, size, leaf), []);

const tree = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 });

describe('the log is an RFC 6962 Merkle tree', () => {
  it('has the published roots', () => {
    for (const [size, root] of roots.entries())
      expect(toHex(rootOf(frontierOf(leaves.slice(0, size))))).toBe(root);
  });

  const range = rangeHashOf(leaves.map(leafHash));
  const within = (size: number) => rangeHashOf(leaves.slice(0, size).map(leafHash));

  it.each([
    [0, 8, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', n01, n45]],
    [5, 8, [h4, n67, n03]],
    [2, 3, [roots[2] ?? '']],
    [1, 5, [roots[1] ?? '', n01, h4]],
  ])('has the published path of leaf %i in a tree of %i', (position, size, path) => {
    expect(inclusionProof(position, size, within(size)).map(toHex)).toEqual(path);
    const leaf = leaves[position] ?? new Uint8Array();
    expect(verifyInclusion(leaf, position, size, path.map(fromHex), fromHex(roots[size] ?? ''))).toBe(true);
  });

  it.each([
    [1, 8, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', n01, n45]],
    [6, 8, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', n67, n03]],
    [2, 5, [n01, h4]],
  ])('has the published proof that a tree of %i is a prefix of one of %i', (first, second, path) => {
    expect(consistencyProof(first, second, range).map(toHex)).toEqual(path);
    const [a, b] = [fromHex(roots[first] ?? ''), fromHex(roots[second] ?? '')];
    expect(verifyConsistency(first, second, path.map(fromHex), a, b)).toBe(true);
  });

  it('grows alike from a frontier kept as bytes and from one kept as text', () => {
    fc.assert(
      fc.property(tree, (some) => {
        const kept = some.reduce<string[]>((frontier, leaf, size) => appendLeafHex(frontier, size, leaf), []);
        expect(kept).toEqual(frontierOf(some).map(toHex));
      }),
    );
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

  it('names keys and signs notes as the signed-note format publishes them', () => {
    // The example key and note of the format's reference implementation (golang.org/x/mod/sumdb/note).
    const key = fromBase64('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW').slice(1);
    expect(toHex(noteKeyHash('PeterNeumann', key))).toBe('c74f20a3');
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const line =
      'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';
    const bytes = fromBase64(line);
    expect(toHex(bytes.slice(0, 4))).toBe('c74f20a3');
    expect(verifyEd25519(key, utf8(text), bytes.slice(4))).toBe(true);
  });
});
