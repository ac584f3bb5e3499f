import type { BlockOf } from '../../../schemas/report-blocks.js';
import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import { sparkline } from '../../core/reports/charts.js';
import { inert } from '../../core/reports/escape.js';
import { markOf, statusOfVerdict, wordOf } from '../../core/reports/marks.js';
import {
  decisionLead,
  decisionRest,
  noDecision,
  periodOf,
  provenance,
  provenanceFoot,
  scoreFacts,
  sparkEnds,
  standing,
} from '../../core/reports/sentences.js';
import { page as area, toneOf, type } from '../../core/reports/tokens.js';
import { paper, type Canvas, type Setting } from './pdf-canvas.js';
import { putList, putParagraph } from './pdf-text.js';

/** Title, and every item of the furniture once as text, because furniture is not read aloud. */
export function putCover(canvas: Canvas, document: ReportDocument, context: RenderContext): void {
  const title = `${document.title}, ${document.period.label}`;
  canvas.bookmark(title);
  const put = (text: string, setting: Setting, kind = 'P') =>
    putParagraph(canvas, canvas.section, text, setting, { kind });
  const foot = provenanceFoot(context);
  put(provenance(document), { token: 'table', bold: true, colour: 'ink2' });
  canvas.y += 3;
  put(title, { token: 'h1' }, 'H1');
  put(`${inert(document.tenant)} · ${inert(document.scope)}`, { token: 'body', colour: 'ink2' });
  put(`${periodOf(document)} · ${standing(document)}`, { token: 'body', colour: 'ink2' });
  canvas.y += 2;
  put(`${foot.document} · ${foot.key} · ${foot.checkpoint} · check: ${inert(context.verifyCommand)}`, {
    token: 'furniture',
    colour: 'ink3',
  });
  canvas.y += 9;
}

/** The verdict on its tint: words, why, and what qualifies it, never smaller than the why. */
export function putVerdict(canvas: Canvas, document: ReportDocument, beside: readonly string[]): void {
  const { code, words, sentence } = document.verdict;
  const status = statusOfVerdict(code);
  const tone = toneOf(status);
  const width = area.width - 28;
  const lines: { text: string; setting: Setting; above: number }[] = [
    { text: sentence, setting: { token: 'lead' }, above: 3 },
    ...(document.issue.state === 'issued'
      ? []
      : [{ text: document.issue.text, setting: { token: 'lead', bold: false } as const, above: 6 }]),
    ...beside.map((text): (typeof lines)[number] => ({
      text,
      setting: { token: 'body', colour: 'ink2' },
      above: 4,
    })),
  ];
  const height = lines.reduce(
    (sum, { text, setting, above }) =>
      sum + above + canvas.wrap(text, width, setting).length * type[setting.token].line,
    24 + 22,
  );
  canvas.box(paper.left, canvas.y, area.width, height, `${tone}Tint`);
  canvas.box(paper.left, canvas.y, 3, height, tone);
  const end = canvas.y + height;
  canvas.y += 11;
  canvas.mark(markOf(status), paper.left + 15, canvas.y + 6, 12, tone);
  const place = { x: paper.left + 15, width };
  putParagraph(
    canvas,
    canvas.section,
    `${words} — ${document.period.label}`,
    { token: 'h1', colour: tone },
    { x: paper.left + 33, width: width - 18 },
  );
  for (const { text, setting, above } of lines) {
    canvas.y += above;
    putParagraph(canvas, canvas.section, text, setting, place);
  }
  canvas.y = end + 10;
}

/** Messages left, score right; read in that order. */
export function putFront(
  canvas: Canvas,
  block: BlockOf<'messages'>,
  card: BlockOf<'scoreCard'> | null,
): void {
  canvas.need(180);
  const top = canvas.y;
  const width = card ? 8 * area.column + 7 * area.gutter : area.width;
  putParagraph(canvas, canvas.section, 'Messages', { token: 'lead' }, { kind: 'H2' });
  canvas.y += 5;
  const items = block.items.map(({ text, ref }, i) => ({
    label: String(i + 1),
    parts: [{ text, setting: { token: 'body' } as const, ref }],
  }));
  putList(canvas, items, paper.left, width, 3);
  if (!card) return void (canvas.y += 6);
  const x = paper.left + 8 * (area.column + area.gutter);
  const height = putScore(canvas, card, x, top);
  canvas.y = Math.max(canvas.y, top + height) + 6;
}

