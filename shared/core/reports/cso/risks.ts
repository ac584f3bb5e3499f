import type { Block } from '../../../../schemas/report-blocks.js';
import { hour, millisOf, minute } from '../../kernel/time.js';
import type { Finding } from '../../projections/documents.js';
import { day as dayWords, duration, number } from '../format.js';
import type { ReportInput } from '../input.js';
import { daysBetween } from '../kpis/measures.js';
import { usedBreakGlass } from '../kpis/approval-measures.js';
import { endOf, expiring } from '../kpis/period-measures.js';
import {
  capital,
  counted,
  cutAt,
  headline,
  link,
  person,
  severities,
  sum,
  text,
  type Refs,
} from '../text.js';

/** Worst first: severity, days overdue, how often it was seen, first seen, id. Not the newest: a reader acts on the worst. */
function worstFirst(input: ReportInput): Finding[] {
  const { asOf } = input.posture;
  const late = (f: Finding): number => (f.overdue ? daysBetween(f.dueOn, asOf) : 0);
  return input.findings
    .filter((f) => f.state !== 'resolved')
    .toSorted(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        late(b) - late(a) ||
        b.count - a.count ||
        (a.firstSeen < b.firstSeen ? -1 : a.firstSeen > b.firstSeen ? 1 : a.id < b.id ? -1 : 1),
    );
}

/** At most five, open and accepted alike: an accepted risk is carried, not gone. */
export function topRisks(input: ReportInput, refs: Refs): Block {
  const all = worstFirst(input);
  const rows = all.slice(0, 5);
  const { open, accepted } = input.posture.layers.findings;
  const total = Math.max(sum(Object.values(open)) + accepted, rows.length);
  return {
    kind: 'table',
    caption: `Findings open or accepted, worst first by severity, days overdue, times seen (n = ${number(total)})`,
    columns: [
      { key: 'severity', title: 'Severity', kind: 'text', weight: 1 },
      { key: 'finding', title: 'Finding', kind: 'text', weight: 5 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 1.6 },
      { key: 'due', title: 'Due', kind: 'text', weight: 2.2 },
      { key: 'status', title: 'Status', kind: 'status' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.map((f) => [
      text(capital(f.severity)),
      text(headline(f, 90)),
      text(person(f.owner, 'not assigned')),
      text(dueWords(f, input.posture.asOf)),
      f.state === 'accepted' && f.acceptance
        ? { kind: 'status', status: 'accepted', until: f.acceptance.expiresAt.slice(0, 10) }
        : { kind: 'status', status: f.overdue ? 'off_target' : 'needs_attention' },
      link(refs.finding(f)),
    ]),
    ...cutAt(rows.length, total, 'the rest in the appendix, open findings'),
    empty: 'No finding is open or accepted.',
  };
}

const dueWords = (f: Finding, asOf: string): string =>
  f.state === 'accepted'
    ? 'paused while accepted'
    : f.overdue
      ? `${dayWords(f.dueOn)}, ${number(daysBetween(f.dueOn, asOf))} d overdue`
      : dayWords(f.dueOn);

/** How exceptions stand, and the three that end first. */
export function exceptionsEnding(input: ReportInput, refs: Refs): Block {
  const { active = 0, expired = 0, unowned = 0 } = input.posture.exceptions;
  const ending = expiring(input);
  const rows = input.exceptions
    .filter((e) => e.status === 'active' || e.status === 'expired')
    .toSorted((a, b) => ((endOf(a) ?? '9') < (endOf(b) ?? '9') ? -1 : 1))
    .slice(0, 3);
  return {
    kind: 'table',
    caption: `Exceptions: ${number(active)} active, ${number(ending.length)} due in 14 days, ${number(expired)} expired, ${number(unowned)} without owner, approver or expiry; the first to end`,
    columns: [
      { key: 'exception', title: 'Exception', kind: 'text', weight: 2 },
      { key: 'scope', title: 'Scope', kind: 'text', weight: 4 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 1.6 },
      { key: 'ends', title: 'Ends', kind: 'text', weight: 1.4 },
      { key: 'stands', title: 'Stands', kind: 'text' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.map((e) => [
      text(e.name, 60),
      text(e.granted?.scope ?? 'not observed — the grant is not in the log', 120),
      text(person(e.granted?.owner, 'none')),
      text(dayWords(endOf(e) ?? input.posture.asOf)),
      text(e.status),
      link(refs.list('exceptions')),
    ]),
    empty: 'No exception is active or expired.',
  };
}

/** Emergency access in words: uses, reviews outstanding, the longest. */
export function breakGlassUses(input: ReportInput, refs: Refs): Block {
  const uses = input.approvals.filter(usedBreakGlass);
  const asOf = millisOf(input.posture.asOf);
  const open = uses.filter((a) => a.decided && !a.reviewed);
  const late = open.filter((a) => a.decided && millisOf(a.decided.time) + 24 * hour <= asOf);
  const lengths = uses.flatMap(({ requested, decided }) =>
    requested && decided ? [millisOf(requested.expiresAt) - millisOf(decided.time)] : [],
  );
  const longest = Math.max(0, ...lengths);
  const value =
    input.approvals.length === 0
      ? 'not observed — no approval is recorded'
      : uses.length === 0
        ? `no use among ${counted(input.approvals.length, 'approval')} read`
        : `${counted(uses.length, 'use')}, ${number(open.length)} not reviewed, ${number(late.length)} of these for more than 24 h; longest grant ${longest < minute ? 'not observed' : duration(longest)}`;
  return {
    kind: 'keyValues',
    rows: [{ key: 'Break-glass since the log began', value, ref: refs.list('approvals') }],
  };
}
