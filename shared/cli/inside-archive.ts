import { fromUtf8 } from '../core/kernel/bytes.js';
import { NotVerified } from '../core/log/checks.js';
import { readNote } from '../core/log/trust.js';
import type { GivenConsistency } from '../core/log/verify-history.js';
import { consistencyIn, ofKind } from '../core/readiness/archive-parts.js';
import { archiveEnvelope, readArchiveManifest } from '../core/readiness/verify-archive.js';
import type { PacketFile } from '../core/reports/manifest.js';

/** What an operating archive itself tells of the log's history: its checkpoints, and how each leads to its own. */
export type InsideArchive = {
  own: number;
  notes: readonly { from: string; note: string; size: number }[];
  proofs: readonly { name: string; value: GivenConsistency }[];
};

/** As the files say, not verified; null where they do not say it. That they are what was signed is checked with the archive. */
export function insideArchive(name: string, files: readonly PacketFile[]): InsideArchive | null {
  const envelope = archiveEnvelope(files);
  if (envelope === null) return null;
  try {
    const { checkpoint } = readArchiveManifest(envelope).predicate;
    const noteOf = (from: string, note: string) => ({ from, note, size: readNote(note).checkpoint.size });
    const own = noteOf(name, checkpoint);
    const kept = ofKind(files, 'checkpoint').map((file) =>
      noteOf(`${name}: ${file.name}`, fromUtf8(file.bytes)),
    );
    const proofs = consistencyIn(files).map((value) => ({ name, value }));
    return { own: own.size, notes: [own, ...kept.filter(({ note }) => note !== checkpoint)], proofs };
  } catch (error) {
    // What is wrong with it fails with the archive.
    if (error instanceof NotVerified || error instanceof TypeError) return null;
    throw error;
  }
}
