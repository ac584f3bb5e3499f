import { canonicalBytes } from '../kernel/canonical.js';

/**
 * One leaf of a tenant's log. `digest` is that of the stored event's canonical bytes, so evidence can be erased and the
 * log still verifies. An `unfoldable` entry is in the log, and says why nothing was derived from it.
 */
export type LogEntry = {
  position: number;
  id: string;
  digest: string;
  /** The log's own clock: never decreases. */
  sequencedAt: string;
  unfoldable?: string;
};

/** Canonical bytes of the leaf (RFC 8785): what RFC 6962 hashes. */
export const leafBytes = (entry: LogEntry): Uint8Array =>
  canonicalBytes({
    position: entry.position,
    id: entry.id,
    digest: entry.digest,
    sequencedAt: entry.sequencedAt,
  });
