import { bucketOf } from '../../core/kernel/ids.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import { untrustedAs } from '../../core/projections/items.js';
import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import {
  StoreUnavailable,
  type EvidenceQuery,
  type EvidenceStore,
  type Page,
  type StoredEvidence,
} from '../../ports.js';
import type { Provenance } from '../../../schemas/primitives.js';
import { tenantSettingsSchema } from '../../../schemas/tenant.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { Containers } from './client.js';
import { createItem, inParallel, queryItems, readItem, replaceItem, type Item } from './items.js';

const defaultRetentionDays = tenantSettingsSchema.shape.retentionDays.parse(undefined);
const daySeconds = 24 * 60 * 60;

/**
 * What only the container needs: the second key, the sort key (`time` in one form of text), the lifetime, and what the
 * index finds untrusted evidence by.
 */
type Beside = { bucket: string; at: string; ttl: number; untrusted?: Provenance };
const besides = ['bucket', 'at', 'ttl', 'untrusted'] satisfies (keyof Beside)[];

/** The event in a document of the `evidence` container, as a read or the change feed gives it. */
export function evidenceOf(document: Readonly<Record<string, unknown>>): StoredEvidence {
  const ours = Object.entries(document).filter(
    ([name]) => !name.startsWith('_') && !besides.some((one) => one === name),
  );
  return Object.fromEntries(ours) as unknown as StoredEvidence;
}

const conditionsOf = (query: EvidenceQuery): { text: string; parameters: Record<string, string> } => {
  const members = [
    ['type', 'c.event.type = @type', query.type],
    ['agent', 'c.event.data.agent = @agent', query.agent],
    ['repository', 'c.event.data.repository = @repository', query.repository],
    ['workflow', 'c.event.data.workflow = @workflow', query.workflow],
    ['tool', 'c.event.data.tool = @tool', query.tool],
    ['session', 'c.event.data.session = @session', query.session],
    ['incident', 'c.event.data.incident = @incident', query.incident],
    ['subject', 'c.event.subject = @subject', query.subject],
    ['untrusted', 'c.untrusted = @untrusted', query.untrusted],
    ['from', 'c.at >= @from', query.from && instantOf(millisOf(query.from))],
    ['to', 'c.at < @to', query.to && instantOf(millisOf(query.to))],
  ] as const;
  const [at, id] = decodeCursor(query.cursor, 2) ?? [];
  const texts: string[] = [];
  const parameters: Record<string, string> = {};
  for (const [name, text, value] of members) {
    if (value === undefined) continue;
    texts.push(text);
    parameters[name] = value;
  }
  if (at !== undefined && id !== undefined) {
    const beyond = query.order === 'oldest' ? '>' : '<';
    texts.push(`(c.at ${beyond} @at OR (c.at = @at AND c.id ${beyond} @id))`);
    Object.assign(parameters, { at, id });
  }
  return { text: texts.map((text) => ` AND ${text}`).join(''), parameters };
};

/** Seconds until so many days after the receipt; at least one, for a store takes nothing less. */
const remaining = (receivedAt: string, days: number, now: number): number =>
  Math.max(1, Math.ceil((millisOf(receivedAt) - now) / 1000) + days * daySeconds);

/** One tenant's evidence: an id is a point read in one of its 256 logical partitions. */
export function cosmosEvidence(containers: Containers, tenantId: VerifiedTenant): EvidenceStore {
  const get = async (id: string): Promise<StoredEvidence | null> => {
    const item = await readItem(await containers('evidence'), id, [tenantId, bucketOf(id)]);
    return item === null ? null : evidenceOf(item);
  };
  return {
    get,
    getMany: (ids) => inParallel(ids, get),
    async create(evidence, retentionDays = defaultRetentionDays) {
      if (evidence.tenantId !== tenantId) throw new Error('evidence of another tenant');
      const untrusted = untrustedAs(evidence);
      const beside: Beside = {
        ...(untrusted === null ? {} : { untrusted }),
        bucket: bucketOf(evidence.id),
        at: instantOf(millisOf(evidence.event.time)),
        ttl: retentionDays === null ? -1 : retentionDays * daySeconds,
      };
      const container = await containers('evidence');
      if ((await createItem(container, { ...evidence, ...beside })) !== null) return null;
      const twin = await get(evidence.id);
      // It expired between the two requests; the next try creates it.
      if (twin === null) throw new StoreUnavailable('the twin has just expired', 0);
      return twin;
    },
    async retain(days, now, { limit, cursor }) {
      const [at = '', after = ''] = decodeCursor(cursor, 2) ?? [];
      const container = await containers('evidence');
      const rows = await queryItems<Item & Beside & StoredEvidence>(
        container,
        `SELECT TOP ${limit + 1} * FROM c WHERE c.tenantId = @tenant AND (c.at > @at OR (c.at = @at AND c.id > @after)) ` +
          'ORDER BY c.tenantId ASC, c.at ASC, c.id ASC',
        { tenant: tenantId, at, after },
      );
      const page = pageOf(
        rows,
        limit,
        (row) => row,
        (row) => [row.at, row.id],
      );
      await inParallel(page.items, async (row) => {
        const ttl = days === null ? -1 : remaining(row.admission.receivedAt, days, now);
        // A lifetime counts from the last write: one that is right to the day is left alone.
        const left = row.ttl === -1 ? -1 : Number(row['_ts']) + row.ttl - Math.floor(now / 1000);
        if (days === null ? row.ttl === -1 : left >= 0 && Math.abs(left - ttl) < daySeconds) return;
        const ours = Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_')));
        // Null: another did the same, or its time was over in this moment.
        await replaceItem(container, { ...ours, id: row.id, ttl }, [tenantId, row.bucket], row._etag);
      });
      return page.cursor === undefined ? {} : { cursor: page.cursor };
    },
    async search(query): Promise<Page<StoredEvidence>> {
      const { text, parameters } = conditionsOf(query);
      const order = query.order === 'oldest' ? 'ASC' : 'DESC';
      // The tenant stands in the filter and not in an option: the library routes by the first level of a key only so.
      const rows = await queryItems<Item & Beside>(
        await containers('evidence'),
        `SELECT TOP ${query.limit + 1} * FROM c WHERE c.tenantId = @tenant${text} ` +
          `ORDER BY c.tenantId ${order}, c.at ${order}, c.id ${order}`,
        { ...parameters, tenant: tenantId },
      );
      return pageOf(rows, query.limit, evidenceOf, (row) => [row.at, row.id]);
    },
  };
}
