import type { z } from 'zod';

import type { FindingAnswer, findingDetailSchema, findingQuerySchema } from '../../../schemas/findings.js';
import { isPseudonym, pseudonymOf } from '../../core/ingest/people.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { legalCommands } from '../../core/posture/finding-commands.js';
import type { Finding } from '../../core/projections/documents.js';
import { ownership, type Transition } from '../../core/projections/finding.js';
import { findingId } from '../../core/projections/keys.js';
import { wordsOf } from '../../core/projections/words.js';
import type { KeyRing, StoredEvidence, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';

type Links = ReturnType<typeof linksOf>;
type ReadDeps = { stores: TenantStores; keys: KeyRing };
export type FindingQuery = z.output<typeof findingQuerySchema>;

/** Findings by severity or by due date, what is open first. Each filter and each order is an index's. */
export async function listFindings({ stores, keys }: ReadDeps, query: FindingQuery) {
  const { limit, cursor, sort, owner, owned, id, words, ...filters } = query;
  const person =
    owner === undefined || isPseudonym(owner)
      ? owner
      : pseudonymOf(await keys.macKey(stores.tenantId), owner);
  const where = Object.fromEntries(
    Object.entries({ ...filters, owner: person }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const page = await stores.ledger.list({
    kind: 'finding',
    where,
    ...(owned === undefined ? {} : { labels: [ownership(owned)] }),
    words: wordsOf(words),
    ...(id === undefined
      ? { orderBy: sort === 'due' ? 'dueRank' : 'rank' }
      : { orderBy: 'id', idPrefix: findingId(id) }),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const links = linksOf(stores.tenantId);
  const items = page.items.flatMap((d) => (d.kind === 'finding' ? [findingAnswer(d, links)] : []));
  return withNames(stores.tenant, { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) });
}

/** One finding by its fingerprint, with its history and the reasons that people gave. @throws Refusal `not_found` */
export async function readFinding(
  stores: TenantStores,
  fingerprint: string,
): Promise<z.infer<typeof findingDetailSchema>> {
  const id = findingId(fingerprint);
  const document = (await stores.ledger.read([id])).get(id);
  if (document?.kind !== 'finding') throw new Refusal('not_found', 'there is no such finding');
  const links = linksOf(stores.tenantId);
  const { history, transitions } = document;
  return withNames(stores.tenant, {
    ...findingAnswer(document, links),
    history: await shownHistory(stores, history, links),
    transitions,
    legal: legalCommands(document),
  });
}

/** Each line with its reason, which stands in the evidence alone: it goes when that is erased. */
async function shownHistory(stores: TenantStores, history: readonly Transition[], links: Links) {
  const acts = history.flatMap(({ actor, evidenceId }) =>
    actor === undefined || evidenceId === null ? [] : [evidenceId],
  );
  const found = await stores.evidence.getMany(acts);
  const reasons = new Map(found.flatMap((evidence) => reasonOf(evidence)));
  return history.map((line) => {
    const reason = line.actor === undefined ? undefined : reasons.get(line.evidenceId ?? '');
    return { ...line, ...(reason === undefined ? {} : { reason }), links: links.evidence(line.evidenceId) };
  });
}

function reasonOf(evidence: StoredEvidence | null): [string, string][] {
  if (evidence === null) return [];
  const { data } = evidence.event;
  return 'reason' in data && data.reason !== undefined ? [[evidence.id, data.reason]] : [];
}

/** A finding as answers show it. */
export function findingAnswer(finding: Finding, links: Links): FindingAnswer {
  const {
    id,
    kind: _kind,
    rank: _rank,
    dueRank: _dueRank,
    dueAt: _dueAt,
    labels: _labels,
    words: _words,
    gone: _gone,
    expired: _expired,
    status: _status,
    history: _history,
    transitions: _transitions,
    ...shown
  } = finding;
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
