import { z } from 'zod';

import { dsseEnvelopeSchema } from './dsse.js';
import { countSchema } from './answers/paging.js';

/** What an export holds, in this order: one page or more of each. */
export const exportPartSchema = z.enum([
  /** The tenant's document (settings, sources, members, keys) and the checkpoint that the export stands on. */
  'tenant',
  /** Every entry of the log with its event; null where its time to be kept is over. */
  'entries',
  /** Reports, mail operations, watermarks: whatever the service keeps beside the log. */
  'records',
  'quarantine',
  /** Names by pseudonym, only where they were asked for. */
  'people',
  /** Blobs in pieces: bundles, checkpoints, snapshots, documents, artifacts, manifests, reviews, raw payloads. */
  'blobs',
]);
export type ExportPart = z.infer<typeof exportPartSchema>;

export const exportQuerySchema = z.strictObject({
  cursor: z.string().max(2000).optional().meta({ description: 'From the page before.' }),
  people: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'With the names of people; admin only.' }),
});

/** One page of an export. What is signed is all of it but `cursor` and `signature`. */
export const exportPageSchema = z.strictObject({
  schemaVersion: z.literal('aispm.export-page.v1'),
  tenantId: z.string(),
  /** Which export: pages of two are never one. */
  export: z.uuid(),
  /** Place of the page, from 0. */
  index: countSchema,
  /** Whether this is the last one: an export without it is not whole. */
  last: z.boolean(),
  /** Entries of the log that the export covers. */
  size: countSchema,
  part: exportPartSchema,
  items: z.array(z.record(z.string(), z.unknown())),
  cursor: z.string().optional(),
  signature: dsseEnvelopeSchema,
});
export type ExportPage = z.infer<typeof exportPageSchema>;
