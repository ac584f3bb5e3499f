import type { Posture } from '../../../schemas/posture.js';
import type { ReviewedFinding, ReviewOf } from '../../../schemas/review.js';
import type { Finding } from '../projections/documents.js';
import { findingId } from '../projections/keys.js';
import type { Period } from './periods.js';

/** Most of a list that a review holds; what lies beyond is said to be there. */
export const mostListed = 100;

/** A page that was read, cut to what a review holds. */
export const listOf = <T>(items: readonly T[], more = false): { items: T[]; more: boolean } => ({
  items: items.slice(0, mostListed),
  more: more || items.length > mostListed,
});

/** What every review says, whatever its cadence. */
export function baseOf(
  period: Period,
  zone: string,
  posture: Posture,
): Omit<ReviewOf<'daily'>, 'cadence' | DailyOnly> {
  const { open, overdue, claimed, accepted } = posture.layers.findings;
  return {
    schemaVersion: 'aispm.review.v1',
    tenantId: posture.tenantId,
    period: { id: period.id, from: period.from, to: period.to, zone },
    asOf: posture.asOf,
    position: posture.position,
    verdict: posture.verdict,
    reasons: posture.reasons,
    score: posture.score.tenths,
    findings: { open, overdue, claimed, accepted },
    controls: posture.layers.controls.states,
  };
}

type DailyOnly =
  | 'newBlockers'
  | 'blockers'
  | 'failedConnectors'
  | 'criticalFindings'
  | 'expired'
  | 'silent'
  | 'overdueEscalations';

export const fingerprintIn = ({ id }: Pick<Finding, 'id'>): string => id.slice(findingId('').length);

export const reviewedFinding = (finding: Finding): ReviewedFinding => ({
  fingerprint: fingerprintIn(finding),
  detail: finding.detail,
  subject: finding.subject,
  severity: finding.severity,
  owner: finding.owner ?? null,
  dueOn: finding.dueOn,
  overdue: finding.overdue,
});
