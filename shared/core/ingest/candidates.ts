import type { Tenant } from '../../../schemas/tenant.js';
import { ijsonFault } from '../kernel/ijson.js';
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
  const fault = ijsonFault(raw.value, raw.pointer);
  if (fault !== null) throw new Refusal(fault.code, fault.detail, { pointer: fault.pointer });
  const forms =
    raw.format === 'cavra' ? normaliseCavra(raw.value, tenant, raw.pointer) : [{ value: raw.value }];
  return forms.map((form) => {
    const parsed = parseEvent(form.value, raw.pointer);
    const source = checkRules(parsed, tenant, receivedAt, raw.pointer);
    return {
      ...parsed,
      source,
      pointer: raw.pointer,
      ...('normalisedFrom' in form ? { normalisedFrom: form.normalisedFrom } : {}),
    };
  });
}
