import type { Posture } from '../../../schemas/posture.js';
import type { Summary } from '../projections/documents.js';
import { emptyBasis } from './head.js';
import { controlsInForce } from './in-force.js';
import { controlsHealth, coverageOf, evidenceLayer, findingsHealth, statesOf, withPrefix } from './layers.js';
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
  const bySeverity = (state: string) => ({
    critical: n(`findings/${state}/critical`),
    high: n(`findings/${state}/high`),
    medium: n(`findings/${state}/medium`),
    low: n(`findings/${state}/low`),
  });
  const findings = {
    open: bySeverity('open'),
    overdue: bySeverity('overdue'),
    unowned: bySeverity('unowned'),
    claimed: bySeverity('resolved'),
  };
  const accepted = Object.values(bySeverity('accepted')).reduce((a, b) => a + b, 0);
  const reports = {
    requested: total('type/report.requested'),
    rendered: total('type/report.rendered'),
    delivered: n('deliveries/delivered'),
    bounced: n('deliveries/bounced') + n('deliveries/failed'),
    unconfirmed: n('deliveries/unconfirmed'),
  };
  const coverage = coverageOf(n, score);
  const states = statesOf(controls.map((c) => c.state));
  const unfoldable = total('unfoldable');
  return {
    tenantId,
    sample: basis.sample,
    position: basis.size,
    asOf,
    foldVersion: basis.foldVersion,
    catalogue: basis.catalogue,
    ...verdictOf(score, controls, findings, { unfoldable, unconfirmed: reports.unconfirmed }),
    score,
    layers: {
      coverage: {
        ...coverage,
        inventoryAt: summary.inventoryAt ?? null,
        healthySignal:
          'every declared item was heard from, nothing undeclared acts, and the inventory is current',
        link: `${base}/agents`,
      },
      controls: {
        status: controlsHealth(controls),
        healthySignal: 'every high-risk action is enforced or approval-routed',
        link: `${base}/controls`,
        states,
        worst: controls.filter((c) => c.state === 'blocked' || c.state === 'missing').map((c) => c.id),
      },
      findings: {
        status: findingsHealth(findings, total('live') > 0),
        healthySignal: 'each critical finding has an owner, and no finding is overdue',
        link: `${base}/findings`,
        ...findings,
        accepted,
      },
      evidence: evidenceLayer(base, n, total, unfoldable),
      reports: {
        status:
          reports.requested === 0
            ? 'unknown'
            : reports.bounced + reports.unconfirmed > 0 || reports.delivered === 0
              ? 'unhealthy'
              : 'healthy',
        healthySignal: 'every report that was sent reached its recipients',
        link: `${base}/reports`,
        ...reports,
      },
    },
    approvals: withPrefix(counts, 'approvals/'),
    exceptions: withPrefix(counts, 'exceptions/'),
    controls,
    links: {
      self: `${base}/posture`,
      findings: `${base}/findings`,
      checkpoint: `${base}/log/checkpoint`,
      evidence: `${base}/evidence`,
    },
  };
}
