import { z } from 'zod';

import { instantSchema, sha256Schema } from './primitives.js';

/*
 * What an operating archive is made of: flat files, each a subject of one signed manifest, and named by what it is, so
 * that both who writes and who verifies find it.
 */

export const archiveFiles = {
  manifest: 'archive.json',
  keys: 'keys.json',
  /** `{items: [{from, to, hashes}]}`: from each checkpoint to the archive's own. */
  consistency: 'consistency.json',
  checkpoint: (size: number): string => `checkpoint-${String(size).padStart(12, '0')}.txt`,
  /** `{event, proof}`: the answers of `GET …/evidence/{id}` and `…/proof`, without links. */
  event: (id: string): string => `event-${id}.json`,
  packet: (digest: string): string => `packet-${digest}.json`,
  review: (name: string): string => `review-${name}.json`,
  /** A part of a report: `manifest.json`, `document.json`, or a rendering. */
  report: (id: string, part: string): string => `report-${id}.${part}`,
} as const;

/** What the manifest says of an archive, beside the digest of each file. */
export const archivePredicateSchema = z.object({
  tenantId: z.string(),
  archive: z.string(),
  period: z.object({ id: z.string(), from: z.iso.date(), to: z.iso.date(), zone: z.string() }),
  asOf: instantSchema,
  /** Signed note of the log that every proof in the archive leads to. */
  checkpoint: z.string(),
  /** Checkpoints of the quarter that there are; where there are more than are kept, they are kept evenly. */
  checkpoints: z.object({ kept: z.int().min(0), of: z.int().min(0) }),
  signOffs: z.array(z.object({ name: z.string(), role: z.string(), evidenceId: sha256Schema })),
});
export type ArchivePredicate = z.infer<typeof archivePredicateSchema>;
