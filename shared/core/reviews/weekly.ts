import type { ApprovalSummary } from '../../../schemas/answers/governance.js';
import type { Posture } from '../../../schemas/posture.js';
import type { ReportCatalogue } from '../../../schemas/reports.js';
import type { ApprovalCounts, ReviewOf } from '../../../schemas/review.js';
import { day, millisOf } from '../kernel/time.js';
import type { Finding } from '../projections/documents.js';
import { baseOf, reviewedFinding } from './base.js';
import type { Period } from './periods.js';

export type WeeklyInput = {
  posture: Posture;
  /** Open findings, all or as many as are read. */
  open: { items: readonly Finding[]; more: boolean };
  approvals: { now: ApprovalSummary; before: ApprovalSummary | null };
  reports: ReportCatalogue['items'];
};

/** The weekly review: what is covered, what stays open for how long, how approvals go, which reports can be had. Pure. */
export function weeklyReview(period: Period, zone: string, input: WeeklyInput): ReviewOf<'weekly'> {
  const { posture, open, approvals, reports } = input;
  const { score, controls } = posture;
  return {
    ...baseOf(period, zone, posture),
    cadence: 'weekly',
    controlCoverage: {
      observed: score.controlsObserved,
      applicable: score.controlsApplicable,
      itemsEnforced: score.itemsEnforced,
      itemsInScope: score.itemsInScope,
      controls: controls.map(({ link: _link, weight: _weight, ...control }) => control),
    },
    openFindingsByAge: byAge(open, posture.asOf),
    approvals: {
      now: countsOf(approvals.now),
      before: approvals.before === null ? null : countsOf(approvals.before),
    },
    reports: [...reports],
  };
}

function byAge({ items, more }: WeeklyInput['open'], asOf: string): ReviewOf<'weekly'>['openFindingsByAge'] {
  const none = () => ({ critical: 0, high: 0, medium: 0, low: 0 });
  const ages = { upTo7: none(), upTo30: none(), upTo90: none(), over90: none() };
  let oldest: Finding | null = null;
  for (const finding of items) {
    const days = (millisOf(asOf) - millisOf(finding.openedAt)) / day;
    const age = days <= 7 ? 'upTo7' : days <= 30 ? 'upTo30' : days <= 90 ? 'upTo90' : 'over90';
    ages[age][finding.severity] += 1;
    if (oldest === null || finding.openedAt < oldest.openedAt) oldest = finding;
  }
  return { ...ages, oldest: oldest && reviewedFinding(oldest), complete: !more };
}

const countsOf = ({ byStatus, latency, breakGlass }: ApprovalSummary): ApprovalCounts => ({
  requested: Object.values(byStatus).reduce((sum, n) => sum + n, 0) - byStatus.unrequested,
  approved: byStatus.approved,
  denied: byStatus.denied,
  expired: byStatus.expired,
  selfApproved: byStatus.self_approved,
  late: byStatus.late,
  breakGlass: breakGlass.used,
  breakGlassUnreviewed: breakGlass.unreviewed,
  medianSeconds: latency.medianSeconds,
  p95Seconds: latency.p95Seconds,
});
