import type { Tenant } from '../../../schemas/tenant.js';
import { requireIjson } from './faults.js';
import { Refusal } from '../kernel/refusal.js';
import type { Millis } from '../kernel/time.js';
import type { Candidate } from './admission.js';
import { normaliseCavra } from './cavra.js';
import type { RawEvent } from './cloud-events.js';
import { parseEvent } from './parse.js';
import { checkRules } from './rules.js';

/**
 * What one element of a body says, checked by form (I-JSON, then schema) and by rule: one event, or the few events that a
 * CAVRA document becomes. All of them or none.
 * @throws Refusal for the first fault.
 */
export function candidatesOf(raw: RawEvent, tenant: Tenant, receivedAt: Millis): Candidate[] {
  requireIjson(raw.value, raw.pointer);
  if (raw.format === 'cloudevent') return [candidateOf(raw.value, tenant, receivedAt, raw.pointer)];
  return normaliseCavra(raw.value, tenant, raw.pointer).map(({ value, normalisedFrom }) =>
    asDocument(raw.pointer, () => ({
      ...candidateOf(value, tenant, receivedAt, raw.pointer),
      normalisedFrom,
    })),
  );
}

function candidateOf(value: unknown, tenant: Tenant, receivedAt: Millis, at: string): Candidate {
  const parsed = parseEvent(value, at);
  return { ...parsed, source: checkRules(parsed, tenant, receivedAt, at), pointer: at };
}

/** A fault in our form of a CAVRA document has no place in theirs, so it points to the document. */
function asDocument<T>(at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.code, error.message, { pointer: at, cause: error });
    throw error;
  }
}
