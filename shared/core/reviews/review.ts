import type { Posture } from '../../../schemas/posture.js';
import type { ReviewDocument } from '../../../schemas/review.js';
import type { Finding } from '../projections/documents.js';
import type { Cadence, Period } from './periods.js';

/** Builds a review from the posture at the end of its period and the worst open findings. Pure. */
export function buildReview(
  cadence: Cadence,
  period: Period,
  zone: string,
  posture: Posture,
  findings: readonly Finding[],
): ReviewDocument {
  const { coverage, reports } = posture.layers;
  const kind = (k: Posture['layers']['coverage']['agents']) => ({
    inScope: k.inScope,
    covered: k.covered,
    silent: k.silent,
    shadow: k.shadow,
  });
  return {
    schemaVersion: 'aispm.review.v1',
    tenantId: posture.tenantId,
    cadence,
    period: { id: period.id, from: period.from, to: period.to, zone },
    asOf: posture.asOf,
    position: posture.position,
    verdict: posture.verdict,
    reasons: posture.reasons,
    score: posture.score.tenths,
    findings: { open: posture.layers.findings.open, overdue: posture.layers.findings.overdue },
    criticalFindings: findings
      .filter((f) => f.severity === 'critical' && f.state === 'open')
      .map((f) => ({
        fingerprint: f.id.slice('finding:'.length),
        detail: f.detail,
        subject: f.subject,
        overdue: f.overdue,
      })),
    controls: posture.layers.controls.states,
    coverage: {
      agents: kind(coverage.agents),
      repositories: kind(coverage.repositories),
      workflows: kind(coverage.workflows),
      tools: kind(coverage.tools),
    },
    approvals: posture.approvals,
    exceptions: posture.exceptions,
    reports: {
      requested: reports.requested,
      delivered: reports.delivered,
      bounced: reports.bounced,
      unconfirmed: reports.unconfirmed,
    },
  };
}
