import { z } from 'zod';

import { nameSchema, severitySchema } from './primitives.js';
import { readinessTargetSchema, tenantCheckNameSchema } from './readiness.js';

/** A check that a tenant adds to the gate. There is no way to take one of the gate's own away. */
export const tenantCheckSchema = z.strictObject({
  name: tenantCheckNameSchema,
  title: nameSchema,
  /** What removes the blocker. */
  resolution: nameSchema,
  /** Who can. */
  owner: nameSchema,
  targets: z.array(readinessTargetSchema).min(1).max(3),
  requires: z.discriminatedUnion('kind', [
    /** The control is enforced for every item in scope. */
    z.strictObject({ kind: z.literal('control'), control: nameSchema }),
    /** Tenths of a point. */
    z.strictObject({ kind: z.literal('score'), atLeast: z.int().min(0).max(1000) }),
    z.strictObject({ kind: z.literal('findings'), severity: severitySchema, atMost: z.int().min(0) }),
  ]),
});
export type TenantCheck = z.infer<typeof tenantCheckSchema>;

/** How many checks a tenant adds at most. */
export const mostTenantChecks = 20;

export const readinessSettingsSchema = z.strictObject({
  /** Days that a packet counts. */
  packetDays: z.int().min(1).max(7).default(7),
  checks: z.array(tenantCheckSchema).max(mostTenantChecks).default([]),
});
export type ReadinessSettings = z.infer<typeof readinessSettingsSchema>;
