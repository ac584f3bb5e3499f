import type { z } from 'zod';

import type { activitySchema, itemDetailSchema, itemSchema } from '../../../schemas/answers/inventory.js';
import { coverageSchema, toolRiskSchema } from '../../../schemas/answers/inventory.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { controlById } from '../../core/posture/catalogue.js';
import type { Finding, Item } from '../../core/projections/documents.js';
import { isGoverned } from '../../core/projections/items.js';
import { itemId } from '../../core/projections/keys.js';
import { wordsOf } from '../../core/projections/words.js';
import { compare } from '../../core/projections/workspace.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { findingAnswer } from './read-findings.js';

type ItemAnswer = z.infer<typeof itemSchema>;
type ItemDetail = z.infer<typeof itemDetailSchema>;
type Links = ReturnType<typeof linksOf>;

export type ItemQuery = {
  limit: number;
  cursor?: string | undefined;
  name?: string | undefined;
  words?: string | undefined;
  coverage?: string | undefined;
  activity?: string | undefined;
  actions?: string | undefined;
  trust?: string | undefined;
  risk?: string | undefined;
  environment?: string | undefined;
  criticality?: string | undefined;
  owner?: string | undefined;
};

/** Findings shown with one item. */
const mostFindings = 50;

/** Agents, repositories, workflows or tools, worst first; every filter is served by an index. */
export async function listItems(stores: TenantStores, itemKind: ItemKind, query: ItemQuery) {
  const page = await stores.ledger.list({
    kind: 'item',
    where: { itemKind },
    labels: labelsAsked(query),
    words: wordsOf(query.words),
    ...(query.name === undefined ? { orderBy: 'rank' } : { idPrefix: itemId(itemKind, query.name) }),
    limit: query.limit,
    ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
  });
  const links = linksOf(stores.tenantId);
  const items = page.items.flatMap((document) =>
    document.kind === 'item' ? itemAnswer(document, links) : [],
  );
  return withNames(stores.tenant, { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) });
}

/** Labels (documents.ts) that say what the filters ask for. */
function labelsAsked({
  coverage,
  activity,
  actions,
  trust,
  risk,
  environment,
  criticality,
  owner,
}: ItemQuery): string[] {
  const asked = [
    coverage,
    activity,
    actions,
    trust,
    risk && `risk:${risk}`,
    environment && `environment:${environment}`,
    criticality && `criticality:${criticality}`,
    owner && `owner:${owner}`,
  ];
  return asked.filter((label) => label !== undefined);
}

/**
 * One item with its controls and findings. The host leaves an encoded slash in a path as it is, so a name may come with
 * `%2F` for each slash of it.
 * @throws Refusal `not_found`
 */
export async function readItem(stores: TenantStores, kind: ItemKind, name: string): Promise<ItemDetail> {
  const ids = [...new Set([name.replace(/%2f/gi, '/'), name])].map((one) => itemId(kind, one));
  const found = await stores.ledger.read(ids);
  const item = ids.map((id) => found.get(id)).find((document) => document !== undefined);
  if (item?.kind !== 'item') throw new Refusal('not_found', `there is no such ${kind}`);
  const links = linksOf(stores.tenantId);
  const [answer] = itemAnswer(item, links);
  if (answer === undefined) throw new Refusal('not_found', `there is no such ${kind}`);
  const detail: ItemDetail = {
    item: answer,
    controls: Object.entries(item.states).map(([id, state]) => ({
      id,
      title: controlById.get(id)?.title ?? id,
      ...state,
      links: { control: links.at('controls', id), ...links.evidence(state.evidenceId) },
    })),
    findings: (await findingsOf(stores, item)).map((finding) => findingAnswer(finding, links)),
    links: links.item(kind, item.name),
  };
  return withNames(stores.tenant, detail);
}

async function findingsOf(stores: TenantStores, item: Item): Promise<Finding[]> {
  const ids = Object.keys(item.findings);
  if (ids.length === 0) return [];
  const found = [...(await stores.ledger.read(ids)).values()].filter(
    (d): d is Finding => d.kind === 'finding',
  );
  return found.sort((a, b) => compare(a.rank, b.rank)).slice(0, mostFindings);
}

function itemAnswer(item: Item, links: Links): ItemAnswer[] {
  const { name, labels, declared, registry, observed, states } = item;
  if (!isGoverned(item)) return [];
  const { itemKind } = item;
  const [first, last] = [observed?.first, observed?.last.time];
  return [
    {
      kind: itemKind,
      name,
      owner: declared?.owner ?? registry?.owner ?? null,
      environment: declared?.environment ?? null,
      criticality: declared?.criticality ?? null,
      firstSeen: first ?? null,
      lastSeen: last ?? null,
      coverage: coverageSchema.options.filter((word) => labels.includes(word)),
      ...(itemKind === 'agent' ? { activity: activityOf(labels) } : {}),
      ...(itemKind === 'tool' ? { trust: trustOf(labels) } : {}),
      sessions: observed?.sessions ?? 0,
      decisions: { ...observed?.decisions },
      states,
      findings: Object.keys(item.findings).length,
      ...(declared === undefined ? {} : { declared }),
      ...(registry === undefined ? {} : { registry }),
      links: {
        ...links.item(itemKind, name),
        ...(observed === undefined ? {} : { latest: links.at('evidence', observed.last.id) }),
        ...(item.unenforced === undefined ? {} : { unenforced: links.at('evidence', item.unenforced) }),
      },
    },
  ];
}

const activityOf = (labels: readonly string[]): z.infer<typeof activitySchema> =>
  labels.includes('retired') ? 'retired' : labels.includes('active') ? 'active' : 'idle';

const trustOf = (labels: readonly string[]): NonNullable<ItemAnswer['trust']> => ({
  risky: labels.includes('risky'),
  risks: toolRiskSchema.options.filter((risk) => labels.includes(`risk:${risk}`)),
});
