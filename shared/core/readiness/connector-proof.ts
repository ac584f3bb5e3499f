import { millisOf, type Millis } from '../kernel/time.js';

/** What a validation waits for: the event of one source whose id is the nonce. */
export type Expected = { issuedAt: string; expiresAt: string };

/** The event that returned the nonce, as it was admitted. */
export type Returned = {
  provenance: 'live' | 'sample';
  receivedAt: string;
  /** Null where the source did not sign. */
  signer: { validAtTime: boolean; validAtReceipt: boolean } | null;
};

export type ConnectorVerdict =
  { status: 'waiting' } | { status: 'passed' } | { status: 'failed'; reason: string };

/**
 * Whether a connector is proven live. It is by a live event that came in time, signed by a key that was valid when it was
 * made and when it came; anything else is a failure with its reason, and silence becomes one when the time is over.
 */
export function judgeConnector(expected: Expected, returned: Returned | null, now: Millis): ConnectorVerdict {
  const ends = millisOf(expected.expiresAt);
  if (returned === null)
    return now < ends
      ? { status: 'waiting' }
      : { status: 'failed', reason: 'the nonce did not come back in time' };
  if (millisOf(returned.receivedAt) > ends)
    return { status: 'failed', reason: 'the nonce came back after its time' };
  if (returned.provenance !== 'live')
    return { status: 'failed', reason: 'the nonce came back in sample evidence' };
  if (returned.signer === null) return { status: 'failed', reason: 'the nonce came back unsigned' };
  if (!returned.signer.validAtTime || !returned.signer.validAtReceipt)
    return { status: 'failed', reason: 'the nonce came back under a key that was not valid then' };
  return { status: 'passed' };
}
