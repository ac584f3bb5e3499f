import { fromHex, toHex } from '../kernel/bytes.js';
import { emptyRoot, leafHash, nodeHash } from '../kernel/tree-hash.js';

/* The proving half of RFC 6962 section 2.1. Positions count from 0. */

/**
 * Full subtrees of a tree, largest first: what is needed to append without the rest of the tree. The number of subtrees
 * is the number of one-bits of `size`.
 */
export type Frontier = readonly Uint8Array[];

/** The frontier after one more leaf. Constant work on average: as many joins as `size` has trailing one-bits. */
export function appendLeaf(frontier: Frontier, size: number, leaf: Uint8Array): Uint8Array[] {
  return appended(
    frontier,
    size,
    leaf,
    (node) => node,
    (node) => node,
  );
}

/** The same for a frontier kept as hexadecimal: only the subtrees that join are read. */
export function appendLeafHex(frontier: readonly string[], size: number, leaf: Uint8Array): string[] {
  return appended(frontier, size, leaf, fromHex, toHex);
}

function appended<T>(
  frontier: readonly T[],
  size: number,
  leaf: Uint8Array,
  read: (node: T) => Uint8Array,
  write: (node: Uint8Array) => T,
): T[] {
  const next = [...frontier];
  let joined = leafHash(leaf);
  // Not bit operations on `size`: they would wrap at 2^31.
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = next.pop();
    if (left === undefined) throw new RangeError('the frontier does not fit the size');
    joined = nodeHash(read(left), joined);
  }
  next.push(write(joined));
  return next;
}

/** Merkle tree hash from a frontier. */
export function rootOf(frontier: Frontier): Uint8Array {
  if (frontier.length === 0) return emptyRoot();
  return frontier.reduceRight((right, left) => nodeHash(left, right));
}

/** Largest power of two smaller than n (RFC 6962: k < n ≤ 2k); n ≥ 2. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Merkle tree hash of the leaves [from, to), whatever way the caller gets it: computed, cached or read from a bundle. */
export type RangeHash = (from: number, to: number) => Uint8Array;

/** A RangeHash over leaf hashes in memory. */
export function rangeHashOf(leafHashes: readonly Uint8Array[]): RangeHash {
  const range: RangeHash = (from, to) => {
    if (to - from === 0) return emptyRoot();
    const only = leafHashes[from];
    if (to - from === 1) {
      if (!only) throw new RangeError(`no leaf at ${from}`);
      return only;
    }
    const k = splitPoint(to - from);
    return nodeHash(range(from, from + k), range(from + k, to));
  };
  return range;
}

/** Audit path of a leaf in a tree of `size` leaves, lowest first (RFC 6962, 2.1.1). */
export function inclusionProof(position: number, size: number, range: RangeHash): Uint8Array[] {
  if (position < 0 || position >= size) throw new RangeError('the position is outside the tree');
  const path = (m: number, from: number, to: number): Uint8Array[] => {
    if (to - from === 1) return [];
    const k = splitPoint(to - from);
    return m < k
      ? [...path(m, from, from + k), range(from + k, to)]
      : [...path(m - k, from + k, to), range(from, from + k)];
  };
  return path(position, 0, size);
}

/** Proof that the tree of `first` leaves is a prefix of the tree of `second` leaves (RFC 6962, 2.1.2). */
export function consistencyProof(first: number, second: number, range: RangeHash): Uint8Array[] {
  if (first < 0 || first > second) throw new RangeError('the first size is not within the second');
  if (first === 0 || first === second) return [];
  const prove = (m: number, from: number, to: number, whole: boolean): Uint8Array[] => {
    if (m === to - from) return whole ? [] : [range(from, to)];
    const k = splitPoint(to - from);
    return m <= k
      ? [...prove(m, from, from + k, whole), range(from + k, to)]
      : [...prove(m - k, from + k, to, false), range(from, from + k)];
  };
  return prove(first, 0, second, true);
}
