import type { Block } from '../../../../schemas/report-blocks.js';
import { millisOf } from '../../kernel/time.js';
import type { Finding } from '../../projections/documents.js';
import { day, number } from '../format.js';
import { daysAfter } from '../front/decisions.js';
import type { ReportInput } from '../input.js';
import { daysBetween } from '../kpis/measures.js';
import { at, capital, counted, cutAt, headline, link, person, text, type Refs } from '../text.js';

/** Appendix: findings that are open, claimed resolved or accepted; 200 worst. */
export function findingsTable(input: ReportInput, refs: Refs): Block {
  const rows = input.findings.slice(0, 200);
  const total = Math.max(input.findingTotal, rows.length);
  return {
    kind: 'table',
    caption: `Findings open, claimed resolved or accepted, worst first (n = ${number(total)})`,
    columns: [
      { key: 'severity', title: 'Severity', kind: 'text', weight: 1.2 },
      { key: 'finding', title: 'Finding', kind: 'text', weight: 9 },
      { key: 'opened', title: 'Opened', kind: 'instant', weight: 1.6 },
      { key: 'due', title: 'Due', kind: 'instant', weight: 1.6 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 1.5 },
      { key: 'where', title: 'Stands', kind: 'text', weight: 1.5 },
      { key: 'ref', title: 'Reference', kind: 'ref', weight: 1.8 },
    ],
    rows: rows.map((f) => [
      text(capital(f.severity)),
      text(headline(f, 120)),
      at(f.openedAt),
      at(f.dueOn),
      text(person(f.owner, 'none')),
      text(standing(f, input)),
      link(refs.finding(f)),
    ]),
    ...cutAt(rows.length, total, 'the rest in the workbook, sheet Findings'),
    empty: 'No finding is open, claimed resolved or accepted.',
  };
}

function standing(finding: Finding, input: ReportInput): string {
  const { asOf } = input.posture;
  if (finding.state === 'accepted')
    return finding.acceptance ? `accepted until ${day(finding.acceptance.expiresAt)}` : 'accepted';
  if (finding.state === 'resolved') return 'claimed resolved';
  if (finding.overdue) return `overdue ${counted(daysBetween(finding.dueOn, asOf), 'day')}`;
  return millisOf(finding.dueOn) <= millisOf(`${daysAfter(input, 7)}T00:00:00Z`) ? 'due in 7 days' : 'open';
}
