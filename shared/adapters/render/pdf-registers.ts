import type { BlockOf, Cell, Column, TableBlock } from '../../../schemas/report-blocks.js';
import type { KpiRow } from '../../../schemas/report-figures.js';
import { axis, bullet } from '../../core/reports/bullet.js';
import { sparkline, strip } from '../../core/reports/charts.js';
import { keepDates } from '../../core/reports/escape.js';
import { trend } from '../../core/reports/format.js';
import { wordOf } from '../../core/reports/marks.js';
import {
  boundsOf,
  cellText,
  columnTitle,
  cutNote,
  kpiReason,
  kpiValue,
  layerTitle,
  priorOf,
  rightAligned,
  touchedNote,
  unitGroups,
} from '../../core/reports/sentences.js';
import { page as area, type } from '../../core/reports/tokens.js';
import type { Canvas, Setting } from './pdf-canvas.js';
import { putDenseKpis } from './pdf-dense.js';
import { putTable, type PdfCell, type Piece } from './pdf-table.js';
import { putParagraph } from './pdf-text.js';

const table: Setting = { token: 'table' };
const strong: Setting = { token: 'table', bold: true };
const small: Setting = { token: 'furniture', colour: 'ink3' };
const [barWidth, narrowBarWidth, sparkWidth] = [96, 78, 40];
/** As many periods as a pack for a board compares. */
const mostPeriods = 4;
const gap = 10;

/** Indicators, a row each, grouped by unit with one axis a group. */
export function putKpis(canvas: Canvas, block: BlockOf<'kpiTable'>): void {
  if (block.dense) putDenseKpis(canvas, block);
  else putBars(canvas, block);
  canvas.y += 3;
  if (block.rows.some(({ touched }) => touched))
    putParagraph(canvas, canvas.section, touchedNote, { token: 'table', colour: 'ink2' }, {});
  canvas.y += 7;
}

function putBars(canvas: Canvas, { caption, rows }: BlockOf<'kpiTable'>): void {
  // A history of periods stands in the row; one of days is told by the trend, and drawn where there is more room.
  const history = rows.some(({ spark }) => spark.length > 0 && spark.length <= mostPeriods);
  const bars = history ? narrowBarWidth : barWidth;
  const cells = (row: KpiRow, max: number, last: boolean): PdfCell[] => {
    const reason = kpiReason(row);
    const note = row.better === 'lower' ? `${row.sample} · lower is better` : row.sample;
    const bar: Piece[] = [{ piece: 'figure', drawing: bullet(row, bars, max) }];
    if (reason !== null) bar.push({ piece: 'text', text: reason, setting: small });
    if (last) bar.push({ piece: 'decoration', drawing: axis(bars, max, row.unit === 'percent' ? '%' : '') });
    const unset: Setting = { ...small, colour: 'ink2' };
    return [
      {
        pieces: [
          { piece: 'text', text: row.label, setting: strong },
          { piece: 'text', text: note, setting: small, ref: row.ref },
        ],
      },
      { pieces: [{ piece: 'text', text: kpiValue(row), setting: strong }], right: true },
      { pieces: bar },
      ...(history ? [{ pieces: periods(row, max) }] : []),
      { pieces: [{ piece: 'text', text: boundsOf(row), setting: table }], right: true },
      {
        pieces: [
          { piece: 'text', text: priorOf(row), setting: table },
          { piece: 'text', text: trend(row), setting: unset },
        ],
        right: true,
      },
      {
        pieces: [
          { piece: 'status', status: row.status, ...(row.acceptedUntil ? { until: row.acceptedUntil } : {}) },
        ],
      },
    ];
  };
  putTable(canvas, {
    caption,
    widths: history ? [116, 40, bars, sparkWidth, 62, 50, 58] : [138, 44, bars, 64, 52, 58],
    gap: 8,
    header: [
      { title: 'Indicator and sample' },
      { title: 'Value', right: true },
      { title: 'Against target and limit' },
      ...(history ? [{ title: 'Periods' }] : []),
      { title: 'Target / limit', right: true },
      { title: 'Prior, trend', right: true },
      { title: 'Status' },
    ],
    rows: unitGroups(rows).flatMap(({ rows: group, max }) =>
      group.map((row, i) => ({ cells: cells(row, max, i === group.length - 1) })),
    ),
  });
}

