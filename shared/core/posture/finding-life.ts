import type { Severity } from '../../../schemas/primitives.js';
import { day, instantOf, millisOf } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import { ownership, type Finding, type FindingState, type Transition } from '../projections/finding.js';
import { wordsOf } from '../projections/words.js';

/*
 * What every change of a finding has in common, whoever causes it: the clock's part, the due date, the sort keys, the
 * history. Whatever leaves here has its next instant in `dueAt`, so that nothing accepted can miss its end.
 */

const severityOrder: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };
const stateOrder: Record<FindingState, number> = {
  open: 0,
  resolved: 1,
  accepted: 2,
  dismissed: 3,
  closed: 4,
};
const keptHistory = 24;

export const isWorse = (a: Severity, b: Severity): boolean => severityOrder[a] < severityOrder[b];

/** Still to be dealt with: a claim that nobody verified stops no clock. */
export const isDue = ({ state }: Pick<Finding, 'state'>): boolean => state === 'open' || state === 'resolved';

export const dueAfter = (from: string, severity: Severity, config: Config): string =>
  instantOf(millisOf(from) + config.settings.findingDays[severity] * day);

/** Opens a finding, or the same one again, as of `from`: its due days restart, first-seen and owner stay. */
export function reopened(finding: Finding, config: Config, from: string): Finding {
  const {
    acceptance: _acceptance,
    dismissal: _dismissal,
    claim: _claim,
    closedAt: _closedAt,
    gone: _gone,
    ...rest
  } = finding;
  return { ...rest, state: 'open', openedAt: from, dueOn: dueAfter(from, finding.severity, config) };
}

/** Closes a finding: by evidence, or by the second person who verified a claim. */
export function ended(finding: Finding, at: string): Finding {
  const {
    acceptance: _acceptance,
    dismissal: _dismissal,
    claim: _claim,
    request: _request,
    gone: _gone,
    ...rest
  } = finding;
  return { ...toldOf(rest), state: 'closed', closedAt: at };
}

/** A finding whose expiry was told, or no longer matters. */
export function toldOf({ expired: _expired, status: _status, ...finding }: Finding): Finding {
  return finding;
}

/** What time alone does to a finding at `at`: what was asked for lapses, what was granted ends, a due date passes. */
export function timePassed(finding: Finding, config: Config, at: string): Finding {
  return timed(expire(lapse(finding, at), config, at), at);
}

function lapse(finding: Finding, at: string): Finding {
  if (finding.request === undefined || finding.request.expiresAt > at) return finding;
  const { request, ...rest } = finding;
  return recorded(finding, rest, { at, act: 'lapsed', evidenceId: request.evidenceId });
}

function expire(finding: Finding, config: Config, at: string): Finding {
  const inForce = finding.acceptance ?? finding.dismissal;
  if (inForce === undefined || inForce.expiresAt > at) return finding;
  const { expiresAt, evidenceId } = inForce;
  const line = { at: expiresAt, act: 'expired', evidenceId } as const;
  // Evidence disproved it while it was dismissed: there is nothing left to open.
  if (finding.gone) return recorded(finding, ended(finding, expiresAt), line);
  const expired = { change: finding.acceptance ? 'acceptance' : 'dismissal', at: expiresAt } as const;
  return recorded(finding, { ...reopened(finding, config, expiresAt), expired, status: 'expired' }, line);
}

/** Sets what follows from the rest: overdue, the next instant that matters, what lists ask for, the sort keys. */
export function timed(finding: Finding, at: string): Finding {
  const { dueAt: _before, ...rest } = finding;
  const overdue = isDue(finding) && finding.dueOn <= at;
  const coming = [
    isDue(finding) && !overdue ? finding.dueOn : undefined,
    finding.acceptance?.expiresAt,
    finding.dismissal?.expiresAt,
    finding.request?.expiresAt,
  ].filter((instant): instant is string => instant !== undefined);
  const next = coming.sort()[0];
  const labels: Finding['labels'] = [ownership(finding.owner !== undefined)];
  const words = wordsOf(finding.subject, finding.agent, finding.detail);
  const due = next === undefined ? {} : { dueAt: next };
  return { ...rest, overdue, labels, words, ...due, ...sortKeys(finding) };
}

const sortKeys = ({ state, severity, dueOn }: Finding): Pick<Finding, 'rank' | 'dueRank'> => ({
  rank: `${stateOrder[state]}:${severityOrder[severity]}:${dueOn}`,
  dueRank: `${stateOrder[state]}:${dueOn}:${severityOrder[severity]}`,
});

/** Where the findings in a state and of a severity stand in the list by rank: from one rank on, and below another. */
export function ranksOf(state: FindingState, severity: Severity): { from: string; to: string } {
  const stretch = `${stateOrder[state]}:${severityOrder[severity]}`;
  return { from: `${stretch}:`, to: `${stretch};` };
}

/** `after` with one more line of history, which says from which state to which. */
export function recorded(
  before: Pick<Finding, 'state'> | null,
  after: Finding,
  line: Omit<Transition, 'from' | 'to'>,
): Finding {
  const history = [...after.history, { ...line, from: before?.state ?? null, to: after.state }];
  return { ...after, history: bounded(history), transitions: after.transitions + 1 };
}

/** What a person changed is kept longest: lines of evidence, of the clock and of refusals give way first. */
function bounded(history: readonly Transition[]): Transition[] {
  if (history.length <= keptHistory) return [...history];
  const minor = history.slice(0, -1).findIndex((line) => line.actor === undefined || line.refused);
  return history.filter((_, index) => index !== Math.max(0, minor));
}
