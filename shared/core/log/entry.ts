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
