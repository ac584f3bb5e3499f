import type { TenantCheck } from '../../../schemas/readiness-settings.js';
import type { Blocker, Readiness, ReadinessTarget } from '../../../schemas/readiness.js';
import { blockerLinks } from './blocker-links.js';
import { blockerTexts } from './blockers.js';
import { rules, type GateFacts } from './gate-rules.js';
import { failingBehind, restsOn } from './packet-rules.js';
import { tenantCheckFails } from './tenant-checks.js';

/** What the gate asks of a target, as data: its digest names the policy that a signed summary stands for. */
export const policyOf = (target: ReadinessTarget, added: readonly TenantCheck[] = []) => ({
  target,
  rules: rules.flatMap(({ id, targets }) =>
    targets.includes(target) ? [{ id, meaning: blockerTexts[id].meaning }] : [],
  ),
  ...(added.length === 0 ? {} : { added: added.filter(({ targets }) => targets.includes(target)) }),
});

type Judged = {
  blocker: Omit<Blocker, 'since' | 'evidenceIds' | 'links'>;
  found: string | null;
  evidenceIds: string[];
};

/**
 * The gate's decision, pure: same facts, same answer. Ready only when no rule for the target blocks, and no check that
 * the tenant added; there is no rule that a caller or a tenant can leave out.
 */
export function decideReadiness(
  target: ReadinessTarget,
  facts: GateFacts,
): Pick<Readiness, 'blockers' | 'checks'> & { ready: boolean } {
  const judged = [...ownRules(target, facts), ...addedChecks(target, facts)];
  const blockers = judged
    .filter(({ found }) => found !== null)
    .map(({ blocker, evidenceIds }) => ({
      ...blocker,
      since: facts.journey.blocked[target]?.[blocker.id] ?? null,
      evidenceIds,
      links: blockerLinks(facts.posture.tenantId, blocker.id, evidenceIds),
    }));
  const checks = judged.map(({ blocker: { id }, found }) => ({
    name: id,
    status: found === null ? ('pass' as const) : ('blocker' as const),
    message: found ?? 'nothing stands in the way',
  }));
  return { ready: blockers.length === 0, blockers, checks };
}

const ownRules = (target: ReadinessTarget, facts: GateFacts): Judged[] =>
  rules
    .filter(({ targets }) => targets.includes(target))
    .map(({ id, blocks }) => ({
      blocker: { id, ...blockerTexts[id] },
      found: blocks(facts, target),
      evidenceIds: [
        ...new Set([
          ...(facts.evidenceIds[id] ?? []),
          ...failingBehind(id, restsOn(target, facts.packets)).flatMap(({ evidenceIds }) => evidenceIds),
        ]),
      ],
    }));

const addedChecks = (target: ReadinessTarget, { added, posture }: GateFacts): Judged[] =>
  added
    .filter(({ targets }) => targets.includes(target))
    .map((check) => ({
      blocker: {
        id: `tenant:${check.name}`,
        title: check.title,
        meaning: 'A check that the tenant added does not hold.',
        resolution: check.resolution,
        owner: check.owner,
      },
      found: tenantCheckFails(check, posture),
      evidenceIds: [],
    }));
