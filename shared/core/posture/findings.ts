import type { Severity } from '../../../schemas/primitives.js';
import { day, instantOf, millisOf } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import type { Finding } from '../projections/documents.js';
import type { OpenFindings } from '../projections/facts.js';
import { findingId, fingerprintOf } from '../projections/keys.js';
import type { Workspace } from '../projections/workspace.js';

/** A cause that stands now. The same (`rule`, `subject`, `control`) is the same finding, however often it recurs. */
export type Cause = {
  rule: string;
  subject: string;
  control?: string;
  detail: string;
  severity: Severity;
  /** The evidence that shows it; null where the finding is that there is none. */
  evidenceId: string | null;
};

const order: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };
const lower: Record<Severity, Severity> = { critical: 'high', high: 'medium', medium: 'low', low: 'low' };

/** What a weaker failure (shadowed, stale) of a control weighs. */
export const oneLower = (severity: Severity): Severity => lower[severity];
export const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce((a, b) => (order[b] < order[a] ? b : a), 'low');

const keptEvidence = 10;

/**
 * Brings the findings of one document in line with the causes that stand at `at`: opens, counts a recurrence, closes
 * what evidence has disproved. A cause whose words did not change costs nothing.
 * @returns the document's new `findings` member.
 */
export function syncFindings(
  workspace: Workspace,
  config: Config,
  before: OpenFindings,
  causes: readonly Cause[],
  at: string,
): OpenFindings {
  const after: OpenFindings = {};
  for (const cause of causes) {
    const id = findingId(fingerprintOf(cause.rule, cause.subject, cause.control));
    const words = `${cause.severity}|${cause.evidenceId ?? ''}|${cause.detail}`;
    after[id] = words;
    if (before[id] !== words) workspace.put(observed(workspace.find('finding', id), id, cause, config, at));
  }
  for (const id of Object.keys(before)) {
    const finding = id in after ? null : workspace.find('finding', id);
    if (finding) workspace.put(closed(finding, at));
  }
  return after;
}

function observed(finding: Finding | null, id: string, cause: Cause, config: Config, at: string): Finding {
  if (!finding)
    return opened({ id, kind: 'finding', firstSeen: at, count: 0, evidenceIds: [] }, cause, config, at);
  if (finding.state === 'closed') return opened(finding, cause, config, at);
  const isNew = cause.evidenceId !== null && finding.evidenceIds.at(-1) !== cause.evidenceId;
  const dueOn =
    cause.severity === finding.severity ? finding.dueOn : dueAfter(finding.openedAt, cause.severity, config);
  return timed(
    {
      ...finding,
      detail: cause.detail,
      severity: cause.severity,
      dueOn,
      lastSeen: at,
      count: finding.count + (isNew ? 1 : 0),
      evidenceIds: evidenceOf(finding.evidenceIds, cause),
    },
    at,
  );
}

/** Opens a new finding, or the same one again: due days restart, first-seen never changes. */
function opened(
  base: Pick<Finding, 'id' | 'kind' | 'firstSeen' | 'count' | 'evidenceIds'>,
  cause: Cause,
  config: Config,
  at: string,
): Finding {
  return timed(
    {
      id: base.id,
      kind: 'finding',
      rule: cause.rule,
      subject: cause.subject,
      ...(cause.control === undefined ? {} : { control: cause.control }),
      detail: cause.detail,
      severity: cause.severity,
      state: 'open',
      firstSeen: base.firstSeen,
      openedAt: at,
      lastSeen: at,
      dueOn: dueAfter(at, cause.severity, config),
      overdue: false,
      count: base.count + 1,
      evidenceIds: evidenceOf(base.evidenceIds, cause),
      rank: '',
    },
    at,
  );
}

/** Closed by evidence. A dismissed finding stays dismissed: its cause was never one. */
function closed(finding: Finding, at: string): Finding {
  if (finding.state === 'dismissed' || finding.state === 'closed') return finding;
  const { dueAt: _due, acceptance: _acceptance, ...rest } = finding;
  return ranked({ ...rest, state: 'closed', closedAt: at, overdue: false });
}

/** What time alone does to a finding at `at`: an acceptance ends and the due days restart; a due date passes. */
export function timePassed(finding: Finding, config: Config, at: string): Finding {
  if (finding.state === 'accepted' && finding.acceptance && finding.acceptance.expiresAt <= at) {
    const { acceptance: _ended, ...rest } = finding;
    const from = finding.acceptance.expiresAt;
    return timed(
      { ...rest, state: 'open', openedAt: from, dueOn: dueAfter(from, finding.severity, config) },
      at,
    );
  }
  return timed(finding, at);
}

/** Sets what follows from the instant: overdue, the next instant that matters, the sort key. */
function timed(finding: Finding, at: string): Finding {
  const { dueAt: _before, ...rest } = finding;
  const overdue = finding.state === 'open' && finding.dueOn <= at;
  const next =
    finding.state === 'accepted'
      ? finding.acceptance?.expiresAt
      : finding.state === 'open' && !overdue
        ? finding.dueOn
        : undefined;
  return ranked({ ...rest, overdue, ...(next === undefined ? {} : { dueAt: next }) });
}

/** Open before the rest, worst severity first, then earliest due. */
const ranked = (finding: Finding): Finding => ({
  ...finding,
  rank: `${finding.state === 'open' ? 0 : 1}:${order[finding.severity]}:${finding.dueOn}`,
});

const dueAfter = (from: string, severity: Severity, config: Config): string =>
  instantOf(millisOf(from) + config.settings.findingDays[severity] * day);

const evidenceOf = (before: readonly string[], { evidenceId }: Cause): string[] =>
  evidenceId === null || before.at(-1) === evidenceId
    ? [...before]
    : [...before, evidenceId].slice(-keptEvidence);
