import type { ApprovalSummary } from '../../../schemas/answers/governance.js';
import { millisOf } from '../kernel/time.js';
import type { Approval, Summary } from '../projections/documents.js';
import { latencyError, latencyQuantile } from '../projections/latency.js';
import { latencyCounter } from '../projections/tally.js';
import { emptyBasis } from './head.js';
import { withPrefix } from './layers.js';

const statuses: Readonly<Record<Approval['status'], 0>> = {
  pending: 0,
  approved: 0,
  denied: 0,
  expired: 0,
  self_approved: 0,
  late: 0,
  unrequested: 0,
};

/** Whole seconds from one instant to another; 0 where the second comes first. */
export const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Math.floor((millisOf(to) - millisOf(from)) / 1000));

/** All approvals from the counters. `oldestRequestedAt` is that of the pending one that waits longest. */
export function approvalSummary(
  { counts, basis = emptyBasis }: Summary,
  oldestRequestedAt: string | null,
): ApprovalSummary {
  const n = (name: string): number => counts[name] ?? 0;
  const latencies = Object.entries(withPrefix(counts, latencyCounter));
  const buckets = new Map(latencies.map(([lower, count]) => [Number(lower), count]));
  const reviewed = n('breakglass/reviewed');
  const unreviewed = n('breakglass/unreviewed');
  return {
    position: basis.size,
    asOf: basis.clock,
    byStatus: { ...statuses, ...withPrefix(counts, 'approvals/') },
    pending: {
      count: n('approvals/pending'),
      oldestRequestedAt,
      oldestSeconds: oldestRequestedAt === null ? null : secondsBetween(oldestRequestedAt, basis.clock),
    },
    latency: {
      answered: latencies.reduce((sum, [, count]) => sum + count, 0),
      medianSeconds: latencyQuantile(buckets, 0.5),
      p95Seconds: latencyQuantile(buckets, 0.95),
      error: latencyError,
    },
    covered: n('approval-use/covered'),
    usedExpired: n('approval-use/after_expiry'),
    breakGlass: { used: reviewed + unreviewed, unreviewed, overdue: n('breakglass/overdue') },
  };
}
