import { eventTypePrefix } from '../../../schemas/evidence.js';
import type { EventName } from '../../../schemas/events/types.js';
import type { LogEntry } from '../../core/log/entry.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import type { Proof } from '../../core/reports/proof.js';
import type { EvidenceQuery, StoredEvidence, TenantStores } from '../../ports.js';

type Stores = Pick<TenantStores, 'evidence' | 'ledger'>;

/** The newest events of each type that stand in the log before a position, newest first; a few reads a type. */
export async function newestProofs(
  stores: Stores,
  types: readonly EventName[],
  position: number,
  perType = 3,
): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const type of types) {
    const { items } = await stores.evidence.search({ type: `${eventTypePrefix}${type}`, limit: perType });
    proofs.push(...(await standing(stores, items, position)));
  }
  return proofs;
}

/** Events looked at a time for the newest of an incident; nearly always the first is it. */
const newestAPage = 10;

/** The newest event of a type that stands in the log before a position, of one incident where it is named; null without one. */
export async function newestProof(
  stores: Stores,
  type: EventName,
  of: Pick<EvidenceQuery, 'incident' | 'from'>,
  position: number,
): Promise<Proof | null> {
  let cursor: string | undefined;
  do {
    const page = await stores.evidence.search({
      ...of,
      type: `${eventTypePrefix}${type}`,
      limit: newestAPage,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const evidence of page.items) {
      const [newest] = await standing(stores, [evidence], position);
      if (newest !== undefined) return newest;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return null;
}

/** Those of the events that stand in the log before a position. */
export async function standing(
  { ledger }: Pick<TenantStores, 'ledger'>,
  events: readonly StoredEvidence[],
  position: number,
): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const evidence of events) {
    const entry = await ledger.entryOf(evidence.id);
    if (entry && entry.position < position) proofs.push({ evidence, position: entry.position });
  }
  return proofs;
}

/** Entries of the log by evidence id between two positions; at most `most` of them. */
export async function entriesBetween(
  { ledger }: Pick<TenantStores, 'ledger'>,
  from: number,
  to: number,
  most: number,
): Promise<Map<string, LogEntry>> {
  const found = new Map<string, LogEntry>();
  const end = Math.min(to, from + most);
  for (let at = from; at < end; at += 1000)
    for (const entry of await ledger.entries(at, Math.min(end, at + 1000))) found.set(entry.id, entry);
  return found;
}

/** Events of one type whose time lies in a window, of one incident where it is named; at most `most`, newest first. `whole`: there are no more. */
export async function eventsWithin(
  { evidence }: Pick<TenantStores, 'evidence'>,
  type: EventName,
  { from, to, ...of }: { from: string; to: string } & Pick<EvidenceQuery, 'incident'>,
  most: number,
): Promise<{ events: StoredEvidence[]; whole: boolean }> {
  const events: StoredEvidence[] = [];
  let cursor: string | undefined;
  do {
    const page = await evidence.search({
      ...of,
      type: `${eventTypePrefix}${type}`,
      from: instantOf(millisOf(from)),
      to: instantOf(millisOf(to)),
      limit: Math.min(100, most - events.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    events.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && events.length < most);
  return { events, whole: cursor === undefined };
}
