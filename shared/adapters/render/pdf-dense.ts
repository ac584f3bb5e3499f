import type { BlockOf } from '../../../schemas/report-blocks.js';
import type { KpiRow } from '../../../schemas/report-figures.js';
import { trend } from '../../core/reports/format.js';
import { boundsOf, kpiReason, kpiValue, priorOf } from '../../core/reports/sentences.js';
import type { Canvas, Setting } from './pdf-canvas.js';
import { putTable, type PdfCell } from './pdf-table.js';

const strong: Setting = { token: 'table', bold: true };
const small: Setting = { token: 'furniture', colour: 'ink2' };

/** Indicators set closely: all that is said of each, and no bar, which only repeats it. */
export function putDenseKpis(canvas: Canvas, { caption, rows }: BlockOf<'kpiTable'>): void {
  putTable(canvas, {
    caption,
    widths: [108, 53, 58, 64, 91, 78],
    gap: 8,
    header: [
      { title: 'Indicator' },
      { title: 'Value', right: true },
      { title: 'Target / limit', right: true },
      { title: 'Prior, trend' },
      { title: 'Sample' },
      { title: 'Status' },
    ],
    rows: rows.map((row) => ({ cells: cellsOf(row) })),
  });
}

function cellsOf(row: KpiRow): PdfCell[] {
  const reason = kpiReason(row);
  const words = (text: string): PdfCell['pieces'] => [{ piece: 'text', text, setting: small }];
  return [
    { pieces: [{ piece: 'text', text: row.label, setting: strong }] },
    { pieces: [{ piece: 'text', text: kpiValue(row), setting: strong }], right: true },
    { pieces: words(boundsOf(row)), right: true },
    { pieces: words(`${priorOf(row)}, ${trend(row)}`) },
    {
      pieces: [
        {
          piece: 'text',
          text: reason === null ? row.sample : `${reason}; ${row.sample}`,
          setting: small,
          ref: row.ref,
        },
      ],
    },
    {
      pieces: [
        { piece: 'status', status: row.status, ...(row.acceptedUntil ? { until: row.acceptedUntil } : {}) },
      ],
    },
  ];
}
