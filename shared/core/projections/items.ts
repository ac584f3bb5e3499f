import type { Evidence } from '../../../schemas/evidence.js';
import type { EventData } from '../../../schemas/events/types.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import type { Item } from './documents.js';
import type { DecisionFact, Stamp } from './facts.js';
import { itemId, tenantItemId } from './keys.js';
import { isLater, utc } from './stamps.js';
import { compare, type Workspace } from './workspace.js';

/** What events say about agents, repositories, workflows and tools. Nothing is judged here. */

export function loadItem(workspace: Workspace, kind: ItemKind, name: string): Item {
  const id = itemId(kind, name);
  return workspace.find('item', id) ?? emptyItem(id, kind, name);
}

export function loadTenantItem(workspace: Workspace): Item {
  return workspace.find('item', tenantItemId) ?? emptyItem(tenantItemId, 'tenant', 'tenant');
}

const emptyItem = (id: string, itemKind: Item['itemKind'], name: string): Item => ({
  id,
  kind: 'item',
  itemKind,
  name,
  facts: {},
  states: {},
  failing: [],
  findings: {},
  coverage: [],
  rank: '',
});

/** Evidence is trusted when a registered key signed it and was valid both when it happened and when it came in. */
export const isTrusted = ({ admission }: Evidence): boolean =>
  admission.signer !== null && admission.signer.validAtTime && admission.signer.validAtReceipt;

/** Facts are kept per surface, and per surface and risk: what a control asks for is one or several of these keys. */
export const factKeys = (data: Pick<EventData<'decision.recorded'>, 'surface' | 'risks'>): string[] => [
  data.surface,
  ...[...new Set(data.risks ?? [])].sort(compare).map((risk) => `${data.surface}+${risk}`),
];

/** The items an action concerns: its agent, and its repository, workflow and tool where named. */
export function decisionItems(workspace: Workspace, data: EventData<'decision.recorded'>): Item[] {
  const named: [ItemKind, string | undefined][] = [
    ['agent', data.agent],
    ['repository', data.repository],
    ['workflow', data.workflow],
    ['tool', data.tool],
  ];
  return named.flatMap(([kind, name]) => (name === undefined ? [] : [loadItem(workspace, kind, name)]));
}

/** What of a decision its judgement needs. */
export function factOf(data: EventData<'decision.recorded'>, stamp: Stamp, trusted: boolean): DecisionFact {
  return {
    ...stamp,
    decision: data.decision,
    mode: data.mode,
    policy: `${data.policy.id}@${data.policy.version}`,
    rule: data.policy.rule,
    severity: data.severity,
    risks: data.risks ?? [],
    ran: data.ran,
    ...(data.approval === undefined ? {} : { approval: data.approval }),
    ...(data.attestation === undefined ? {} : { attestation: data.attestation }),
    trusted,
  };
}

/** @param fact what of `data` its judgement needs */
export function withDecision(item: Item, data: EventData<'decision.recorded'>, fact: DecisionFact): Item {
  const facts = { ...item.facts };
  for (const key of factKeys(data)) if (isLater(fact, facts[key])) facts[key] = fact;
  const observed = observe(item, { time: fact.time, id: fact.id }, fact.trusted);
  const decisions = { ...observed.decisions, [data.decision]: (observed.decisions[data.decision] ?? 0) + 1 };
  const surfaces = observed.surfaces.includes(data.surface)
    ? observed.surfaces
    : [...observed.surfaces, data.surface].sort(compare);
  return { ...item, facts, observed: { ...observed, decisions, surfaces } };
}

export function withSession(item: Item, stamp: Stamp, trusted: boolean, started: boolean): Item {
  const observed = observe(item, stamp, trusted);
  return { ...item, observed: { ...observed, sessions: observed.sessions + (started ? 1 : 0) } };
}

function observe(item: Item, stamp: Stamp, trusted: boolean): NonNullable<Item['observed']> {
  const before = item.observed;
  if (!before)
    return { first: stamp.time, last: { ...stamp, trusted }, decisions: {}, sessions: 0, surfaces: [] };
  return {
    ...before,
    first: stamp.time < before.first ? stamp.time : before.first,
    last: isLater(stamp, before.last) ? { ...stamp, trusted } : before.last,
  };
}

export function withDeclaration(
  item: Item,
  declared: EventData<'inventory.declared'>['items'][number],
  stamp: Stamp,
): Item {
  if (!isLater(stamp, item.declared)) return item;
  const { kind: _kind, id: _id, ...rest } = declared;
  return { ...item, declared: { ...stamp, ...rest } };
}

/** Names of capabilities that change something. Unknown capabilities count as writing. */
const writing = /write|edit|create|move|delete|update|push|execute/i;

export function withRegistryCheck(item: Item, data: EventData<'registry.checked'>, stamp: Stamp): Item {
  if (!isLater(stamp, item.registry)) return item;
  return {
    ...item,
    registry: {
      ...stamp,
      registered: data.registered,
      verdict: data.verdict,
      writes:
        data.capabilities === undefined || data.capabilities.some((capability) => writing.test(capability)),
      ...(data.tier === undefined ? {} : { tier: data.tier }),
      ...(data.owner === undefined ? {} : { owner: data.owner }),
      ...(data.approvedUntil === undefined ? {} : { approvedUntil: utc(data.approvedUntil) }),
      ...(data.approvedCapabilities === undefined ? {} : { approvedCapabilities: data.approvedCapabilities }),
    },
  };
}