function periods(row: KpiRow, max: number): Piece[] {
  const drawing = sparkline(row.spark, row.target, max, sparkWidth);
  return drawing
    ? [{ piece: 'figure', drawing }]
    : [{ piece: 'text', text: 'not observed', setting: { ...small, colour: 'notObserved' } }];
}

/** The five layers, a row each. */
export function putLayers(canvas: Canvas, { caption, rows }: BlockOf<'layers'>): void {
  const plain = (text: string): PdfCell => ({ pieces: [{ piece: 'text', text, setting: table }] });
  putTable(canvas, {
    caption,
    widths: [82, 110, 74, 72, 74, 40],
    gap: 8,
    header: ['Layer', 'Good when', 'Counts', 'Worst item', 'Status', 'Reference'].map((title) => ({ title })),
    rows: rows.map((row) => ({
      cells: [
        {
          pieces: [
            { piece: 'text', text: layerTitle(row.layer), setting: strong },
            { piece: 'text', text: row.question, setting: small },
          ],
        },
        plain(row.signal),
        plain(row.counts),
        plain(row.worst ?? 'none'),
        { pieces: [{ piece: 'status', status: row.status }] },
        { pieces: [{ piece: 'ref', ref: row.ref }] },
      ],
    })),
  });
  canvas.y += 7;
}

/** Any other table; an empty one says why. */
export function putRegister(canvas: Canvas, block: TableBlock): void {
  const { columns, rows, totals, empty, truncated } = block;
  if (rows.length === 0) {
    // The caption and the words for nothing: never on two pages.
    const height = (what: string, token: 'table' | 'body') =>
      canvas.wrap(what, area.width, { token }).length * type[token].line;
    canvas.need(height(block.caption, 'table') + 3 + height(empty, 'body'));
    putParagraph(canvas, canvas.section, block.caption, { token: 'table', colour: 'ink2' }, {});
    canvas.y += 3;
    putParagraph(canvas, canvas.section, empty, { token: 'body' }, {});
    canvas.y += 7;
    return;
  }
  const cellOf = (cell: Cell, column: Column, bold: boolean): PdfCell => ({
    pieces: piecesOf(cell, column, bold),
    right: rightAligned(column),
  });
  const all = totals ? [...rows, totals] : rows;
  putTable(canvas, {
    caption: block.caption,
    widths: columnWidths(canvas, block),
    gap,
    header: columns.map((column) => ({ title: columnTitle(column), right: rightAligned(column) })),
    rows: all.map((cells) => ({
      cells: columns.map((column, i) => cellOf(cells[i] ?? { kind: 'blank' }, column, cells === totals)),
    })),
  });
  canvas.y += 3;
  if (truncated)
    putParagraph(canvas, canvas.section, cutNote(truncated), { token: 'table', colour: 'ink2' }, {});
  canvas.y += 7;
}

function piecesOf(cell: Cell, column: Column, bold: boolean): Piece[] {
  if (cell.kind === 'status')
    return [{ piece: 'status', status: cell.status, ...(cell.until ? { until: cell.until } : {}) }];
  if (cell.kind === 'ref') return [{ piece: 'ref', ref: cell.ref }];
  if (cell.kind === 'strip')
    return [{ piece: 'figure', drawing: { ...strip(cell.segments, 72), height: 11 } }];
  const text = cellText(cell, column);
  const setting: Setting = bold
    ? strong
    : cell.kind === 'not_observed'
      ? { ...table, colour: 'notObserved' }
      : table;
  const ref = 'ref' in cell ? cell.ref : undefined;
  return text === '' ? [] : [{ piece: 'text', text, setting, ...(ref ? { ref } : {}) }];
}

