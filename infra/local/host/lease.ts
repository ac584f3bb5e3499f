import { ErrorResponse, type Container } from '@azure/cosmos';

// One document per range of a change feed. Whoever owns it processes the range; its continuation is what was
// processed. Every write is conditional on the ETag of the last one, so of two owners only one ever gets on.

type LeaseDocument = {
  id: string;
  range: { min: string; max: string };
  owner: string | null;
  continuation: string | null;
  timestamp: string;
};

export type Lease = {
  /** Takes the lease when it is free, expired or this owner's already. */
  acquire(): Promise<boolean>;
  /** Where the range was processed to; undefined before the first checkpoint. */
  continuation(): string | undefined;
  checkpoint(continuation: string): Promise<void>;
  /** Keeps the lease from expiring. */
  renew(): Promise<void>;
  /** Gives the lease up, so that another host need not wait for it to expire. */
  release(): Promise<void>;
};

/** Someone else has the lease now; the batch in hand belongs to them too. */
export class LeaseLost extends Error {
  constructor(id: string, cause: unknown) {
    super(`The lease ${id} was taken by another host.`, { cause });
  }
}

/** How long a lease holds without renewal. The real host's 60 s would make a person wait after a kill. */
export const leaseMs = 10_000;

/** The lease on one range. `owner` names the host, the same one after a restart, which so resumes at once. */
export function openLease(
  container: Container,
  given: { id: string; range: LeaseDocument['range']; owner: string },
): Lease {
  const { id, range, owner } = given;
  let held: { document: LeaseDocument; etag: string } | undefined;
  // Renewal runs beside processing: writes go one after another, each with the ETag of the one before.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(write: () => Promise<T>): Promise<T> => {
    const next = last.then(write);
    last = next.catch(() => undefined);
    return next;
  };

  const replace = async (document: LeaseDocument, etag: string): Promise<void> => {
    const accessCondition = { type: 'IfMatch', condition: etag };
    const stamped = { ...document, timestamp: new Date().toISOString() };
    const response = await container.item(id, id).replace(stamped, { accessCondition });
    held = { document: stamped, etag: response.etag };
  };

  const change = (changes: Partial<LeaseDocument>): Promise<void> =>
    inTurn(async () => {
      if (!held) throw new LeaseLost(id, undefined);
      try {
        await replace({ ...held.document, ...changes }, held.etag);
      } catch (error) {
        if (!hasCode(error, 412, 404)) throw error;
        held = undefined;
        throw new LeaseLost(id, error);
      }
    });

  return {
    acquire: () =>
      inTurn(async () => {
        const found = await container.item(id, id).read<LeaseDocument>();
        try {
          if (found.resource) {
            if (!isFree(found.resource, owner)) return false;
            await replace({ ...found.resource, owner }, found.etag);
          } else {
            const document: LeaseDocument = { id, range, owner, continuation: null, timestamp: nowText() };
            const created = await container.items.create(document);
            held = { document, etag: created.etag };
          }
          return true;
        } catch (error) {
          if (hasCode(error, 412, 409)) return false;
          throw error;
        }
      }),
    continuation: () => held?.document.continuation ?? undefined,
    checkpoint: (continuation) => change({ continuation }),
    renew: () => change({}),
    release: () => change({ owner: null }),
  };
}

const nowText = (): string => new Date().toISOString();

const isFree = (lease: LeaseDocument, owner: string): boolean =>
  lease.owner === null || lease.owner === owner || Date.now() - Date.parse(lease.timestamp) > leaseMs;

export const hasCode = (error: unknown, ...codes: number[]): boolean =>
  error instanceof ErrorResponse && codes.some((code) => code === error.code);
