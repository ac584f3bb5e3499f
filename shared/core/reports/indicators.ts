import type { BlockOf } from '../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../schemas/report-document.js';
import type { KpiRow, Status } from '../../../schemas/report-figures.js';

/** What a reader of a mail takes in: the rest is in the report. */
const mostInMail = 8;

/** Earlier is said first; what the list does not name stands between what needs attention and what is not known. */
const order: readonly Status[] = [
  'off_target',
  'needs_attention',
  'on_target',
  'accepted',
  'not_enough_evidence',
  'not_observed',
];

/** The indicators a mail says: what is off target first and what is not observed last, each once, in the report's own order otherwise. */
export function mailIndicators({ blocks }: ReportDocument): { shown: KpiRow[]; total: number } {
  const all = blocks
    .filter((block): block is BlockOf<'kpiTable'> => block.kind === 'kpiTable')
    .flatMap(({ rows }) => rows);
  const rows = all.filter(
    (row, i) => all.findIndex(({ id, label }) => id === row.id && label === row.label) === i,
  );
  const urgency = ({ status }: KpiRow): number => (order.includes(status) ? order.indexOf(status) : 3);
  const shown = rows
    .map((row, i) => ({ row, i }))
    .sort((a, b) => urgency(a.row) - urgency(b.row) || a.i - b.i);
  return { shown: shown.slice(0, mostInMail).map(({ row }) => row), total: rows.length };
}
