import type { Posture } from '../../../schemas/posture.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import type { Summary } from '../projections/documents.js';
import { catalogue } from './catalogue.js';
import { emptyBasis } from './fold.js';
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
  const controls = catalogue.map((control) =>
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
        status:
          findings.overdue.critical + findings.unowned.critical > 0 || overdueAny(findings.overdue)
            ? 'unhealthy'
            : 'healthy',
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

type Count = (name: string) => number;

function coverageOf(n: Count, score: Posture['score']) {
  const kind = (k: ItemKind) => ({
    inScope: n(`coverage/${k}/in_scope`),
    declared: n(`coverage/${k}/declared`),
    observed: n(`coverage/${k}/observed`),
    covered: n(`coverage/${k}/covered`),
    shadow: n(`coverage/${k}/shadow`),
    silent: n(`coverage/${k}/silent`),
  });
  const kinds = {
    agents: kind('agent'),
    repositories: kind('repository'),
    workflows: kind('workflow'),
    tools: kind('tool'),
  };
  const all = Object.values(kinds);
  const current = score.notObserved !== 'no_inventory' && score.notObserved !== 'inventory_stale';
  const whole = all.every((k) => k.shadow === 0 && k.silent === 0);
  const status = all.every((k) => k.inScope === 0)
    ? ('unknown' as const)
    : whole && current
      ? ('healthy' as const)
      : ('unhealthy' as const);
  return { status, ...kinds };
}

function controlsHealth(
  controls: readonly { state: string; severity: string }[],
): 'healthy' | 'unhealthy' | 'unknown' {
  const observed = controls.filter((c) => c.state !== 'not_observed');
  if (observed.length === 0) return 'unknown';
  const risky = observed.filter((c) => c.severity === 'critical' || c.severity === 'high');
  return risky.every((c) => c.state === 'enforced' || c.state === 'not_applicable') ? 'healthy' : 'unhealthy';
}

function evidenceLayer(
  base: string,
  n: Count,
  total: Count,
  unfoldable: number,
): Posture['layers']['evidence'] {
  const live = total('live');
  const fresh = n('control/evidence-fresh/enforced');
  const freshOf = ['enforced', 'stale', 'missing', 'shadowed', 'blocked'].reduce(
    (sum, s) => sum + n(`control/evidence-fresh/${s}`),
    0,
  );
  const trusted = total('trusted');
  const healthy = trusted === live && fresh === freshOf && unfoldable === 0;
  return {
    status: live === 0 ? 'unknown' : healthy ? 'healthy' : 'unhealthy',
    healthySignal: 'all evidence is fresh and signed by a trusted source',
    link: `${base}/evidence`,
    events: total('events'),
    live,
    signedByTrusted: trusted,
    sample: total('sample'),
    decisions: total('type/decision.recorded'),
    fresh,
    freshOf,
    unfoldable,
  };
}

const overdueAny = (overdue: Record<string, number>): boolean =>
  Object.values(overdue).some((count) => count > 0);

function statesOf(states: readonly string[]): Record<string, number> {
  const byState: Record<string, number> = {};
  for (const state of states) byState[state] = (byState[state] ?? 0) + 1;
  return byState;
}

const withPrefix = (counts: Readonly<Record<string, number>>, prefix: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counts)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]) => [name.slice(prefix.length), count]),
  );
