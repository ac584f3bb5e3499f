import { logKeysSchema } from '../schemas/answers/evidence.js';
import { canonicalText } from '../shared/core/kernel/canonical.js';
import { inOrder, type CheckResult } from '../shared/core/log/checks.js';
import { unmarked } from '../shared/core/log/sample-mark.js';
import { trustFrom, type Trust } from '../shared/core/log/trust.js';
import { givenEventSchema, givenProofSchema, verifyEvent } from '../shared/core/log/verify-event.js';

/** What this browser found out by itself about an event. */
export type Verification = {
  checks: readonly CheckResult[];
  holds: boolean;
  /** RFC 8785 form of what was stored: exactly the bytes that the digest is over. */
  canonical: string;
};

/** The tenant's keys as `…/keys` answers them. @throws NotVerified, or a parse error, where they are not. */
export const trustIn = (keys: unknown): Trust => trustFrom(logKeysSchema.parse(unmarked(keys)));

/**
 * Verifies an event as `aispm verify` does, by the same functions, from the answers of `…/evidence/{id}`, `…/proof` and
 * `…/keys`. Never throws: what cannot be read is a failed check.
 */
export function verifyAnswers(event: unknown, proof: unknown, keys: unknown): Verification {
  let trust: Trust | undefined;
  const trusted = inOrder([['the keys are those of the tenant’s log', () => void (trust = trustIn(keys))]]);
  const given = givenEventSchema.safeParse(unmarked(event));
  const proven = givenProofSchema.safeParse(unmarked(proof));
  const checks =
    trust === undefined
      ? trusted
      : given.success && proven.success
        ? [...trusted, ...verifyEvent(given.data, proven.data, trust)]
        : [...trusted, unreadable];
  return {
    checks,
    holds: checks.every(({ passed }) => passed),
    canonical: given.success
      ? canonicalText({ admission: given.data.admission, event: given.data.event })
      : '',
  };
}

const unreadable: CheckResult = {
  check: 'event and proof are of the form they should have',
  passed: false,
  code: 'form_malformed',
  detail: 'a member is missing or of another kind',
};
