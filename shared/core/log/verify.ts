import { toHex } from '../kernel/bytes.js';
import { leafHash, nodeHash } from '../kernel/tree-hash.js';

/*
 * The verifying half of RFC 6962, written from RFC 9162 sections 2.1.3.2 and 2.1.4.2 (same tree, stated as algorithms)
 * and sharing only the two hash functions with the proving half: an error in one is not repeated in the other.
 */

const equal = (a: Uint8Array, b: Uint8Array): boolean => toHex(a) === toHex(b);
const half = (n: number): number => Math.floor(n / 2);

/** Whether `leaf` stands at `position` of the tree with this root. False for every malformed proof. */
export function verifyInclusion(
  leaf: Uint8Array,
  position: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(position) || !Number.isSafeInteger(size) || position < 0 || position >= size)
    return false;
  let node = position;
  let last = size - 1;
  let hash = leafHash(leaf);
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equal(hash, root);
}

/** Whether the tree (`first`, `firstRoot`) is a prefix of the tree (`second`, `secondRoot`). False for every malformed proof. */
export function verifyConsistency(
  first: number,
  second: number,
  proof: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second)
    return false;
  if (first === second) return proof.length === 0 && equal(firstRoot, secondRoot);
  // Nothing is a prefix of everything, and nothing needs no proof.
  if (first === 0) return proof.length === 0;
  const path = [...proof];
  if (Number.isInteger(Math.log2(first))) path.unshift(firstRoot);
  const start = path.shift();
  if (!start) return false;
  let node = first - 1;
  let last = second - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  let left = start;
  let whole = start;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      left = nodeHash(sibling, left);
      whole = nodeHash(sibling, whole);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      whole = nodeHash(whole, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equal(left, firstRoot) && equal(whole, secondRoot);
}