/** Points that a column may have: in which nothing of it is broken, in which it reads well, on one line. */
type Size = { tight: number; least: number; whole: number };

/**
 * What never wraps gets the room it needs and text at least its longest word. What is left goes to text: as much as keeps
 * it on one line if there is so much, and the rest to all alike; otherwise by weight. Where there is not even room for all
 * to read well, reasons wrap at every word, and then text is broken: no table is wider than the page.
 */
function columnWidths(canvas: Canvas, { columns, rows, totals }: TableBlock): number[] {
  const room = area.width - gap * (columns.length - 1);
  const sizes = columns.map((column, i) =>
    [...rows, ...(totals ? [totals] : [])]
      .map((row) => cellSize(canvas, row[i], column))
      .reduce(wider, headSize(canvas, column)),
  );
  const extra = room - sum(sizes.map(({ whole }) => whole));
  if (extra >= 0) return sizes.map(({ whole }) => whole + extra / columns.length);
  const weights = columns.map((column) => (column.kind === 'text' ? (column.weight ?? 1) : 0));
  if (sum(sizes.map(({ least }) => least)) <= room) return fill(sizes, weights, room);
  // From tight to what reads well, all alike.
  const tight = sizes.map(({ tight: least, least: whole }) => ({ least, whole, tight: least }));
  const over = sum(tight.map(({ least }) => least)) - room;
  if (over <= 0)
    return fill(
      tight,
      columns.map(() => 1),
      room,
    );
  const soft = sum(tight.map(({ least }, i) => (columns[i]?.kind === 'text' ? least : 0)));
  return tight.map(({ least }, i) => (columns[i]?.kind === 'text' ? least * (1 - over / soft) : least));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const wider = (one: Size, other: Size): Size => ({
  tight: Math.max(one.tight, other.tight),
  least: Math.max(one.least, other.least),
  whole: Math.max(one.whole, other.whole),
});

/** Shares the room left by weight; a column that would get more than it can use gives the rest back to the others. */
function fill(sizes: readonly Size[], weights: readonly number[], room: number): number[] {
  const total = sum(weights) || 1;
  const spare = Math.max(0, room - sum(sizes.map(({ least }) => least)));
  const widths = sizes.map(({ least }, i) => least + (spare * (weights[i] ?? 0)) / total);
  const sated = sizes.findIndex(({ whole }, i) => (weights[i] ?? 0) > 0 && (widths[i] ?? 0) > whole);
  if (sated < 0) return widths;
  return fill(
    sizes.map((size, i) => (i === sated ? { ...size, least: size.whole } : size)),
    weights.map((weight, i) => (i === sated ? 0 : weight)),
    room,
  );
}

const longestWord = (canvas: Canvas, text: string): number =>
  Math.max(
    ...keepDates(text)
      .split(' ')
      .map((word) => canvas.width(word, strong)),
  );

function headSize(canvas: Canvas, column: Column): Size {
  const title = columnTitle(column);
  const least = Math.ceil(longestWord(canvas, title));
  return { tight: least, least, whole: Math.ceil(canvas.width(title, strong)) };
}

function cellSize(canvas: Canvas, cell: Cell | undefined, column: Column): Size {
  if (!cell || cell.kind === 'blank') return { tight: 0, least: 0, whole: 0 };
  if (cell.kind === 'strip') return { tight: 72, least: 72, whole: 72 };
  if (cell.kind === 'status') {
    const word = wordOf(cell.status, cell.until);
    const least = Math.ceil(
      12.5 + (word.length > 16 ? longestWord(canvas, word) : canvas.width(word, strong)),
    );
    return { tight: least, least, whole: least };
  }
  const words = cellText(cell, column);
  const whole = Math.ceil(canvas.width(words, strong)) + 1;
  const tight = Math.ceil(longestWord(canvas, words)) + 1;
  if (cell.kind === 'not_observed') return { tight, least: Math.min(84, whole), whole };
  if (cell.kind !== 'text') return { tight: whole, least: whole, whole };
  return { tight: Math.min(90, tight), least: Math.min(90, tight), whole };
}
