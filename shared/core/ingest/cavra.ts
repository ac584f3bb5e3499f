import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../kernel/refusal.js';

/** An event in our form, not yet checked, and the schema it came from. */
export type Normalised = { value: unknown; normalisedFrom: string };

export function normaliseCavra(_document: unknown, _tenant: Tenant, at: string): Normalised[] {
  throw new Refusal('schema_invalid', 'the document is neither a CloudEvent nor one of CAVRA', {
    pointer: at,
  });
}
