import type { EventName } from '../../../schemas/events/types.js';
import type { Packet } from '../../../schemas/packets.js';
import type { Plan } from '../../../schemas/plan.js';
import type { BlockerId, Readiness, ReadinessTarget } from '../../../schemas/readiness.js';
import { failingBehind, notShown, restsOn } from './packet-rules.js';

/** Blockers in the order of work, what others build on first, with the events that show that it was done. */
const work: Readonly<Record<BlockerId, { rank: number; leaves: readonly EventName[] }>> = {
  log_integrity_broken: { rank: 1, leaves: ['integrity.checked'] },
  trial_access_not_approved: { rank: 2, leaves: ['tenant.configured'] },
  insufficient_evidence: { rank: 3, leaves: ['inventory.declared', 'decision.recorded'] },
  evidence_stale: { rank: 4, leaves: ['inventory.declared', 'decision.recorded'] },
  missing_live_connector_evidence: { rank: 5, leaves: ['connector.validated'] },
  critical_control_unmet: { rank: 6, leaves: ['decision.recorded', 'policy.published'] },
  critical_finding_open: { rank: 7, leaves: ['decision.recorded', 'finding.accepted'] },
  high_finding_overdue: { rank: 8, leaves: ['decision.recorded', 'finding.accepted'] },
  labs_incomplete: { rank: 9, leaves: [] },
  delivery_unconfirmed: { rank: 10, leaves: ['report.delivered'] },
  report_delivery_unverified: { rank: 11, leaves: ['report.delivered', 'delivery.validated'] },
  pilot_scope_missing: { rank: 12, leaves: ['pilot.proposed'] },
  tenant_isolation_not_proven: { rank: 13, leaves: ['isolation.tested'] },
  deployment_not_validated: { rank: 14, leaves: ['deployment.validated'] },
  runtime_workflow_synthetic_only: { rank: 15, leaves: ['workflow.exercised'] },
  ga_archive_not_closed: { rank: 16, leaves: ['archive.closed'] },
  rehearsal_environment: { rank: 18, leaves: [] },
};
/** A tenant's own checks come when all else is done, before the last: deciding in production. */
const added = { rank: 17, leaves: [] as readonly EventName[] };
const workOf = (id: string) => Object.entries(work).find(([name]) => name === id)?.[1] ?? added;

type Item = Omit<Plan['items'][number], 'order'>;

/**
 * What is still to do for the decision to be ready, in order. A blocker that rests on a validator's packet is one item for
 * each check that fails, and one more where posture itself is against it.
 */
export function planOf(
  { blockers, checks }: Pick<Readiness, 'blockers' | 'checks'>,
  target: ReadinessTarget,
  all: readonly Packet[],
): Plan['items'] {
  const packets = restsOn(target, all);
  const found = (id: string): string => checks.find(({ name }) => name === id)?.message ?? '';
  const items = blockers
    .toSorted((a, b) => workOf(a.id).rank - workOf(b.id).rank)
    .flatMap(({ id, resolution, owner, evidenceIds }): Item[] => {
      const leaves = workOf(id).leaves.map((name) => `aispm.${name}`);
      const todo = { blocker: id, action: resolution, owner, leaves };
      const failing = failingBehind(id, packets);
      const whole = failing.length === 0 || found(id) !== notShown(id, packets);
      return [
        ...(whole ? [{ ...todo, check: null, found: found(id), evidenceIds }] : []),
        ...failing.map((check) => ({
          ...todo,
          check: check.name,
          found: check.message,
          evidenceIds: check.evidenceIds,
        })),
      ];
    });
  return items.map((item, n) => ({ order: n + 1, ...item }));
}
