import type { KpiRow } from '../../../../schemas/report-figures.js';
import type { Register } from '../../../../schemas/report-registers.js';
import { printed } from '../format.js';
import { isApproved } from '../kpis/limits.js';
import { column, registerOf } from '../registers/register.js';
import type { BoardInput } from './input.js';
import { earlierValue } from './indicators.js';

/** Four periods side by side: the numbers that the sparklines draw. They stand in the workbook, for the pack has two pages. */
export function periodsRegister(input: BoardInput, rows: readonly KpiRow[]): Register {
  const idOf = (row: KpiRow): string => (row.id === 'K05+K06' ? 'K56' : row.id);
  const empty = 'empty where nothing was observed or no log was kept';
  return registerOf<KpiRow>(
    {
      sheet: 'Periods',
      what: 'The indicators over four periods, each as it was known when it ended',
      empty: 'No indicator is defined.',
    },
    [
      column('indicator', 'Indicator', 'text', 'In the words of the pack.', (row) => row.label),
      column('unit', 'Unit', 'text', 'Unit of every number of the row.', (row) => row.unit),
      ...input.earlier.map((period, i) =>
        column<KpiRow>(`p${i + 1}`, period.label.slice(0, 40), 'number', `At its end; ${empty}.`, (row) =>
          earlierValue(idOf(row), period, input),
        ),
      ),
      column('now', input.period.label.slice(0, 40), 'number', `As of this pack; ${empty}.`, (row) =>
        printed(row.figure, row.unit),
      ),
      column('target', 'Target', 'number', 'Empty where there is none.', (row) => row.target),
      column('limit', 'Limit', 'number', 'Beyond it is outside the appetite.', (row) => row.limit),
      column('set', 'Set', 'text', 'approved by two persons, or a default that is proposed.', (row) =>
        isApproved(row.id, input) ? 'approved' : 'default',
      ),
      column('change', 'Change', 'text', 'From the first to the last period observed.', (row) =>
        trendWord(input, row, idOf(row)),
      ),
    ],
    rows,
  );
}

/** Three observed periods before the word trend is used; two make a change. */
function trendWord(input: BoardInput, row: KpiRow, id: string): string {
  const known = input.earlier.filter((period) => earlierValue(id, period, input) !== null).length;
  if (row.trend === 'no_comparison') return 'no comparison';
  return known >= 2 ? `trend ${row.trend}` : row.trend;
}
