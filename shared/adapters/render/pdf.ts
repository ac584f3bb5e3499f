import type { Block, BlockOf } from '../../../schemas/report-blocks.js';
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
  standing,
} from '../../core/reports/sentences.js';
import { light, page as area, toneOf, type } from '../../core/reports/tokens.js';
import { putBlock } from './pdf-blocks.js';
import { openCanvas, paper, type Canvas, type Setting } from './pdf-canvas.js';
import { putList, putParagraph } from './pdf-text.js';

/**
 * The report as a tagged PDF on A4, built to PDF/UA-1 (not certified): structure tree, embedded fonts, bookmarks, links to the
 * references. Dates come from the document's as-of, so equal documents give equal bytes on one version of zlib.
 */
export async function renderPdf(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  const { default: PDFDocument } = await import('pdfkit');
  const date = new Date(document.asOf);
  const title = `${document.title}, ${document.period.label} — ${inert(document.tenant)}`;
  const pdf = new PDFDocument({
    size: [paper.width, paper.height],
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/UA' as 'PDF/A-3a',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    bufferPages: true,
    info: {
      Title: title,
      Author: inert(document.tenant),
      Creator: 'aispm',
      CreationDate: date,
      ModDate: date,
    },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    pdf.on('error', reject);
  });
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  const canvas = openCanvas(pdf, root);
  canvas.section = canvas.child(root, 'Sect');
  putCover(canvas, document, context);
  putBlocks(canvas, document);
  putFurniture(canvas, document, context);
  root.end();
  pdf.end();
  return done;
}

function putBlocks(canvas: Canvas, document: ReportDocument): void {
  const { blocks } = document;
  for (let i = 0; i < blocks.length; i += 1) {
    const block = blocks[i] as Block;
    const next = blocks[i + 1];
    if (block.kind === 'verdict') putVerdict(canvas, document, block.beside);
    else if (block.kind === 'messages') {
      const card = next?.kind === 'scoreCard' ? next : null;
      putFront(canvas, block, card);
      if (card) i += 1;
    } else if (block.kind === 'scoreCard') canvas.y += putScore(canvas, block, paper.left, canvas.y) + 15;
    else if (block.kind === 'decisions') putDecisions(canvas, block);
    else putBlock(canvas, block, next, document);
  }
}

/** Title, and every item of the furniture once as text, because furniture is not read aloud. */
function putCover(canvas: Canvas, document: ReportDocument, context: RenderContext): void {
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
function putVerdict(canvas: Canvas, document: ReportDocument, beside: readonly string[]): void {
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
  canvas.y = end + 15;
}

/** Messages left, score right; read in that order. */
function putFront(canvas: Canvas, block: BlockOf<'messages'>, card: BlockOf<'scoreCard'> | null): void {
  const top = canvas.y;
  const width = card ? 8 * area.column + 7 * area.gutter : area.width;
  putParagraph(canvas, canvas.section, 'Messages', { token: 'lead' }, { kind: 'H2' });
  canvas.y += 5;
  const items = block.items.map(({ text, ref }, i) => ({
    label: String(i + 1),
    parts: [{ text, setting: { token: 'body' } as const, ref }],
  }));
  putList(canvas, items, paper.left, width, 5);
  if (!card) return void (canvas.y += 6);
  const x = paper.left + 8 * (area.column + area.gutter);
  const height = putScore(canvas, card, x, top);
  canvas.y = Math.max(canvas.y, top + height) + 9;
}

/** The score with what it never stands without. Returns its height. */
function putScore(canvas: Canvas, card: BlockOf<'scoreCard'>, x: number, top: number): number {
  const width = 4 * area.column + 3 * area.gutter;
  const { score, observed, facts } = scoreFacts(card);
  const known: Setting = observed ? { token: 'figure' } : { token: 'lead' };
  const inner = width - 20;
  const lines = canvas.wrap(score, inner, known);
  const body = facts.map((fact) => canvas.wrap(fact, inner, { token: 'table' }));
  const line = sparkline(card.spark, card.targetTenths / 10, 100);
  const rows = body.reduce((sum, { length }) => sum + length, 0);
  const height =
    10 +
    (observed ? 15 : 22) +
    lines.length * type[known.token].line +
    15 +
    rows * 12 +
    8 +
    (line ? 20 : 12) +
    8;
  canvas.box(x, top, width, height, 'surface2');
  const parent = canvas.section;
  let y = top + 10;
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
  y += 15;
  body.forEach((own, i) => {
    canvas.leaf(parent, 'P', () =>
      canvas.putLines(own, x + 10, y, { token: 'table', bold: i > 1, colour: i > 1 ? 'ink' : 'ink2' }),
    );
    y += own.length * 12;
  });
  y += 6;
  if (line) canvas.figure(parent, line, x + 7, y);
  else
    canvas.leaf(parent, 'P', () =>
      canvas.put('no history yet', x + 10, y, { token: 'furniture', colour: 'ink3' }),
    );
  return height;
}

function putDecisions(canvas: Canvas, { items }: BlockOf<'decisions'>): void {
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
      5,
    );
  canvas.y += 12;
}

/** Head and foot of every page, once the number of pages is known. */
function putFurniture(canvas: Canvas, document: ReportDocument, context: RenderContext): void {
  const { pdf } = canvas;
  const { start, count } = pdf.bufferedPageRange();
  const foot = provenanceFoot(context);
  const plain: Setting = { token: 'furniture', colour: 'ink3' };
  const bold: Setting = { token: 'furniture', bold: true, colour: 'ink2' };
  const right = paper.left + area.width;
  const sample = document.classification.publicSafe ? 'PUBLIC-SAFE SAMPLE · ' : '';
  const qualified = document.issue.state === 'qualified' ? ' · QUALIFIED' : '';
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    canvas.artifact(() => {
      const mark = provenance(document);
      const title = canvas.fit(`${document.title}, ${document.period.label}${qualified}`, 170, plain);
      const tenant = canvas.fit(document.tenant, 140, plain);
      canvas.put(mark, paper.left, 48, bold);
      canvas.put(
        title,
        Math.max(
          paper.left + canvas.width(mark, bold) + 12,
          paper.left + (area.width - canvas.width(title, plain)) / 2,
        ),
        48,
        plain,
      );
      canvas.put(tenant, right - canvas.width(tenant, plain), 48, plain);
      const [first, second] = [paper.top + area.height + 24, paper.top + area.height + 35];
      const at = `${sample}${standing(document)}`;
      canvas.put(`Page ${page - start + 1} of ${count}`, paper.left, first, plain);
      canvas.put(at, right - canvas.width(at, plain), first, plain);
      canvas.put(
        canvas.fit(`${foot.document} · ${foot.key} · ${foot.checkpoint}`, area.width, plain),
        paper.left,
        second,
        plain,
      );
      for (const y of [60, first - 5])
        pdf.moveTo(paper.left, y).lineTo(right, y).lineWidth(0.5).stroke(light.rule);
    }, 'Pagination');
  }
}