/** The score with what it never stands without. Returns its height. */
export function putScore(canvas: Canvas, card: BlockOf<'scoreCard'>, x: number, top: number): number {
  const width = 4 * area.column + 3 * area.gutter;
  const { score, observed, facts } = scoreFacts(card);
  const known: Setting = observed ? { token: 'figure' } : { token: 'lead' };
  const inner = width - 20;
  const lines = canvas.wrap(score, inner, known);
  const body = facts.map((fact) => canvas.wrap(fact, inner, { token: 'table' }));
  const line = sparkline(card.spark, card.targetTenths / 10, 100);
  const rows = body.reduce((sum, { length }) => sum + length, 0);
  const height =
    8 +
    (observed ? 15 : 22) +
    lines.length * type[known.token].line +
    13 +
    rows * 12 +
    6 +
    (line ? 20 : 12) +
    6;
  canvas.box(x, top, width, height, 'surface2');
  const parent = canvas.section;
  let y = top + 8;
  const heading = canvas.leaf(parent, 'H2', () => canvas.put('Control score ', x + 10, y, { token: 'lead' }));
  canvas.link(
    heading,
    card.ref,
    x + 10 + canvas.width('Control score ', { token: 'lead' }),
    y + 2.7,
    'table',
  );
  y += observed ? 15 : 20;
  canvas.leaf(parent, 'P', () => {
    canvas.putLines(lines, x + 10, y, known);
    if (observed)
      canvas.put(' of 100 points', x + 10 + canvas.width(score, known) + 1, y + 12, {
        token: 'table',
        colour: 'ink2',
      });
  });
  y += lines.length * type[known.token].line + (observed ? 0 : 2);
  const tone = toneOf(card.verdict);
  canvas.mark(markOf(card.verdict), x + 10, y + 2.4, 7, tone);
  canvas.leaf(parent, 'P', () =>
    canvas.put(wordOf(card.verdict), x + 21, y, { token: 'table', bold: true, colour: tone }),
  );
  y += 13;
  body.forEach((own, i) => {
    canvas.leaf(parent, 'P', () =>
      canvas.putLines(own, x + 10, y, { token: 'table', bold: i > 1, colour: i > 1 ? 'ink' : 'ink2' }),
    );
    y += own.length * 12;
  });
  y += 5;
  if (line) {
    // The figure's sentence says every value, so the two numbers beside it are not read again.
    const [first, last] = sparkEnds(card.spark, 'points');
    const ends: Setting = { token: 'furniture', colour: 'ink3' };
    const from = x + 10 + canvas.width(first, ends);
    canvas.artifact(() => {
      canvas.put(first, x + 10, y + 5, ends);
      canvas.put(last, from + line.width, y + 5, ends);
    });
    canvas.figure(parent, line, from, y);
  } else
    canvas.leaf(parent, 'P', () =>
      canvas.put('no history yet', x + 10, y, { token: 'furniture', colour: 'ink3' }),
    );
  return height;
}

/** The decisions asked, or that none is. */
export function putDecisions(canvas: Canvas, { items }: BlockOf<'decisions'>): void {
  canvas.need(70);
  putParagraph(canvas, canvas.section, 'Decisions asked', { token: 'lead' }, { kind: 'H2' });
  canvas.y += 5;
  if (items.length === 0) putParagraph(canvas, canvas.section, noDecision, { token: 'body' }, {});
  else
    putList(
      canvas,
      items.map((item, i) => ({
        label: String(i + 1),
        parts: [
          { text: decisionLead(item), setting: { token: 'body', bold: true } as const },
          { text: decisionRest(item), setting: { token: 'body' } as const, ref: item.ref },
        ],
      })),
      paper.left,
      area.width,
      3,
    );
  canvas.y += 6;
}
