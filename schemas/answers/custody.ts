import { z } from 'zod';

import { evidenceIdSchema } from '../primitives.js';

/** What an erasure came to. Nothing was known under the pseudonym where all three are false. */
export const erasureSchema = z.strictObject({
  person: z.string(),
  evidence: evidenceIdSchema,
  erased: z.strictObject({ name: z.boolean(), member: z.boolean(), recipient: z.boolean() }),
});
