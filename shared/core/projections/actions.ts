import type { EventData } from '../../../schemas/events/types.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import type { Item } from './documents.js';
import type { DecisionFact, Origin, PolicyUse, Stamp } from './facts.js';
import { loadItem } from './items.js';
import { isLater, withLatest } from './stamps.js';
import { compare, type Workspace } from './workspace.js';

/** What agents did, as the items that it concerns remember it. Nothing is judged here. */

/** How many different ones an item remembers; the last said stay. */
const keptSources = 8;
const keptCapabilities = 64;
const keptPolicyUses = 20;

/** Facts are kept per surface, and per surface and risk: what a control asks for is one or several of these keys. */
export const factKeys = (data: Pick<EventData<'decision.recorded'>, 'surface' | 'risks'>): string[] => [
  data.surface,
  ...[...new Set(data.risks ?? [])].sort(compare).map((risk) => `${data.surface}+${risk}`),
];

/** The items an action or a run concerns: its agent, and its repository, workflow and tool where named. */
export function namedItems(
  workspace: Workspace,
  data: {
    agent: string;
    repository?: string | undefined;
    workflow?: string | undefined;
    tool?: string | undefined;
  },
): Item[] {
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
export function withDecision(
  item: Item,
  data: EventData<'decision.recorded'>,
  fact: DecisionFact,
  origin: Origin,
): Item {
  const stamp = { time: fact.time, id: fact.id };
  const facts = { ...item.facts };
  for (const key of factKeys(data)) if (isLater(fact, facts[key])) facts[key] = fact;
  const seen = observe(item, stamp, origin);
  const { observed } = seen;
  const trustedAt = fact.trusted && fact.time > (observed.trustedAt ?? '') ? fact.time : observed.trustedAt;
  const decisions = { ...observed.decisions, [data.decision]: (observed.decisions[data.decision] ?? 0) + 1 };
  const surfaces = observed.surfaces.includes(data.surface)
    ? observed.surfaces
    : [...observed.surfaces, data.surface].sort(compare);
  return {
    ...item,
    ...seen,
    ...capabilityUsed(item, data, stamp),
    facts,
    policies: withPolicyUse(item.policies ?? [], data, stamp),
    observed: { ...observed, ...(trustedAt === undefined ? {} : { trustedAt }), decisions, surfaces },
  };
}

/** A tool's capability that an action used, `''` where it does not say which. One that was stopped used nothing. */
const capabilityUsed = (
  item: Item,
  { capability = '', ran }: EventData<'decision.recorded'>,
  stamp: Stamp,
): Pick<Item, 'capabilities'> =>
  item.itemKind !== 'tool' || !ran
    ? {}
    : { capabilities: withLatest(item.capabilities ?? {}, capability, stamp, keptCapabilities) };

function withPolicyUse(
  before: readonly PolicyUse[],
  { policy: { id: policy, version }, mode }: EventData<'decision.recorded'>,
  { time, id }: Stamp,
): PolicyUse[] {
  const use: PolicyUse = { time, id, policy, version, mode };
  const keyOf = (u: PolicyUse): string => `${u.mode}/${u.policy}`;
  const byKey = Object.fromEntries(before.map((u) => [keyOf(u), u]));
  return Object.values(withLatest(byKey, keyOf(use), use, keptPolicyUses)).sort((a, b) =>
    compare(keyOf(a), keyOf(b)),
  );
}

/** An item that a run of an agent names. */
export const withSession = (item: Item, stamp: Stamp, origin: Origin): Item => ({
  ...item,
  ...observe(item, stamp, origin),
});

/** An item that a run touched for the first time. */
export const inOneMoreSession = (item: Item): Item =>
  item.observed === undefined
    ? item
    : { ...item, observed: { ...item.observed, sessions: item.observed.sessions + 1 } };

function observe(
  item: Item,
  stamp: Stamp,
  { source, trusted }: Origin,
): Pick<Item, 'sources'> & { observed: NonNullable<Item['observed']> } {
  const before = item.observed;
  const last = { ...stamp, trusted };
  const sources =
    item.itemKind === 'agent' ? { sources: withLatest(item.sources ?? {}, source, last, keptSources) } : {};
  if (!before)
    return { ...sources, observed: { first: stamp.time, last, decisions: {}, sessions: 0, surfaces: [] } };
  return {
    ...sources,
    observed: {
      ...before,
      first: stamp.time < before.first ? stamp.time : before.first,
      last: isLater(stamp, before.last) ? last : before.last,
    },
  };
}
