import { z } from 'zod';

import { changeStateSchema } from './change-requests.js';
import { sha256Schema } from './primitives.js';

/** Which of the standards that a tenant holds itself to (`standardsSchema`) a change would lower. */
export const loweredSchema = z.enum([
  'scoreTarget',
  'findingDays',
  'inventoryFreshDays',
  'packetDays',
  'checks',
  'environments',
]);
export type Lowered = z.infer<typeof loweredSchema>;

/** What `tenant.configured` says of a change of standards that takes two people. */
export const settingsChangeStepSchema = z.strictObject({
  id: z.uuid(),
  state: changeStateSchema,
  /** SHA-256 of the canonical form (RFC 8785) of the standards once it is agreed to. */
  content: sha256Schema,
  lowers: z.array(loweredSchema).min(1),
});
