import type { z } from 'zod';

import type { policyDriftSchema } from '../../../schemas/answers/controls.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import type { Millis } from '../../core/kernel/time.js';
import { controlById } from '../../core/posture/catalogue.js';
import { inForceFor } from '../../core/posture/in-force.js';
import { fellFrom, subjectOf } from '../../core/posture/judged.js';
import { postureOf } from '../../core/posture/posture.js';
import { driftedUses } from '../../core/posture/judges.js';
import { driftOf, newestEnforced } from '../../core/posture/policy-drift.js';
import type { Config } from '../../core/projections/config.js';
import type { Item } from '../../core/projections/documents.js';
import type { LedgerList, TenantStores } from '../../ports.js';
import { configIn } from '../tenants/config.js';
import { linksOf } from '../links.js';
import { summaryAt, type ReplayDeps } from '../log/replay.js';

type Answer = z.infer<typeof policyDriftSchema>;

/** The controls that drift is judged by, one a kind of item. */
const kinds = [
  { kind: 'agent', control: 'policy-current' },
  { kind: 'repository', control: 'repository-policy-current' },
] as const satisfies readonly { kind: ItemKind; control: string }[];
/** Items of one kind in the answer; the control's own page lists all of them. */
const most = 50;

/** Published policies against the versions that decisions carry, and what fell from enforce to shadow. */
export async function readDrift(deps: ReplayDeps, now: Millis): Promise<Answer> {
  const { stores } = deps;
  const [summary, config] = await Promise.all([summaryAt(deps, {}, now), configIn(stores)]);
  const { position, asOf, catalogue, controls } = postureOf(stores.tenantId, summary);
  const of = (id: string) => controls.find((control) => control.id === id);
  const [agents, repositories] = kinds.map(({ control }) => of(control));
  const shadowed = controls.filter(({ counts }) => (counts.shadowed ?? 0) > 0);
  const { at } = linksOf(stores.tenantId);
  return {
    position,
    asOf,
    catalogue,
    policies: policiesOf(config),
    counts: {
      agentsDrifted: summary.counts['drift/agent'] ?? 0,
      agents: agents?.inScope ?? 0,
      repositoriesDrifted: summary.counts['drift/repository'] ?? 0,
      repositories: repositories?.inScope ?? 0,
    },
    drifted: (await Promise.all(kinds.map((kind) => driftedItems(stores, kind, config)))).flat(),
    fallen: (await Promise.all(shadowed.map(({ id }) => fallenItems(stores, id)))).flat(),
    links: {
      agents: at('controls', 'policy-current'),
      repositories: at('controls', 'repository-policy-current'),
    },
  };
}

function policiesOf({ policies }: Config): Answer['policies'] {
  const nameOf = (key: string): string => key.slice(0, key.lastIndexOf('@'));
  const names = [...new Set(Object.keys(policies).map(nameOf))].sort();
  return names.map((policy) => {
    const newest = newestEnforced(policy, '9999', policies);
    return {
      policy,
      inForce: newest && { version: newest.version, time: newest.time, publishedBy: newest.id },
      inShadow: Object.entries(policies)
        .filter(([key, { mode }]) => mode === 'shadow' && nameOf(key) === policy)
        .map(([key]) => key.slice(policy.length + 1))
        .sort(),
    };
  });
}

async function worst(stores: TenantStores, by: Pick<LedgerList, 'failing' | 'labels'>): Promise<Item[]> {
  const page = await stores.ledger.list({ kind: 'item', ...by, orderBy: 'rank', limit: most });
  return page.items.filter((document): document is Item => document.kind === 'item');
}

async function driftedItems(
  stores: TenantStores,
  { kind, control: id }: (typeof kinds)[number],
  config: Config,
): Promise<Answer['drifted']> {
  const links = linksOf(stores.tenantId);
  const control = controlById.get(id);
  const items = control === undefined ? [] : await worst(stores, { failing: `${id}:missing` });
  return items.flatMap((item) => {
    if (control === undefined) return [];
    const enforced = (item.policies ?? []).filter(({ mode }) => mode === 'enforce');
    const { freshnessHours } = inForceFor(control, config, subjectOf(item));
    const decisions = driftedUses(enforced, freshnessHours, config).flatMap((use) => {
      const drift = driftOf(use, config);
      if (drift === null) return [];
      const { policy, version, time, id: evidenceId } = use;
      return [{ policy, version, ...drift, time, evidenceId, links: links.evidence(evidenceId) }];
    });
    return decisions.length === 0 ? [] : [{ kind, name: item.name, decisions }];
  });
}

/** Items for which a control was enforced before, and is only watched now. */
async function fallenItems(stores: TenantStores, control: string): Promise<Answer['fallen']> {
  const links = linksOf(stores.tenantId);
  return (await worst(stores, { labels: [fellFrom(control)] })).flatMap(({ itemKind, name, states }) => {
    const judged = states[control];
    if (judged?.fell === undefined) return [];
    const { since, evidenceId, fell } = judged;
    const more = links.evidence(evidenceId);
    return [{ control, kind: itemKind, name, since, from: fell.from, evidenceId, links: more }];
  });
}
