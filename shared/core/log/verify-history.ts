import type { z } from 'zod';

import type { consistencySchema } from '../../../schemas/answers/evidence.js';
import { toHex } from '../kernel/bytes.js';
import { exactBase64, inOrder, must, type CheckResult, type Step } from './checks.js';
import { openNote, readNote, type Trust } from './trust.js';
import { verifyConsistency } from './verify.js';

/** Answer of `GET …/log/consistency?from=&to=`. */
export type GivenConsistency = z.infer<typeof consistencySchema>;

/** A checkpoint that somebody was told of, in a mail above all: its size and root, which nobody signed there. */
export type ToldCheckpoint = { size: number; root: Uint8Array };

/**
 * Whether an old checkpoint and a new one are of one history, each as a signed note or as it was told. Two of the same size need no proof: another root is a fork. Between two that were told nothing is signed: only with a third, which is, do they show anything.
 * @param consistency from the old size to the new; null only for equal sizes.
 */
export function verifyHistory(
  older: string | ToldCheckpoint,
  newer: string | ToldCheckpoint,
  consistency: GivenConsistency | null,
  trust: Trust,
): CheckResult[] {
  const notes = [older, newer].filter((one) => typeof one === 'string');
  return inOrder([
    ['two checkpoints of one size have one root', () => oneRoot(older, newer)],
    ['the proof is about these two sizes', () => sameSizes(older, newer, consistency)],
    ['the old log is a prefix of the new one', () => prefix(older, newer, consistency)],
    ...signatures(notes, trust),
  ]);
}

function signatures(notes: readonly string[], trust: Trust): Step[] {
  if (notes.length === 0) return [];
  const check =
    notes.length === 1
      ? 'the checkpoint beside the one that was told is signed by a key of the tenant'
      : 'both checkpoints are signed by a key of the tenant';
  return [[check, () => notes.forEach((note) => openNote(note, trust))]];
}

/** One checkpoint alone: signed, and no more than that. */
export const verifyCheckpoint = (note: string, trust: Trust): CheckResult[] =>
  inOrder([['the checkpoint is signed by a key of the tenant', () => void openNote(note, trust)]]);

type Given = string | ToldCheckpoint;

/** Without an origin where it was only told. */
const read = (given: Given): { origin?: string; size: number; root: Uint8Array } =>
  typeof given === 'string' ? readNote(given).checkpoint : given;

function oneRoot(older: Given, newer: Given): void {
  const [a, b] = [read(older), read(newer)];
  const sameLog = a.origin === undefined || b.origin === undefined || a.origin === b.origin;
  must(sameLog, 'tenant_mismatch', 'the checkpoints are of different logs');
  must(
    a.size !== b.size || toHex(a.root) === toHex(b.root),
    'log_forked',
    `there are two roots for ${a.size} entries: two histories were shown`,
  );
}

function sameSizes(older: Given, newer: Given, consistency: GivenConsistency | null): void {
  const [a, b] = [read(older), read(newer)];
  const fits =
    consistency === null ? a.size === b.size : consistency.from === a.size && consistency.to === b.size;
  must(fits, 'consistency_invalid', `a consistency proof from ${a.size} to ${b.size} is needed`);
}

function prefix(older: Given, newer: Given, consistency: GivenConsistency | null): void {
  const [a, b] = [read(older), read(newer)];
  const path = (consistency?.hashes ?? []).map((hash) => exactBase64(hash, 'a hash of the proof'));
  must(
    verifyConsistency(a.size, b.size, path, a.root, b.root),
    'consistency_invalid',
    `the first ${a.size} of ${b.size} entries are not those of the old checkpoint`,
  );
}
