import type { BlockerId, ReadinessTarget } from '../../schemas/readiness.js';
import { controlById } from '../core/posture/catalogue.js';
import { postureOf } from '../core/posture/posture.js';
import type { Finding, Item, Summary } from '../core/projections/documents.js';
import { newJourney } from '../core/projections/journey.js';
import { tenantItemId } from '../core/projections/keys.js';
import type { GateFacts } from '../core/readiness/gate-rules.js';
import type { Release } from '../core/readiness/validators/facts.js';
import type { TenantStores } from '../ports.js';
import type { GatherDeps } from './gather-validators.js';
import { packetsFor } from './packets.js';

/** What the gate looks at, read at one position; what comes in meanwhile is judged by the next answer. */
export async function gatherGate(
  deps: GatherDeps & { rehearsal: boolean },
  target: ReadinessTarget,
  release: Release | null,
  logVerified: boolean,
): Promise<GateFacts> {
  const { stores } = deps;
  const documents = await stores.ledger.read(['summary', 'journey', tenantItemId]);
  const [summary, journey, own] = ['summary', 'journey', tenantItemId].map((id) => documents.get(id));
  const posture = postureOf(stores.tenantId, summary?.kind === 'summary' ? summary : emptySummary);
  const found = await stores.tenant.get();
  return {
    posture,
    // A trial rests on posture and journey alone.
    packets: target === 'trial' ? [] : await packetsFor(deps, posture, release),
    journey: journey?.kind === 'journey' ? journey : newJourney,
    logVerified,
    rehearsal: deps.rehearsal,
    added: found?.tenant.settings.readiness.checks ?? [],
    evidenceIds: await evidenceBehind(stores, posture, own?.kind === 'item' ? own : null),
  };
}

export const emptySummary: Summary = { id: 'summary', kind: 'summary', counts: {}, totals: {} };

/** Of each list the first page is enough to act on. */
const pageSize = 20;

/** The evidence that shows a blocker which rests on posture. */
async function evidenceBehind(
  stores: TenantStores,
  { controls }: GateFacts['posture'],
  own: Item | null,
): Promise<Partial<Record<BlockerId, string[]>>> {
  const [open, claimed, high] = await Promise.all([
    findingsOf(stores, { state: 'open', severity: 'critical' }),
    findingsOf(stores, { state: 'resolved', severity: 'critical' }),
    findingsOf(stores, { state: 'open', severity: 'high' }),
  ]);
  const critical = controls.filter(({ severity, state }) => severity === 'critical' && state !== 'enforced');
  const unmet = await Promise.all(critical.map(({ id, state }) => decidingEvidence(stores, id, state)));
  const stale = await decidingEvidence(stores, 'evidence-fresh', 'stale');
  return {
    critical_finding_open: lastOf([...open, ...claimed]),
    high_finding_overdue: lastOf(high.filter(({ overdue }) => overdue)),
    critical_control_unmet: unmet.flat().slice(0, pageSize),
    evidence_stale: stale,
    report_delivery_unverified: own?.delivery === undefined ? [] : [own.delivery.id],
  };
}

async function findingsOf({ ledger }: TenantStores, where: Record<string, string>): Promise<Finding[]> {
  const page = await ledger.list({ kind: 'finding', where, orderBy: 'rank', limit: pageSize });
  return page.items.filter((d): d is Finding => d.kind === 'finding');
}

const lastOf = (findings: readonly Finding[]): string[] => [
  ...new Set(findings.flatMap(({ evidenceIds }) => evidenceIds.slice(-1))),
];

/** What decides that items are in a failing state of a control. */
async function decidingEvidence({ ledger }: TenantStores, control: string, state: string): Promise<string[]> {
  const kind = controlById.get(control)?.scope.kind;
  if (kind === undefined || kind === 'approval' || kind === 'exception' || state === 'not_observed')
    return [];
  const page = await ledger.list({ kind: 'item', failing: `${control}:${state}`, limit: pageSize });
  return page.items.flatMap((d) => (d.kind === 'item' ? (d.states[control]?.evidenceId ?? []) : []));
}
