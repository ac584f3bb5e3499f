import { fromHex, toBase64, toHex, utf8 } from '../../core/kernel/bytes.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { checkpointText, originOf, type Checkpoint } from '../../core/kernel/note.js';
import { signedNote } from '../../core/log/checkpoint.js';
import { leafBytes } from '../../core/kernel/leaf.js';
import type { LogEntry } from '../../core/log/entry.js';
import { consistencyProof, inclusionProof, rangeHashOf, rootOf, splitPoint } from '../../core/log/merkle.js';
import { leafHash, nodeHash } from '../../core/kernel/tree-hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Head } from '../../core/projections/documents.js';
import { StoreUnavailable, type BlobStore, type KeyRing, type TenantStores } from '../../ports.js';
import { headOf } from './fold.js';

/*
 * The log as its readers see it: signed checkpoints, proofs, and bundles of 256 entries in immutable blobs. Only a
 * committed head is signed; what is lost here is made again from the ledger, byte for byte.
 */

/** Two histories of one log: an equal size with another root was signed before. */
export class LogFork extends Error {
  constructor(detail: string) {
    super(`log fork: ${detail}`);
    this.name = 'LogFork';
  }
}

export type LogDeps = { stores: TenantStores; blobs: BlobStore; keys: KeyRing };

export const bundleSize = 256;
export const bundleName = (tenantId: string, index: number): string =>
  `${tenantId}/bundles/${String(index).padStart(9, '0')}.json`;
export const checkpointFolder = (tenantId: string): string => `${tenantId}/checkpoints/`;
const checkpointName = (tenantId: string, size: number): string =>
  `${checkpointFolder(tenantId)}${String(size).padStart(12, '0')}`;

export type SignedCheckpoint = { note: string; size: number; root: string; keyId: string };

/**
 * Signs the log as it stands and keeps the checkpoint under its size. Ed25519 is deterministic, so signing a size again
 * gives the same bytes; other bytes under the same size mean two histories.
 * @throws LogFork — an alarm, never swallowed.
 */
export async function signCheckpoint(deps: LogDeps): Promise<SignedCheckpoint> {
  const { document: head } = await headOf(deps.stores.ledger);
  const tenantId = deps.stores.tenantId;
  const checkpoint: Checkpoint = { origin: originOf(tenantId), size: head.size, root: rootOfHead(head) };
  const { keyId, publicKey, signature } = await deps.keys.sign(tenantId, utf8(checkpointText(checkpoint)));
  const note = signedNote(checkpoint, publicKey, signature);
  const name = checkpointName(tenantId, head.size);
  if (!(await deps.blobs.create('log', name, utf8(note), 'text/plain; charset=utf-8'))) {
    const kept = await deps.blobs.get('log', name);
    // The name was taken a moment ago: a store that cannot show it now says nothing about its content.
    if (kept === null) throw new StoreUnavailable('a checkpoint cannot be read', 1_000);
    const text = new TextDecoder().decode(kept);
    // A rotated key signs the same tree anew; another root is another history.
    if (!text.startsWith(checkpointText(checkpoint)))
      throw new LogFork(`two roots for size ${head.size} of ${tenantId}`);
  }
  return { note, size: head.size, root: toHex(checkpoint.root), keyId };
}

export const rootOfHead = (head: Head): Uint8Array => rootOf(head.frontier.map(fromHex));

/**
 * Writes every full bundle that is not in the blob store yet, oldest first, so that what is there is always without a
 * gap. Dies in between: the next call goes on behind the last one that exists.
 */
export async function sealBundles(deps: LogDeps): Promise<number> {
  const { document: head } = await headOf(deps.stores.ledger);
  const { tenantId } = deps.stores;
  const full = Math.floor(head.size / bundleSize);
  let first = full;
  while (first > 0 && (await deps.blobs.get('log', bundleName(tenantId, first - 1))) === null) first -= 1;
  for (let index = first; index < full; index++) {
    const entries = await deps.stores.ledger.entries(index * bundleSize, (index + 1) * bundleSize);
    const bytes = canonicalBytes({ schemaVersion: 'aispm.log-bundle.v1', tenantId, index, entries });
    await deps.blobs.create('log', bundleName(tenantId, index), bytes, 'application/json');
  }
  return full - first;
}

export type EntryProof = {
  entry: LogEntry;
  leaf: string;
  size: number;
  hashes: string[];
  checkpoint: SignedCheckpoint;
};

/** Inclusion proof of an event in the signed tree of now. @throws Refusal `not_found` while it is not in the log. */
export async function proveInclusion(deps: LogDeps, evidenceId: string): Promise<EntryProof> {
  const entry = await deps.stores.ledger.entryOf(evidenceId);
  if (!entry) throw new Refusal('not_found', 'the event is not in the log yet, or there is no such event');
  return (await proverOf(deps)).inclusion(entry);
}

/** Proofs that all lead to one signed checkpoint, for which the log is read once. */
export type Prover = {
  checkpoint: SignedCheckpoint;
  /** Of an entry that the checkpoint covers. */
  inclusion(entry: LogEntry): EntryProof;
  /** From an older size of the log. */
  consistency(from: number): { from: number; to: number; hashes: string[] };
};

export async function proverOf(deps: LogDeps): Promise<Prover> {
  const checkpoint = await signCheckpoint(deps);
  const { size } = checkpoint;
  const range = await rangeOf(deps, size);
  return {
    checkpoint,
    inclusion: (entry) => ({
      entry,
      leaf: toBase64(leafBytes(entry)),
      size,
      hashes: inclusionProof(entry.position, size, range).map(toBase64),
      checkpoint,
    }),
    consistency: (from) => ({
      from,
      to: size,
      hashes: consistencyProof(from, size, range).map(toBase64),
    }),
  };
}

/** Consistency proof between two sizes of the log. @throws Refusal `invalid_request` for sizes the log does not have. */
export async function proveConsistency(
  deps: LogDeps,
  from: number,
  to: number,
): Promise<{ from: number; to: number; hashes: string[] }> {
  const { document: head } = await headOf(deps.stores.ledger);
  if (from > to || to > head.size)
    throw new Refusal('invalid_request', 'from and to must be sizes the log had, in order');
  return { from, to, hashes: consistencyProof(from, to, await rangeOf(deps, to)).map(toBase64) };
}

/** Subtree hashes of the first `size` leaves: whole bundles as one hash each, the rest leaf by leaf. */
async function rangeOf({ stores }: LogDeps, size: number): Promise<(from: number, to: number) => Uint8Array> {
  const leaves: Uint8Array[] = [];
  for (let from = 0; from < size; from += bundleSize) {
    const entries = await stores.ledger.entries(from, Math.min(from + bundleSize, size));
    leaves.push(...entries.map((entry) => leafHash(leafBytes(entry))));
  }
  if (leaves.length !== size) throw new Error('the log has a gap');
  return memoised(rangeHashOf(leaves));
}

/** A proof asks for overlapping subtrees; each is hashed once. */
function memoised(range: (from: number, to: number) => Uint8Array): (from: number, to: number) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  const cached = (from: number, to: number): Uint8Array => {
    const key = `${from}-${to}`;
    const before = known.get(key);
    if (before) return before;
    const k = to - from > 1 ? splitPoint(to - from) : 0;
    const hash = to - from <= 1 ? range(from, to) : nodeHash(cached(from, from + k), cached(from + k, to));
    known.set(key, hash);
    return hash;
  };
  return cached;
}
