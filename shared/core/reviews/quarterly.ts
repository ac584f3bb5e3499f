import type { Posture } from '../../../schemas/posture.js';
import type { DrillSummary, OperatingSection, ReviewOf } from '../../../schemas/review.js';
import { operatingReviewSections, type OperatingReviewSection } from '../../../schemas/sign-offs.js';
import { day, millisOf } from '../kernel/time.js';
import { baseOf, listOf } from './base.js';
import { sectionOwners } from './owners.js';
import type { Period } from './periods.js';
import { addDays } from './zone.js';

type Metric = OperatingSection['metrics'][number];

export type QuarterlyInput = {
  posture: Posture;
  drill: DrillSummary | null;
  archive: ReviewOf<'quarterly'>['archive'];
  archiveFault: string | null;
  signOffs: Readonly<Partial<Record<OperatingReviewSection, { at: string; evidenceId: string }>>>;
  exclusions: ReviewOf<'quarterly'>['openExclusions'];
  /** Of the quarter: what was due and done in time, of what was due. */
  service: Readonly<
    Record<'findings' | 'approvals' | 'reviews' | 'incidents', { inTime: number; of: number }>
  >;
  reports: { delivered: number; of: number };
  /** The day on which the contract ends or is renewed; null where the tenant set none. */
  renewalOn: string | null;
};

/** A renewal nearer than this wants a decision. */
const renewalDays = 90;

/** The quarterly review: the drill, the archive, and the operating review with an owner for each section. Pure. */
export function quarterlyReview(period: Period, zone: string, input: QuarterlyInput): ReviewOf<'quarterly'> {
  const { posture, drill, archive, archiveFault, exclusions, signOffs } = input;
  return {
    ...baseOf(period, zone, posture),
    cadence: 'quarterly',
    drill,
    archive,
    archiveFault,
    operatingReview: operatingReviewSections.map((section) => {
      const metrics = sections[section](input, period);
      return {
        section,
        owner: sectionOwners[section],
        signOff: signOffs[section] ?? null,
        metrics,
        attention: metrics.filter(({ met }) => met !== true).map(({ words }) => words),
      };
    }),
    openExclusions: listOf(exclusions.items, exclusions.more),
  };
}

/** At least the target, or at most it; nothing is met that was not observed. */
const atLeast = (name: string, words: string, value: number | null, target: number): Metric => ({
  name,
  words,
  value,
  target,
  met: value === null ? null : value >= target,
});
const atMost = (name: string, words: string, value: number | null, target: number): Metric => ({
  name,
  words,
  value,
  target,
  met: value === null ? null : value <= target,
});
const tenths = ({ inTime, of }: { inTime: number; of: number }): number | null =>
  of === 0 ? null : Math.floor((inTime * 1000) / of);
const total = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

const sections: Readonly<
  Record<OperatingReviewSection, (input: QuarterlyInput, period: Period) => Metric[]>
> = {
  success_metrics: ({ posture, reports }) => [
    atLeast('score', 'control score in tenths of a point', posture.score.tenths, posture.score.target),
    atLeast('agents_covered', 'agents covered, tenths of a per cent', coveredOf(posture), 950),
    atLeast(
      'reports_delivered',
      'reports delivered, tenths of a per cent',
      tenths({ inTime: reports.delivered, of: reports.of }),
      990,
    ),
  ],
  evidence_freshness: ({ posture }) => [
    atLeast(
      'fresh',
      'agents heard from within 24 hours, tenths of a per cent',
      posture.layers.evidence.shares.fresh.tenths,
      950,
    ),
    atLeast(
      'signed',
      'events signed by a trusted source, tenths of a per cent',
      posture.layers.evidence.shares.signed.tenths,
      990,
    ),
    atMost('unfoldable', 'events that say nothing', posture.layers.evidence.unfoldable, 0),
  ],
  support_sla: ({ service }) => [
    atLeast(
      'findings_in_time',
      'findings closed in time, tenths of a per cent',
      tenths(service.findings),
      900,
    ),
    atLeast(
      'approvals_in_time',
      'approvals answered in time, tenths of a per cent',
      tenths(service.approvals),
      950,
    ),
    atLeast(
      'reviews_in_time',
      'reviews acknowledged in time, tenths of a per cent',
      tenths(service.reviews),
      900,
    ),
    atLeast(
      'incidents_in_time',
      'incidents closed in time, tenths of a per cent',
      tenths(service.incidents),
      900,
    ),
  ],
  posture: ({ posture }) => [
    atMost('critical_open', 'critical findings open', posture.layers.findings.open.critical, 0),
    atMost('overdue', 'findings overdue', total(posture.layers.findings.overdue), 0),
    atMost('blocked', 'controls blocked', posture.layers.controls.states['blocked'] ?? 0, 0),
  ],
  open_exclusions: ({ exclusions }) => [
    atMost('exclusions', 'exceptions and overrides that stand', exclusions.items.length, 0),
    atMost(
      'without_end',
      'of these without an end',
      exclusions.items.filter(({ until }) => until === null).length,
      0,
    ),
  ],
  renewal_checkpoint: ({ renewalOn }, { to }) => [
    atLeast(
      'days_to_renewal',
      renewalOn === null ? 'no renewal date is set' : 'days to the renewal when the quarter ended',
      renewalOn === null ? null : daysBetween(addDays(to, 1), renewalOn),
      renewalDays,
    ),
  ],
};

const daysBetween = (from: string, to: string): number =>
  Math.round((millisOf(`${to}T00:00:00Z`) - millisOf(`${from}T00:00:00Z`)) / day);

function coveredOf({ layers: { coverage } }: Posture): number | null {
  const { covered, inScope } = coverage.agents;
  return inScope === 0 ? null : Math.floor((covered * 1000) / inScope);
}
