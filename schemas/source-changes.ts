import { z } from 'zod';

import { changeStateSchema } from './change-requests.js';
import { sha256Schema } from './primitives.js';

/** What two people change about a source: that it is registered, what it is registered with, or that it is retired for good. */
export const sourceChangeKindSchema = z.enum(['registration', 'change', 'retirement']);

/** JSON pointers into a registration: what lets the source say more, and what changes who vouches for what it says. */
export const widenedSchema = z.array(z.string().max(40)).max(100);

/** What `tenant.configured` says of a change of a source that takes two people. */
export const sourceChangeStepSchema = z.strictObject({
  id: z.uuid(),
  kind: sourceChangeKindSchema,
  state: changeStateSchema,
  /** SHA-256 of the canonical form (RFC 8785) of what it is registered with once it is agreed to. None for a retirement. */
  content: sha256Schema.optional(),
  widens: widenedSchema.optional(),
});
