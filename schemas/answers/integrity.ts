import { z } from 'zod';

import { instantSchema } from '../primitives.js';
import { countSchema, linksSchema } from './paging.js';

export const integrityPartSchema = z.enum([
  'entries',
  'evidence',
  'projections',
  'bundles',
  'checkpoints',
  'snapshots',
  'documents',
  'artifacts',
  'manifests',
  'reviews',
  'archives',
  'keys',
  'configuration',
]);

/** One thing that is not what the log says it is. */
export const integrityFaultSchema = z.strictObject({
  part: integrityPartSchema,
  /** Of the log; the first where several are meant. Null where the thing has no place in it. */
  position: countSchema.nullable(),
  /** Id of the document, event or key, or name of the blob. */
  name: z.string(),
  detail: z.string(),
});
export type IntegrityFault = z.infer<typeof integrityFaultSchema>;

/** What a check of everything stored came to. The faults are the first hundred; `failed` counts them all. */
export const integritySchema = z.strictObject({
  tenantId: z.string(),
  checkedAt: instantSchema,
  /** Entries of the log at the time. */
  size: countSchema,
  /** First entry that was looked at: 0, or the snapshot that a long log was checked from. */
  from: countSchema,
  outcome: z.enum(['passed', 'failed', 'incomplete']),
  /** Why not all of it could be checked. */
  open: z.array(z.string()),
  failed: countSchema,
  faults: z.array(integrityFaultSchema).max(100),
  checked: z.record(integrityPartSchema, countSchema),
  links: linksSchema,
});
export type Integrity = z.infer<typeof integritySchema>;
