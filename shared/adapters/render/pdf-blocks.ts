import type { Block, BlockOf } from '../../../schemas/report-blocks.js';
import { referencesIn, type ReportDocument } from '../../../schemas/report-document.js';
import { axis, bullet, scaleMax } from '../../core/reports/bullet.js';
import { sparkline, strip } from '../../core/reports/charts.js';
import { nice, type Drawing } from '../../core/reports/drawing.js';
import { inert } from '../../core/reports/escape.js';
import { number } from '../../core/reports/format.js';
import { wordOf } from '../../core/reports/marks.js';
import { withheldReferences } from '../../core/reports/sentences.js';
import { page as area, type } from '../../core/reports/tokens.js';
import { paper, type Canvas, type Setting } from './pdf-canvas.js';
import { putKpis, putLayers, putRegister } from './pdf-registers.js';
import { putTable } from './pdf-table.js';
import { putList, putParagraph } from './pdf-text.js';

const table: Setting = { token: 'table' };
const strong: Setting = { token: 'table', bold: true };
const reference: Setting = { token: 'furniture' };

/** Sets a block that stands below the front page's. */
export function putBlock(canvas: Canvas, block: Block, document: ReportDocument): void {
  switch (block.kind) {
    case 'heading':
      return putHeading(canvas, block);
    case 'paragraph':
      putParagraph(canvas, canvas.section, block.text, { token: 'body' }, { ref: block.ref, width: 430 });
      canvas.y += 9;
      return;
    case 'list':
      putList(
        canvas,
        block.items.map(({ text, ref }, i) => ({
          label: block.ordered ? String(i + 1) : '•',
          parts: [{ text, setting: { token: 'body' }, ref }],
        })),
        paper.left,
        450,
        3,
      );
      canvas.y += 9;
      return;
    case 'keyValues':
      return putKeyValues(canvas, block);
    case 'kpiTable':
      return putKpis(canvas, block);
    case 'layers':
      return putLayers(canvas, block);
    case 'table':
      return putRegister(canvas, block);
    case 'chart':
      return putChart(canvas, block);
    case 'references':
      return putReferences(canvas, document);
    case 'verdict':
    case 'messages':
    case 'scoreCard':
    case 'decisions':
      return;
  }
}

/** H2 opens a section and a bookmark. The heading is set with the first thing under it. */
function putHeading(canvas: Canvas, block: BlockOf<'heading'>): void {
  const setting: Setting = { token: block.level === 2 ? 'h2' : 'lead' };
  const lines = canvas.wrap(block.text, area.width, setting);
  const [above, below] = block.level === 2 ? [14, 5] : [8, 3];
  const height = lines.length * type[setting.token].line + below;
  canvas.need(0);
  if (block.newPage && canvas.y > paper.top) canvas.turn();
  if (block.level === 2) canvas.section = canvas.child(canvas.root, 'Sect');
  const kind = `H${block.level}`;
  const element = canvas.child(canvas.section, kind);
  canvas.heading = {
    height: above + height,
    put: () => {
      if (canvas.y > paper.top) canvas.y += above;
      if (block.level === 2) canvas.bookmark(block.text);
      canvas.inside(element, kind, () => canvas.putLines(lines, paper.left, canvas.y, setting));
      canvas.y += height;
    },
  };
}

function putKeyValues(canvas: Canvas, { rows }: BlockOf<'keyValues'>): void {
  putTable(canvas, {
    caption: null,
    widths: [120, 362],
    gap: 10,
    header: null,
    rows: rows.map(({ key, value, ref }) => ({
      cells: [
        { pieces: [{ piece: 'text', text: key, setting: strong }] },
        { pieces: [{ piece: 'text', text: value, setting: table, ...(ref ? { ref } : {}) }] },
      ],
    })),
  });
  canvas.y += 8;
}

function putChart(canvas: Canvas, { caption, chart, ref }: BlockOf<'chart'>): void {
  canvas.need(50);
  putParagraph(canvas, canvas.section, caption, { token: 'table', colour: 'ink2' }, { ref });
  canvas.y += 3;
  const put = (drawing: Drawing) => {
    canvas.figure(canvas.section, drawing, paper.left, canvas.y);
    canvas.y += drawing.height + 4;
  };
  if (chart.type === 'bullet') {
    const max = scaleMax([chart.row]);
    put(bullet(chart.row, 240, max));
    canvas.decoration(axis(240, max, chart.row.unit === 'percent' ? '%' : ''), paper.left, canvas.y - 3);
    canvas.y += 14;
  } else if (chart.type === 'sparkline') {
    const top = Math.max(chart.target ?? 0, ...chart.points.map(({ value }) => value ?? 0));
    const drawing = sparkline(chart.points, chart.target, nice(1.1 * top));
    if (drawing) put(drawing);
    else putParagraph(canvas, canvas.section, 'no history yet', { token: 'body' }, {});
  } else {
    put(strip(chart.segments, 240));
    const counts = chart.segments
      .map(({ status, count }) => `${wordOf(status)} ${number(count)}`)
      .join(' · ');
    putParagraph(canvas, canvas.section, counts, { token: 'table' }, {});
  }
  canvas.y += 9;
}

/** Each reference with its path; the place every link of the document leads to. */
function putReferences(canvas: Canvas, document: ReportDocument): void {
  const unique = new Map(referencesIn(document.blocks).map((ref) => [ref.label, ref]));
  if (unique.size === 0)
    return putParagraph(canvas, canvas.section, withheldReferences, { token: 'body' }, {});
  const sorted = [...unique.values()].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  // The first three stay together, with the heading above them.
  canvas.need(Math.min(sorted.length, 3) * type.furniture.line);
  for (const { label, href } of sorted) {
    const lines = canvas.wrap(href, area.width - 80, reference);
    canvas.need(lines.length * type.furniture.line);
    const { y } = canvas;
    canvas.pdf.addNamedDestination(`ref:${label}`, 'XYZ', paper.left, y, null);
    const line = canvas.child(canvas.section, 'P');
    canvas.inside(line, 'P', () => {
      canvas.put(`${inert(label)} `, paper.left, y, { ...reference, bold: true });
      canvas.putLines(lines, paper.left + 80, y, reference);
    });
    canvas.y += lines.length * type.furniture.line;
  }
}
