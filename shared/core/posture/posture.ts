import type { Posture } from '../../../schemas/posture.js';
import type { Summary } from '../projections/documents.js';
import { findingsLayer } from './findings-layer.js';
import { emptyBasis } from './head.js';
import { controlsInForce } from './in-force.js';
import { controlsLayer, coverageLayer, withPrefix } from './layers.js';
import { evidenceLayer, reportsLayer } from './record-layers.js';
import { controlSummary, scoreOf } from './score.js';
import { verdictOf } from './verdict.js';

/**
 * Posture from the counters: no other document is read, however large the tenant. Position and `asOf` are those at which
 * the counters were last whole.
 */
export function postureOf(tenantId: string, summary: Summary): Posture {
  const base = `/api/tenants/${tenantId}`;
  const { counts, totals, basis = emptyBasis } = summary;
  const n = (name: string): number => counts[name] ?? 0;
  const total = (name: string): number => totals[name] ?? 0;
  const asOf = basis.clock;
  const controls = controlsInForce(basis).map((control) =>
    controlSummary(control, counts, `${base}/controls/${control.id}`),
  );
  const score = scoreOf(controls, summary, basis.settings, asOf);
  const unfoldable = total('unfoldable');
  const layers = {
    coverage: coverageLayer(base, n, score, summary.inventoryAt ?? null),
    controls: controlsLayer(base, controls, n, total),
    findings: findingsLayer(base, n, total('live') > 0),
    evidence: evidenceLayer(base, n, total),
    reports: reportsLayer(base, counts, n, total),
  };
  const { unconfirmed } = layers.reports;
  return {
    tenantId,
    sample: basis.sample,
    position: basis.size,
    asOf,
    foldVersion: basis.foldVersion,
    catalogue: basis.catalogue,
    ...verdictOf(score, controls, layers.findings, { unfoldable, unconfirmed }),
    score,
    layers,
    approvals: withPrefix(counts, 'approvals/'),
    exceptions: withPrefix(counts, 'exceptions/'),
    controls,
    links: {
      self: `${base}/posture`,
      // This answer again, whatever comes in at the same instant or later.
      asServed: `${base}/posture?asOf=${asOf}&position=${basis.size}`,
      findings: `${base}/findings`,
      // Where each of the questions that posture answers goes on to what its number counts.
      activeAgents: `${base}/agents?activity=active`,
      coveredRepositories: `${base}/repositories?coverage=covered`,
      coveredWorkflows: `${base}/workflows?coverage=covered`,
      trustedTools: `${base}/tools?trust=trusted`,
      riskyTools: `${base}/tools?trust=risky`,
      policyDrift: `${base}/controls/drift`,
      openFindings: `${base}/findings?state=open`,
      approvals: `${base}/approvals`,
      exceptions: `${base}/exceptions`,
      reports: `${base}/reports`,
      reportCatalogue: `${base}/reports/catalogue`,
      readiness: `${base}/readiness`,
      trialReadiness: `${base}/readiness?target=trial`,
      pilotReadiness: `${base}/readiness?target=pilot`,
      productionReadiness: `${base}/readiness?target=production`,
      checkpoint: `${base}/log/checkpoint`,
      evidence: `${base}/evidence`,
    },
  };
}
