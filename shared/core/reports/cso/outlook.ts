import type { Block } from '../../../../schemas/report-blocks.js';
import { day, millisOf } from '../../kernel/time.js';
import { day as dayWords } from '../format.js';
import type { ReportInput } from '../input.js';
import { endOf } from '../kpis/period-measures.js';
import { counted, quoted, verb, type Refs } from '../text.js';

/** Dated facts that fall due before the next report; never a forecast. */
export function outlook(input: ReportInput, refs: Refs): Block {
  const now = millisOf(input.posture.asOf);
  const end = now + 31 * day;
  const soon = (instant: string): boolean => millisOf(instant) > now && millisOf(instant) <= end;
  const due = input.findings.filter((f) => f.state === 'open' && soon(f.dueOn));
  const ends = input.exceptions.flatMap((e) => {
    const until = endOf(e);
    return e.status === 'active' && until !== null && soon(until) ? [{ e, until }] : [];
  });
  const lapses = input.findings.filter((f) => f.acceptance && soon(f.acceptance.expiresAt));
  const first = (instants: readonly string[]): string => {
    const on = `on ${dayWords(instants.toSorted()[0] ?? input.posture.asOf)}`;
    return instants.length === 1 ? ` ${on}` : `, the first ${on}`;
  };
  const items = [
    ...(due.length > 0
      ? [
          {
            text: `${counted(due.length, 'open finding')} ${verb(due.length, 'falls', 'fall')} due${due.length === 1 ? '' : ` by ${dayWords(new Date(end).toISOString())}`}${first(due.map((f) => f.dueOn))}.`,
            ref: refs.list('findings'),
          },
        ]
      : []),
    ...(ends.length > 0
      ? [
          {
            text: `${counted(ends.length, 'exception')} ${verb(ends.length, 'ends', 'end')}${first(ends.map(({ until }) => until))} (${quoted(ends.toSorted((a, b) => (a.until < b.until ? -1 : 1))[0]?.e.name ?? '', 60)}); what is not renewed counts as a failing control.`,
            ref: refs.list('exceptions'),
          },
        ]
      : []),
    ...(lapses.length > 0
      ? [
          {
            text: `${counted(lapses.length, 'acceptance')} ${verb(lapses.length, 'ends', 'end')}${first(lapses.map((f) => f.acceptance?.expiresAt ?? ''))}; what is not renewed is open again.`,
            ref: refs.list('findings'),
          },
        ]
      : []),
  ];
  return {
    kind: 'list',
    ordered: false,
    items:
      items.length > 0
        ? items
        : [{ text: 'Nothing that is recorded falls due in the next 31 days.', ref: refs.posture }],
  };
}
