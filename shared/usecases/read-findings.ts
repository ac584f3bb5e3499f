import type { FindingAnswer } from '../../schemas/answers/posture.js';
import { Refusal } from '../core/kernel/refusal.js';
import type { Finding } from '../core/projections/documents.js';
import { findingId } from '../core/projections/keys.js';
import type { TenantStores } from '../ports.js';
import { linksOf } from './links.js';
import { withNames } from './names.js';

type Links = ReturnType<typeof linksOf>;

export type FindingQuery = {
  state?: string | undefined;
  severity?: string | undefined;
  control?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** Findings, open ones first, worst and longest due before the others. */
export async function listFindings(stores: TenantStores, query: FindingQuery) {
  const { limit, cursor, ...filters } = query;
  const where = Object.fromEntries(
    Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const page = await stores.ledger.list({
    kind: 'finding',
    where,
    orderBy: 'rank',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const links = linksOf(stores.tenantId);
  const items = page.items.flatMap((d) => (d.kind === 'finding' ? [findingAnswer(d, links)] : []));
  return withNames(stores.tenant, { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) });
}

/** One finding by its fingerprint. @throws Refusal `not_found` */
export async function readFinding(stores: TenantStores, fingerprint: string) {
  const id = findingId(fingerprint);
  const document = (await stores.ledger.read([id])).get(id);
  if (document?.kind !== 'finding') throw new Refusal('not_found', 'there is no such finding');
  return withNames(stores.tenant, findingAnswer(document, linksOf(stores.tenantId)));
}

function findingAnswer(finding: Finding, links: Links): FindingAnswer {
  const { id, kind: _kind, rank: _rank, dueAt: _dueAt, ...shown } = finding;
  const fingerprint = id.slice(findingId('').length);
  const control = finding.control === undefined ? {} : { control: links.at('controls', finding.control) };
  return {
    ...shown,
    id: fingerprint,
    links: {
      self: links.at('findings', fingerprint),
      ...control,
      ...links.evidence(finding.evidenceIds.at(-1) ?? null),
    },
  };
}
