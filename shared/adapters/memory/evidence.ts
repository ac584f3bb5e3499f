import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { untrustedAs } from '../../core/projections/items.js';
import type { EvidenceQuery, EvidenceStore, Page, StoredEvidence } from '../../ports.js';
import { searchedMembers } from '../../../schemas/evidence.js';
import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { answer, clone } from './clone.js';

type Row = { at: string; evidence: StoredEvidence };

/** The member of an event's data under that name, where it is text. */
const named = (evidence: StoredEvidence, member: (typeof searchedMembers)[number]): string | undefined => {
  const value = (evidence.event.data as Record<string, unknown>)[member];
  return typeof value === 'string' ? value : undefined;
};

const matches = (row: Row, query: EvidenceQuery, from: string, to: string): boolean =>
  row.at >= from &&
  row.at < to &&
  (query.type === undefined || row.evidence.event.type === query.type) &&
  (query.subject === undefined || row.evidence.event.subject === query.subject) &&
  (query.untrusted === undefined || untrustedAs(row.evidence) === query.untrusted) &&
  searchedMembers.every(
    (member) => query[member] === undefined || named(row.evidence, member) === query[member],
  );

/** Newest first, then by id, highest first. */
const byTime = (a: Row, b: Row): number => {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.evidence.id < b.evidence.id ? 1 : -1;
};

/** One tenant's evidence in memory. Nothing is deleted but by `retain`: the clock of a store is not there. */
export function memoryEvidence(tenantId: VerifiedTenant): EvidenceStore {
  const byId = new Map<string, StoredEvidence>();
  const rows: Row[] = [];
  let sorted = true;
  const get = (id: string): StoredEvidence | null => {
    const found = byId.get(id);
    return found === undefined ? null : clone(found);
  };
  const create = (evidence: StoredEvidence): StoredEvidence | null => {
    if (evidence.tenantId !== tenantId) throw new Error('evidence of another tenant');
    const twin = get(evidence.id);
    if (twin !== null) return twin;
    const kept = clone(evidence);
    byId.set(kept.id, kept);
    rows.push({ at: instantOf(millisOf(kept.event.time)), evidence: kept });
    sorted = false;
    return null;
  };
  const search = (query: EvidenceQuery): Page<StoredEvidence> => {
    if (!sorted) rows.sort(byTime);
    sorted = true;
    const from = query.from === undefined ? '' : instantOf(millisOf(query.from));
    const to = query.to === undefined ? '\uffff' : instantOf(millisOf(query.to));
    const oldest = query.order === 'oldest';
    const edge = oldest ? '' : '\uffff';
    const [at = edge, id = edge] = decodeCursor(query.cursor, 2) ?? [];
    const found: Row[] = [];
    for (const row of oldest ? rows.toReversed() : rows) {
      if (found.length > query.limit) break;
      const later = row.at > at || (row.at === at && row.evidence.id > id);
      const earlier = row.at < at || (row.at === at && row.evidence.id < id);
      const beyond = oldest ? later : earlier;
      if (beyond && matches(row, query, from, to)) found.push(row);
    }
    const key = (row: Row): string[] => [row.at, row.evidence.id];
    return pageOf(found, query.limit, (row) => clone(row.evidence), key);
  };
  return {
    create: (evidence) => answer(() => create(evidence)),
    retain: (days, now) =>
      answer(() => {
        if (days === null) return {};
        for (const row of rows.splice(0)) {
          const { id, admission } = row.evidence;
          if (millisOf(admission.receivedAt) + days * day > now) rows.push(row);
          else byId.delete(id);
        }
        return {};
      }),
    get: (id) => answer(() => get(id)),
    getMany: (ids) => answer(() => ids.map(get)),
    search: (query) => answer(() => search(query)),
  };
}
