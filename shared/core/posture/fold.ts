import type { Evidence } from '../../../schemas/evidence.js';
import { eventNameOf, eventTypePrefix } from '../../../schemas/evidence.js';
import { serviceOnlyEvents } from '../../../schemas/events/types.js';
import { leafBytes } from '../kernel/leaf.js';
import type { LogEntry } from '../log/entry.js';
import { appendLeafHex } from '../log/merkle.js';
import type { Head, Summary } from '../projections/documents.js';
import { isTrusted, loadTenantItem } from '../projections/items.js';
import { stampOf } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { applyEvent } from './apply.js';
import { applyJourney } from './apply-journey.js';
import { syncFindings, type Cause } from './findings.js';
import { basisOf, emptyHead } from './head.js';
import { letTimePass, nextMidnight } from './passing.js';
import { applyReferences } from './references.js';
import { configOf, settleAny, settleItem } from './settle.js';
import { severityOfRule } from './severities.js';

/**
 * Folds one entry (rebuild law): first what became due before it, in order, each at its computed instant; then the
 * entry itself. The caller has loaded every document that is due by `entry.sequencedAt`.
 * @param evidence null for an entry that is in the log but can never be folded
 */
export function foldEntry(workspace: Workspace, entry: LogEntry, evidence: Evidence | null): void {
  letTimePass(workspace, entry.sequencedAt, () => true);
  const head = workspace.find('head', 'head') ?? emptyHead;
  if (head.size === 0) begin(workspace, entry.sequencedAt);
  if (evidence === null) reportUnfoldable(workspace, entry);
  const counted = evidence !== null && counts(workspace, evidence);
  workspace.evidenceId = entry.id;
  const wide = counted && applyEvent(workspace, evidence, entry.sequencedAt);
  workspace.evidenceId = null;
  if (counted) applyJourney(workspace, evidence);
  if (counted && !isOwn(evidence)) applyReferences(workspace, evidence, entry.sequencedAt);
  const next: Head = {
    ...head,
    size: head.size + 1,
    clock: entry.sequencedAt,
    frontier: appendLeafHex(head.frontier, head.size, leafBytes(entry)),
    sweep: wide ? { cursor: '' } : null,
  };
  workspace.put(next);
  workspace.append(entry.id);
  const counters = countEvent(workspace.summary(), evidence, counted);
  const summary = { ...counters, basis: basisOf(configOf(workspace), next) };
  // Readers keep the summary from before a wide change until the sweep behind it is through.
  workspace.put(wide ? { ...summary, id: 'summary-next' } : summary);
}

/** The clock of days starts, and the tenant itself is in scope from now on: what it never proved is missing. */
function begin(workspace: Workspace, at: string): void {
  workspace.put({ id: 'day-clock', kind: 'day-clock', dueAt: nextMidnight(at) });
  settleItem(workspace, loadTenantItem(workspace), at);
}

/** Evidence that is in the log and says nothing is one finding of the tenant, however often it happens. */
function reportUnfoldable(workspace: Workspace, { id, sequencedAt }: LogEntry): void {
  const cause: Cause = {
    rule: 'evidence_unfoldable',
    subject: 'tenant:log',
    detail: 'Evidence in the log cannot be folded, so no number takes it into account',
    severity: severityOfRule('evidence_unfoldable'),
    evidenceId: id,
  };
  syncFindings(workspace, configOf(workspace), {}, [cause], sequencedAt);
}

/**
 * One step of a wide change: a document is judged again as of the head's clock, counted in the summary that readers do
 * not see yet. The workspace counts in `summary-next`.
 */
export function foldSweep(workspace: Workspace, id: string): void {
  const head = workspace.find('head', 'head');
  const document = workspace.get(id);
  if (!head?.sweep || !document) return;
  settleAny(workspace, document, head.clock);
  workspace.put({ ...head, sweep: { cursor: id } });
}

/** Ends a wide change: the new summary replaces the one readers saw. The caller deletes `summary-next`. */
export function endSweep(workspace: Workspace): void {
  const head = workspace.find('head', 'head');
  const next = workspace.find('summary', 'summary-next');
  if (!head || !next) return;
  workspace.put({ ...next, id: 'summary' });
  workspace.put({ ...head, sweep: null });
}

/**
 * `sample` evidence is kept and provable, and never counts in a live tenant. Nor does what the service itself says about a
 * runtime, in any tenant (no-evidence law). A review of break-glass and a drill are a person's, done here or elsewhere.
 */
function counts(workspace: Workspace, evidence: Evidence): boolean {
  const name = eventNameOf(evidence.event.type);
  const ours =
    name !== null &&
    (serviceOnlyEvents.has(name) || name === 'breakglass.reviewed' || name === 'drill.recorded');
  if (isOwn(evidence) && !ours) return false;
  return evidence.admission.provenance === 'live' || configOf(workspace).sample;
}

/** What readiness may rest on: said by the service or by a trusted signer, and not a failure. */
function proves(evidence: Evidence): boolean {
  const { data } = evidence.event;
  return (isOwn(evidence) || isTrusted(evidence)) && !('outcome' in data && data.outcome === 'failed');
}

const isOwn = ({ admission }: Evidence): boolean => admission.sourceId === 'aispm';

function countEvent(summary: Summary, evidence: Evidence | null, counted: boolean): Summary {
  const totals = { ...summary.totals };
  const add = (name: string): void => {
    totals[name] = (totals[name] ?? 0) + 1;
  };
  add('events');
  if (!evidence) {
    add('unfoldable');
    return { ...summary, totals };
  }
  const name = evidence.event.type.slice(eventTypePrefix.length);
  add(`type/${name}`);
  if (evidence.admission.provenance === 'sample') add('sample');
  if (counted && proves(evidence)) add(`proof/${name}`);
  if (!counted || isOwn(evidence)) return { ...summary, totals };
  add('live');
  if (isTrusted(evidence)) add('trusted');
  const { time } = stampOf(evidence);
  const inventory =
    name === 'inventory.declared' && time > (summary.inventoryAt ?? '') ? { inventoryAt: time } : {};
  const latest = time > (summary.lastEvidenceAt ?? '') ? { lastEvidenceAt: time } : {};
  return { ...summary, totals, ...inventory, ...latest };
}
