import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { figure, inUnit } from '../format.js';
import { text, unknownCell } from '../text.js';
import type { BoardInput } from './board.js';
import { earlierValue } from './indicators.js';

/** Four periods side by side: the numbers that the sparklines draw. */
export function periodsTable(input: BoardInput, rows: readonly KpiRow[]): Block {
  const idOf = (row: KpiRow): string => (row.id === 'K05+K06' ? 'K56' : row.id);
  return {
    kind: 'table',
    caption: `The same over four periods, each as it was known when it ended (n = ${rows.length} indicators)`,
    columns: [
      { key: 'indicator', title: 'Indicator', kind: 'text', weight: 3 },
      ...input.earlier.map(({ label }, i) => ({
        key: `p${i}`,
        title: label.slice(0, 40),
        kind: 'text' as const,
        weight: 1.4,
      })),
      { key: 'now', title: input.period.label.slice(0, 40), kind: 'text', weight: 1.4 },
      { key: 'trend', title: 'Change', kind: 'text', weight: 1.2 },
    ],
    rows: rows.map((row) => [
      text(row.label),
      ...input.earlier.map((period): Cell => {
        const value = earlierValue(idOf(row), period, input);
        return value === null
          ? unknownCell(period.view ? 'not_kept' : 'no_prior', period.view ? 'not kept' : 'no log yet')
          : text(inUnit(value, row.unit));
      }),
      row.figure.state === 'observed'
        ? text(figure(row.figure, row.unit))
        : unknownCell(row.figure.reason, row.figure.words.slice(0, 40)),
      text(trendWord(input, row, idOf(row))),
    ]),
    empty: 'No indicator is defined.',
  };
}

/** Three observed periods before the word trend is used; two make a change. */
function trendWord(input: BoardInput, row: KpiRow, id: string): string {
  const known = input.earlier.filter((period) => earlierValue(id, period, input) !== null).length;
  if (row.trend === 'no_comparison') return 'no comparison';
  return known >= 2 ? `trend ${row.trend}` : row.trend;
}
