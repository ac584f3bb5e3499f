import type { Ref, Status } from '../../../schemas/report-figures.js';
import type { Drawing } from '../../core/reports/drawing.js';
import { markOf, wordOf } from '../../core/reports/marks.js';
import { page as area, toneOf, type } from '../../core/reports/tokens.js';
import { shown } from './pdf-text.js';
import { paper, type Canvas, type Element, type Setting } from './pdf-canvas.js';

/** What stands in a cell, from top to bottom. */
export type Piece =
  | { piece: 'text'; text: string; setting: Setting; ref?: Ref }
  | { piece: 'status'; status: Status; until?: string }
  | { piece: 'ref'; ref: Ref }
  | { piece: 'figure'; drawing: Drawing }
  | { piece: 'decoration'; drawing: Drawing };
export type PdfCell = { pieces: readonly Piece[]; right?: boolean };
export type PdfTable = {
  /** Null where a heading says it and the first cell of each row names it. */
  caption: string | null;
  widths: readonly number[];
  gap: number;
  header: readonly { title: string; right?: boolean }[] | null;
  rows: readonly { cells: readonly PdfCell[]; strong?: boolean }[];
};

const text: Setting = { token: 'table' };
const head: Setting = { token: 'table', bold: true };
const captionSetting: Setting = { token: 'table', colour: 'ink2' };
const markRoom = 12;
const padding = 2;
/** A table up to this height moves to the next page rather than being split. */
const keptWhole = 160;

/** Height of a piece in a column. */
function heightOf(canvas: Canvas, piece: Piece, width: number): number {
  switch (piece.piece) {
    case 'text':
      return canvas.wrap(withRef(piece), width, piece.setting).length * type[piece.setting.token].line;
    case 'status':
      return canvas.wrap(wordOf(piece.status, piece.until), width - markRoom, head).length * 12;
    case 'ref':
      return 12;
    case 'figure':
    case 'decoration':
      return piece.drawing.height + 1;
  }
}

/** A reference flows behind its text as one more word. */
function withRef(piece: { text: string; ref?: Ref }): string {
  const ref = shown(piece.ref);
  return ref ? `${piece.text} ${ref.label.replaceAll(' ', '\u00a0')}` : piece.text;
}

const rowHeight = (canvas: Canvas, cells: readonly PdfCell[], widths: readonly number[]): number =>
  2 * padding +
  Math.max(
    12,
    ...cells.map(({ pieces }, i) =>
      pieces.reduce((sum, piece) => sum + heightOf(canvas, piece, widths[i] ?? 0), 0),
    ),
  );

/**
 * Sets a table: caption, header, rows. A row never splits; the header row is repeated on later pages as an artifact, because
 * the structure has it once. The caption stays with the header and the first two rows, the last row with the one before it;
 * a small table stays whole.
 */
export function putTable(canvas: Canvas, spec: PdfTable): void {
  const { widths, gap } = spec;
  const lines = spec.caption === null ? [] : canvas.wrap(spec.caption, area.width, captionSetting);
  const above = lines.length * 12 + 3 + headerHeight(canvas, spec);
  const heights = spec.rows.map(({ cells }) => rowHeight(canvas, cells, widths));
  const whole = heights.reduce((sum, height) => sum + height, above);
  canvas.need(whole <= keptWhole ? whole : above + (heights[0] ?? 0) + (heights[1] ?? 0));
  const element = canvas.child(canvas.section, 'Table');
  const { y } = canvas;
  if (lines.length > 0)
    canvas.leaf(element, 'Caption', () => canvas.putLines(lines, paper.left, y, captionSetting));
  canvas.y += lines.length * 12 + 3;
  if (spec.header) putHeader(canvas, spec, canvas.child(canvas.child(element, 'THead'), 'TR'));
  const body = canvas.child(element, 'TBody');
  for (const [index, row] of spec.rows.entries()) {
    const height = heights[index] ?? 0;
    const last = index === heights.length - 2 ? (heights[index + 1] ?? 0) : 0;
    if (height > canvas.left() || (last > 0 && height + last <= keptWhole && height + last > canvas.left())) {
      canvas.turn();
      putContinued(canvas, spec);
    }
    const tr = canvas.child(body, 'TR');
    let x = paper.left;
    row.cells.forEach((cell, i) => {
      const kind = i === 0 ? 'TH' : 'TD';
      const slot = canvas.child(tr, kind, i === 0 ? { scope: 'Row' } : {});
      putCell(canvas, slot, kind, cell, x, canvas.y + padding, widths[i] ?? 0);
      x += (widths[i] ?? 0) + gap;
    });
    canvas.y += height;
    canvas.hairline(canvas.y, 'rule', 0.5);
  }
}

