import type { ControlSummary } from '../../../schemas/posture.js';
import type { Severity } from '../../../schemas/primitives.js';
import type { BlockerId } from '../../../schemas/readiness.js';
import type { MailOperation } from '../../core/delivery/operation.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { controlById } from '../../core/posture/catalogue.js';
import { ranksOf } from '../../core/posture/finding-life.js';
import { unfoldableFinding } from '../../core/posture/record-layers.js';
import type { Finding, Item } from '../../core/projections/documents.js';
import { findingId } from '../../core/projections/keys.js';
import type { GateFacts } from '../../core/readiness/gate-rules.js';
import type { TenantStores } from '../../ports.js';
import { serviceSource } from '../log/record.js';
import { operationRecordId } from '../reports/report-record.js';
import { failedId } from '../reports/send-mail.js';

/* What shows a blocker that rests on no packet: ids of events in the log, so that whoever is blocked can look. */

/** Of each list the first page is enough to act on. */
const pageSize = 20;

/**
 * The evidence behind what posture and the log say against a target.
 * @param own the tenant's own item, where its last inventory and its last delivery stand
 */
export async function evidenceBehind(
  stores: TenantStores,
  { posture, logVerified }: Pick<GateFacts, 'posture' | 'logVerified'>,
  own: Item | null,
): Promise<Partial<Record<BlockerId, string[]>>> {
  const { controls, score, layers } = posture;
  const [open, claimed, high, silent, unconfirmed, broken] = await Promise.all([
    findingsOf(stores, 'open', 'critical'),
    findingsOf(stores, 'resolved', 'critical'),
    findingsOf(stores, 'open', 'high'),
    decidingEvidence(stores, posture, 'evidence-fresh', 'stale'),
    layers.reports.unconfirmed === 0 ? [] : unconfirmedMails(stores),
    logVerified && layers.evidence.unfoldable === 0 ? [] : brokenEntries(stores, posture, logVerified),
  ]);
  const critical = controls.filter(({ severity, state }) => severity === 'critical' && state !== 'enforced');
  const unmet = await Promise.all(
    critical.map(({ id, state }) => decidingEvidence(stores, posture, id, state)),
  );
  const declared = own?.inventory === undefined ? [] : [own.inventory.id];
  return {
    critical_finding_open: lastOf([...open, ...claimed]),
    high_finding_overdue: lastOf(high.filter(({ overdue }) => overdue)),
    critical_control_unmet: unmet.flat().slice(0, pageSize),
    evidence_stale: [...(score.notObserved === 'inventory_stale' ? declared : []), ...silent],
    // Where nothing was ever declared, that the tenant is there is all there is to look at.
    insufficient_evidence: declared.length > 0 ? declared : await registration(stores),
    report_delivery_unverified: own?.delivery === undefined ? [] : [own.delivery.id],
    delivery_unconfirmed: unconfirmed,
    log_integrity_broken: broken,
  };
}

/** By rank alone, which one index serves however many there are. */
async function findingsOf(
  { ledger }: TenantStores,
  state: Finding['state'],
  severity: Severity,
): Promise<Finding[]> {
  const rank = ranksOf(state, severity);
  const page = await ledger.list({ kind: 'finding', orderBy: 'rank', rank, limit: pageSize });
  return page.items.filter((d): d is Finding => d.kind === 'finding');
}

const lastOf = (findings: readonly Finding[]): string[] => [
  ...new Set(findings.flatMap(({ evidenceIds }) => evidenceIds.slice(-1))),
];

/** What decides that items are in a failing state of a control. Where the posture counts none, none is looked for. */
async function decidingEvidence(
  { ledger }: TenantStores,
  { controls }: GateFacts['posture'],
  control: string,
  state: ControlSummary['state'],
): Promise<string[]> {
  const kind = controlById.get(control)?.scope.kind;
  if (kind === undefined || kind === 'approval' || kind === 'exception' || state === 'not_observed')
    return [];
  if ((controls.find(({ id }) => id === control)?.counts[state] ?? 0) === 0) return [];
  const page = await ledger.list({ kind: 'item', failing: `${control}:${state}`, limit: pageSize });
  return page.items.flatMap((d) => (d.kind === 'item' ? (d.states[control]?.evidenceId ?? []) : []));
}

/** That the tenant was taken in; nothing where it was not. */
async function registration({ ledger }: TenantStores): Promise<string[]> {
  return [...(await ledger.known([evidenceIdOf(serviceSource.uri, 'tenant-1')]))];
}

/** The reports that mails may or may not have left. */
async function unconfirmedMails(stores: TenantStores): Promise<string[]> {
  const where = { status: 'unconfirmed' };
  const page = await stores.ledger.list({ kind: 'delivery', where, orderBy: 'rank', limit: pageSize });
  const operations = await Promise.all(
    page.items.flatMap((d) =>
      d.kind === 'delivery' ? [stores.records.get<MailOperation>(operationRecordId(d.operation))] : [],
    ),
  );
  const told = operations.flatMap((found) => (found === null ? [] : [failedId(found.value)]));
  return [...(await stores.ledger.known(told.map((id) => evidenceIdOf(serviceSource.uri, id))))];
}

/** Entries that say nothing; and where two histories were signed, the entry that both end at. */
async function brokenEntries(
  { ledger }: TenantStores,
  { position }: GateFacts['posture'],
  logVerified: boolean,
): Promise<string[]> {
  const id = findingId(unfoldableFinding);
  const finding = (await ledger.read([id])).get(id);
  const unfoldable = finding?.kind === 'finding' ? finding.evidenceIds : [];
  const last = logVerified ? [] : await ledger.entries(Math.max(position - 1, 0), position);
  return [...unfoldable, ...last.map((entry) => entry.id)];
}
