import type { Severity } from '../../../schemas/primitives.js';
import type { Config } from '../projections/config.js';
import type { Finding } from '../projections/documents.js';
import { ownership } from '../projections/finding.js';
import type { OpenFindings } from '../projections/facts.js';
import { findingId, fingerprintOf } from '../projections/keys.js';
import type { Workspace } from '../projections/workspace.js';
import { dueAfter, ended, isWorse, recorded, reopened, timed } from './finding-life.js';

/** A cause that stands now. The same (`rule`, `subject`, `control`) is the same finding, however often it recurs. */
export type Cause = {
  rule: string;
  subject: string;
  control?: string;
  /** Agent that it concerns, where one is known. */
  agent?: string;
  detail: string;
  severity: Severity;
  /** The evidence that shows it; null where the finding is that there is none. */
  evidenceId: string | null;
};

export const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce((a, b) => (isWorse(b, a) ? b : a), 'low');

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
    if (finding) workspace.put(disproved(finding, workspace.evidenceId, at));
  }
  return after;
}

function observed(finding: Finding | null, id: string, cause: Cause, config: Config, at: string): Finding {
  if (!finding) {
    const opened = seen(blank(id, cause, config, at), cause, at);
    return timed(recorded(null, opened, { at, act: 'opened', evidenceId: cause.evidenceId }), at);
  }
  const isNew = cause.evidenceId !== null && finding.evidenceIds.at(-1) !== cause.evidenceId;
  const recurs = finding.state === 'closed';
  const { gone: _gone, ...standing } = finding;
  const next = redated(seen(standing, cause, at, recurs || isNew ? 1 : 0), finding, config);
  const line = { at, evidenceId: cause.evidenceId };
  if (recurs) return timed(recorded(finding, reopened(next, config, at), { ...line, act: 'recurred' }), at);
  const grantedFor = (finding.acceptance ?? finding.dismissal)?.severity;
  if (grantedFor !== undefined && isWorse(cause.severity, grantedFor))
    return timed(recorded(finding, reopened(next, config, at), { ...line, act: 'worsened' }), at);
  if (finding.state === 'resolved' && (isNew || isWorse(cause.severity, finding.severity))) {
    const { claim: _refuted, ...rest } = next;
    return timed(recorded(finding, { ...rest, state: 'open' }, { ...line, act: 'recurred' }), at);
  }
  return timed(next, at);
}

/** The finding with what the cause says now. */
function seen(finding: Finding, cause: Cause, at: string, more = 1): Finding {
  return {
    ...finding,
    ...(cause.agent === undefined ? {} : { agent: cause.agent }),
    detail: cause.detail,
    severity: cause.severity,
    lastSeen: at,
    count: finding.count + more,
    evidenceIds: evidenceOf(finding.evidenceIds, cause),
  };
}

/** Another severity has other days from the same opening; a nearer day that an operator set stands. */
function redated(finding: Finding, before: Finding, config: Config): Finding {
  if (finding.severity === before.severity) return finding;
  const computed = dueAfter(finding.openedAt, finding.severity, config);
  const wasSet = before.dueOn < dueAfter(before.openedAt, before.severity, config);
  return { ...finding, dueOn: wasSet && before.dueOn < computed ? before.dueOn : computed };
}

const blank = (id: string, cause: Cause, config: Config, at: string): Finding => ({
  id,
  kind: 'finding',
  rule: cause.rule,
  subject: cause.subject,
  ...(cause.control === undefined ? {} : { control: cause.control }),
  detail: cause.detail,
  severity: cause.severity,
  state: 'open',
  firstSeen: at,
  openedAt: at,
  lastSeen: at,
  dueOn: dueAfter(at, cause.severity, config),
  overdue: false,
  count: 0,
  evidenceIds: [],
  labels: [ownership(false)],
  words: [],
  history: [],
  transitions: 0,
  rank: '',
  dueRank: '',
});

/** Closed by evidence. A dismissed finding stays dismissed: its cause was never one. */
function disproved(finding: Finding, evidenceId: string | null, at: string): Finding {
  if (finding.state === 'closed') return finding;
  if (finding.state === 'dismissed') return { ...finding, gone: true };
  return timed(recorded(finding, ended(finding, at), { at, act: 'disproved', evidenceId }), at);
}

const evidenceOf = (before: readonly string[], { evidenceId }: Cause): string[] =>
  evidenceId === null || before.at(-1) === evidenceId
    ? [...before]
    : [...before, evidenceId].slice(-keptEvidence);
