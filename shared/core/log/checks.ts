import { fromBase64, toBase64 } from '../kernel/bytes.js';

/** Why something is not verified. Closed: pipelines branch on it. */
export type FaultCode =
  | 'form_malformed'
  | 'keys_malformed'
  | 'tenant_mismatch'
  | 'key_unknown'
  | 'signature_invalid'
  | 'digest_mismatch'
  | 'entry_mismatch'
  | 'inclusion_invalid'
  | 'consistency_invalid'
  | 'log_forked'
  | 'checkpoint_mismatch'
  | 'file_unlisted'
  | 'file_missing'
  | 'document_mismatch'
  | 'not_signed'
  | 'statement_mismatch'
  | 'answer_mismatch'
  | 'export_incomplete';

/** A check that did not hold. The detail names members and rules; it is shown to whoever verifies. */
export class NotVerified extends Error {
  constructor(
    readonly code: FaultCode,
    detail: string,
    options?: { cause: unknown },
  ) {
    super(detail, options);
    this.name = 'NotVerified';
  }
}

/** @throws NotVerified unless it holds. */
export function must(holds: boolean, code: FaultCode, detail: string): asserts holds {
  if (!holds) throw new NotVerified(code, detail);
}

/** One line of a verification: what was checked and whether it held. */
export type CheckResult =
  { check: string; passed: true } | { check: string; passed: false; code: FaultCode; detail: string };

/** A sentence that is true when the function returns. */
export type Step = readonly [check: string, run: () => void];

/**
 * Runs checks in order, cheap to dear, and stops at the first that fails: what stands after it was not checked and is not
 * reported. Fails closed: an error nobody foresaw is a failed check too.
 */
export function inOrder(steps: readonly Step[]): CheckResult[] {
  const results: CheckResult[] = [];
  for (const [check, run] of steps) {
    try {
      run();
      results.push({ check, passed: true });
    } catch (error) {
      const fault =
        error instanceof NotVerified
          ? error
          : new NotVerified('form_malformed', 'it cannot be read in the form it should have', {
              cause: error,
            });
      results.push({ check, passed: false, code: fault.code, detail: fault.message });
      break;
    }
  }
  return results;
}

/**
 * Bytes of a base64 text in its one canonical spelling (RFC 4648, 3.5): the spare bits of a last character would otherwise
 * be a place where a changed file still verifies.
 * @throws NotVerified `form_malformed`
 */
export function exactBase64(text: string, what: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(text);
  } catch (cause) {
    throw new NotVerified('form_malformed', `${what} is not base64`, { cause });
  }
  must(toBase64(bytes) === text, 'form_malformed', `${what} is not base64 in its canonical spelling`);
  return bytes;
}
