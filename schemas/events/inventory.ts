import { z } from 'zod';
import {
  environmentSchema,
  instantSchema,
  itemKindSchema,
  nameSchema,
  personSchema,
  surfaceSchema,
  textSchema,
  trustTierSchema,
} from '../primitives.js';

/** One thing that should be governed. */
export const inventoryItemSchema = z.strictObject({
  kind: itemKindSchema,
  id: nameSchema,
  owner: personSchema.optional(),
  criticality: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  environment: environmentSchema.optional(),
  /** What the item may touch; absent means anything, so every control of its kind applies. */
  surfaces: z.array(surfaceSchema).max(10).optional(),
  /** `retired` takes the item out of scope as of the event's time. */
  lifecycle: z.enum(['active', 'retired']).optional(),
});

/** What should be governed: a statement by the tenant. Items not named keep their last declaration. */
export const inventoryDeclaredSchema = z.strictObject({
  items: z.array(inventoryItemSchema).min(1).max(20),
});

/** A tool or MCP server was looked up in the tenant's registry. */
export const registryCheckedSchema = z.strictObject({
  tool: nameSchema,
  registered: z.boolean(),
  tier: trustTierSchema.optional(),
  capabilities: z.array(nameSchema).max(64).optional(),
  /** Capabilities that were approved; use of another is beyond approval. */
  approvedCapabilities: z.array(nameSchema).max(64).optional(),
  owner: personSchema.optional(),
  approvedUntil: instantSchema.optional(),
  verdict: z.enum(['trusted', 'risky', 'unknown']),
});

/** A policy pack version came into force, with the rules it carries and the controls each rule serves. */
export const policyPublishedSchema = z.strictObject({
  policy: nameSchema,
  version: nameSchema,
  mode: z.enum(['enforce', 'shadow']),
  rules: z
    .array(z.strictObject({ rule: nameSchema, controls: z.array(nameSchema).min(1).max(20) }))
    .min(1)
    .max(100),
  reason: textSchema.optional(),
});