function headerHeight(canvas: Canvas, { header, widths }: PdfTable): number {
  if (!header) return 0;
  return Math.max(...header.map(({ title }, i) => canvas.wrap(title, widths[i] ?? 0, head).length)) * 12 + 5;
}

/** Draws the header; with `row` into the structure, without as an artifact. */
function putHeader(canvas: Canvas, spec: PdfTable, row: Element | null): void {
  const height = headerHeight(canvas, spec);
  let x = paper.left;
  spec.header?.forEach(({ title, right }, i) => {
    const width = spec.widths[i] ?? 0;
    const lines = canvas.wrap(title, width, head);
    const y = canvas.y + height - 4 - lines.length * 12;
    const draw = () =>
      lines.forEach((line, n) =>
        canvas.put(line, right ? x + width - canvas.width(line, head) : x, y + 12 * n, head),
      );
    if (row) canvas.leaf(row, 'TH', draw, { scope: 'Column' });
    else canvas.artifact(draw);
    x += width + spec.gap;
  });
  canvas.y += height;
  canvas.hairline(canvas.y, 'ruleStrong', 0.75);
}

function putContinued(canvas: Canvas, spec: PdfTable): void {
  if (spec.caption === null) return;
  const words = canvas.fit(`${spec.caption} — continued`, area.width, captionSetting);
  canvas.artifact(() => canvas.put(words, paper.left, canvas.y, captionSetting));
  canvas.y += 15;
  putHeader(canvas, spec, null);
}

function putCell(
  canvas: Canvas,
  slot: Element,
  kind: string,
  cell: PdfCell,
  x: number,
  top: number,
  width: number,
): void {
  let y = top;
  // Texts below each other are paragraphs of their own, so that they are not read as one word.
  const many = cell.pieces.filter(({ piece }) => piece === 'text').length > 1;
  for (const piece of cell.pieces) {
    const at = (w: number) => (cell.right ? x + width - w : x);
    if (piece.piece === 'text') {
      const home = many ? canvas.child(slot, 'P') : slot;
      putText(canvas, home, many ? 'P' : kind, piece, at, y, width);
    } else if (piece.piece === 'status') putStatus(canvas, slot, piece, x, y, width);
    else if (piece.piece === 'ref' && piece.ref.href === null)
      canvas.inside(slot, kind, () => canvas.put(piece.ref.label, x, top, text));
    else if (piece.piece === 'ref')
      canvas.link(slot, piece.ref, at(canvas.width(piece.ref.label, text)), y, 'table');
    else if (piece.piece === 'figure') canvas.figure(slot, piece.drawing, x, y);
    else canvas.decoration(piece.drawing, x, y);
    y += heightOf(canvas, piece, width);
  }
  if (cell.pieces.length === 0) canvas.inside(slot, kind, () => undefined);
}

function putText(
  canvas: Canvas,
  slot: Element,
  kind: string,
  piece: Extract<Piece, { piece: 'text' }>,
  at: (width: number) => number,
  y: number,
  width: number,
): void {
  const { line } = type[piece.setting.token];
  const lines = canvas.wrap(withRef(piece), width, piece.setting);
  const ref = shown(piece.ref);
  const label = ref?.label.replaceAll(' ', '\u00a0') ?? '';
  const own = lines.map((words, i) =>
    label !== '' && i === lines.length - 1 ? words.slice(0, -label.length) : words,
  );
  canvas.inside(slot, kind, () =>
    own.forEach((words, i) =>
      canvas.put(
        i < own.length - 1 ? `${words} ` : words,
        at(canvas.width(words, piece.setting)),
        y + i * line,
        piece.setting,
      ),
    ),
  );
  const last = own.at(-1) ?? '';
  if (ref)
    canvas.link(
      slot,
      ref,
      at(0) + canvas.width(last, piece.setting),
      y + (own.length - 1) * line,
      piece.setting.token,
    );
}

/** The mark is an artifact, the word is the text. */
function putStatus(
  canvas: Canvas,
  slot: Element,
  piece: Extract<Piece, { piece: 'status' }>,
  x: number,
  y: number,
  width: number,
): void {
  const tone = toneOf(piece.status);
  canvas.mark(markOf(piece.status), x, y + 2.4, 7, tone);
  const lines = canvas.wrap(wordOf(piece.status, piece.until), width - markRoom, head);
  canvas.leaf(slot, 'Span', () => canvas.putLines(lines, x + markRoom - 1, y, { ...head, colour: tone }));
}
