import type { Block } from '../../../schemas/report-blocks.js';
import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import { inert } from '../../core/reports/escape.js';
import { issueMark, provenance, provenanceFoot, standing } from '../../core/reports/sentences.js';
import { light, page as area } from '../../core/reports/tokens.js';
import { putBlock } from './pdf-blocks.js';
import { fitted } from './pdf-fit.js';
import { openCanvas, paper, type Canvas, type Setting } from './pdf-canvas.js';
import { putCover, putDecisions, putFront, putScore, putVerdict } from './pdf-front.js';

/**
 * The report as a tagged PDF on A4, built to PDF/UA-1 (not certified): structure tree, embedded fonts, bookmarks, links to the
 * references. Dates come from the document's as-of, so equal documents give equal bytes on one version of zlib.
 */
export async function renderPdf(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  const { default: PDFDocument } = await import('pdfkit');
  const pagesOf = (one: ReportDocument): number =>
    laidOut(PDFDocument, one, context).canvas.pdf.bufferedPageRange().count;
  const shown = fitted(document, pagesOf);
  const { canvas, root } = laidOut(PDFDocument, shown, context);
  const { pdf } = canvas;
  const chunks: Uint8Array[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    pdf.on('error', reject);
  });
  putFurniture(canvas, shown, context);
  root.end();
  pdf.end();
  return done;
}

/** The pages of a document, still open: without their furniture, which says how many they are. */
function laidOut(
  PDFDocument: new (options: PDFKit.PDFDocumentOptions) => PDFKit.PDFDocument,
  document: ReportDocument,
  context: RenderContext,
) {
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
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  const canvas = openCanvas(pdf, root);
  canvas.section = canvas.child(root, 'Sect');
  putCover(canvas, document, context);
  putBlocks(canvas, document);
  canvas.need(0);
  return { canvas, root };
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
    } else if (block.kind === 'scoreCard') {
      canvas.need(180);
      canvas.y += putScore(canvas, block, paper.left, canvas.y) + 15;
    } else if (block.kind === 'decisions') putDecisions(canvas, block);
    else putBlock(canvas, block, document);
  }
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
  const state = issueMark(document);
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    canvas.artifact(() => {
      const mark = provenance(document);
      const room = 190 - canvas.width(state, plain);
      const title = `${canvas.fit(`${document.title}, ${document.period.label}`, room, plain)}${state}`;
      const tenant = canvas.fit(document.tenant, 120, plain);
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
