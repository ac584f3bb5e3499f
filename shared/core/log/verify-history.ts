import type { z } from 'zod';

import type { consistencySchema } from '../../../schemas/answers/evidence.js';
import { toHex } from '../kernel/bytes.js';
import { exactBase64, inOrder, must, type CheckResult } from './checks.js';
import { openNote, readNote, type Trust } from './trust.js';
import { verifyConsistency } from './verify.js';

/** Answer of `GET …/log/consistency?from=&to=`. */
export type GivenConsistency = z.infer<typeof consistencySchema>;

/**
 * Whether an old checkpoint and a new one are of one history. Two of the same size need no proof: another root is a fork.
 * @param consistency from the old size to the new; null only for equal sizes.
 */
export function verifyHistory(
  older: string,
  newer: string,
  consistency: GivenConsistency | null,
  trust: Trust,
): CheckResult[] {
  return inOrder([
    ['two checkpoints of one size have one root', () => oneRoot(older, newer)],
    ['the proof is about these two sizes', () => sameSizes(older, newer, consistency)],
    ['the old log is a prefix of the new one', () => prefix(older, newer, consistency)],
    [
      'both checkpoints are signed by a key of the tenant',
      () => [older, newer].forEach((n) => openNote(n, trust)),
    ],
  ]);
}

/** One checkpoint alone: signed, and no more than that. */
export const verifyCheckpoint = (note: string, trust: Trust): CheckResult[] =>
  inOrder([['the checkpoint is signed by a key of the tenant', () => void openNote(note, trust)]]);

const checkpointsOf = (older: string, newer: string) =>
  [readNote(older).checkpoint, readNote(newer).checkpoint] as const;

function oneRoot(older: string, newer: string): void {
  const [a, b] = checkpointsOf(older, newer);
  must(a.origin === b.origin, 'tenant_mismatch', 'the checkpoints are of different logs');
  must(
    a.size !== b.size || toHex(a.root) === toHex(b.root),
    'log_forked',
    `two roots are signed for ${a.size} entries: two histories were shown`,
  );
}

function sameSizes(older: string, newer: string, consistency: GivenConsistency | null): void {
  const [a, b] = checkpointsOf(older, newer);
  const fits =
    consistency === null ? a.size === b.size : consistency.from === a.size && consistency.to === b.size;
  must(fits, 'consistency_invalid', `a consistency proof from ${a.size} to ${b.size} is needed`);
}

function prefix(older: string, newer: string, consistency: GivenConsistency | null): void {
  const [a, b] = checkpointsOf(older, newer);
  const path = (consistency?.hashes ?? []).map((hash) => exactBase64(hash, 'a hash of the proof'));
  must(
    verifyConsistency(a.size, b.size, path, a.root, b.root),
    'consistency_invalid',
    `the first ${a.size} of ${b.size} entries are not those of the old checkpoint`,
  );
}
