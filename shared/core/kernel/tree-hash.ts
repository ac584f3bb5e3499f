import { sha256 } from './hash.js';

/*
 * RFC 6962 section 2.1: leaves are hashed with the prefix 0x00, nodes with 0x01, so that neither can pass for the other
 * (second-preimage attack).
 */

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export const leafHash = (leaf: Uint8Array): Uint8Array => sha256(leafPrefix, leaf);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(nodePrefix, left, right);
/** Root of the tree with no leaves: SHA-256 of nothing. */
export const emptyRoot = (): Uint8Array => sha256();
