import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Block } from '../../schemas/report-blocks.js';
import { renderPdf } from '../../shared/adapters/render/pdf.js';
import { page } from '../../shared/core/reports/tokens.js';
import { paper } from '../../shared/adapters/render/pdf-canvas.js';
import { reportOf, types } from './eight.js';
import { badMonth, context, goodMonth, hostileMonth, thinMonth } from './fixtures.js';

/** Objects of the file as text, streams cut; and the streams, inflated where they were compressed. */
function parse(bytes: Uint8Array): { objects: string; streams: string[] } {
  const raw = Buffer.from(bytes).toString('latin1');
  const streams: string[] = [];
  const objects = raw.replace(/stream\n([\s\S]*?)\nendstream/g, (_, body: string) => {
    try {
      streams.push(inflateSync(Buffer.from(body, 'latin1')).toString('latin1'));
    } catch {
      streams.push(body);
    }
    return '';
  });
  return { objects, streams };
}

let bad: ReturnType<typeof parse>;
beforeAll(async () => {
  bad = parse(await renderPdf(badMonth(), context));
});

const count = (pattern: RegExp, text = bad.objects) => text.match(pattern)?.length ?? 0;

describe('the PDF', () => {
  it('declares language, tags, title display and PDF/UA', () => {
    expect(bad.objects).toContain('/StructTreeRoot');
    expect(bad.objects).toMatch(/\/MarkInfo/);
    expect(bad.objects).toMatch(/\/Marked true/);
    expect(bad.objects).toContain('/Lang (en)');
    expect(bad.objects).toMatch(/\/DisplayDocTitle true/);
    expect(bad.streams.join('')).toContain('pdfuaid:part');
    expect(count(/\/Type \/Page\b(?!s)/g)).toBe(count(/\/Tabs \/S/g));
  });

  it('embeds every font, and the smallest readable set of them', () => {
    expect(count(/\/FontFile2/g)).toBe(count(/\/Type \/FontDescriptor/g));
    expect(count(/\/Type \/FontDescriptor/g)).toBe(2);
    expect(bad.objects).not.toMatch(/\/BaseFont \/(Helvetica|Times|Courier)/);
  });

  it('has one H1, tables with scoped header cells, figures with words, and links with descriptions', () => {
    expect(count(/\/S \/H1\b/g)).toBe(1);
    expect(count(/\/S \/Table\b/g)).toBeGreaterThan(5);
    expect(count(/\/S \/TH\b/g)).toBe(count(/\/Scope \/?\(?(Row|Column)/g));
    expect(count(/\/S \/Figure\b/g)).toBeGreaterThan(10);
    expect(count(/\/S \/Figure\b/g)).toBe(count(/\/Alt \(/g));
    expect(count(/\/Subtype \/Link\b/g)).toBe(count(/\/S \/Link\b/g));
    expect(count(/\/Subtype \/Link\b/g)).toBe(count(/\/Contents \(Reference /g));
  });

  it('keeps everything drawn inside the structure or an artifact', () => {
    const pages = bad.streams.filter((stream) => / Tf$| re$/m.test(stream) && /BDC/.test(stream));
    expect(pages.length).toBe(count(/\/Type \/Page\b(?!s)/g));
    for (const page of pages) {
      let depth = 0;
      for (const line of page.split('\n')) {
        if (/B[DM]C$/.test(line)) depth += 1;
        if (/^EMC$/.test(line)) depth -= 1;
        expect(depth).toBeLessThanOrEqual(1);
        if (/(TJ|Tj|^f|^S|^B|\bre f)$/.test(line)) expect(depth, line).toBe(1);
      }
      expect(depth).toBe(0);
    }
  });

  it('never ends a page with a heading, wherever the page happens to end', async () => {
    const good = goodMonth();
    const [verdict, ...rest] = good.blocks;
    if (!verdict) throw new Error('the fixture has no verdict');
    for (let fillers = 0; fillers < 12; fillers += 1) {
      const filler: Block = { kind: 'paragraph', text: 'One line of text stands here.' };
      const headed = rest.flatMap((block): Block[] =>
        block.kind === 'table' || block.kind === 'layers'
          ? [{ kind: 'heading', level: 2, text: 'Heading' }, block]
          : [block],
      );
      const blocks = [verdict, ...Array.from({ length: fillers * 3 }, () => filler), ...headed];
      const { streams } = parse(await renderPdf({ ...good, blocks }, context));
      for (const page of streams.filter((stream) => /\/MCID/.test(stream)))
        expect([...page.matchAll(/^\/(\w+) <<[^>]*\/MCID/gm)].at(-1)?.[1]).not.toMatch(/^H\d/);
    }
  });

  it.each(types)('keeps every reference of the %s report within its margins', async (type) => {
    const { objects } = parse(await renderPdf(await reportOf(type, 'bad', false), context));
    const rects = [...objects.matchAll(/\/Rect \[([\d.]+) [\d.]+ ([\d.]+) [\d.]+\]/g)];
    expect(rects.length).toBe(count(/\/Subtype \/Link\b/g, objects));
    expect(rects.length).toBeGreaterThan(5);
    for (const [, left, right] of rects) {
      expect(Number(left)).toBeGreaterThanOrEqual(paper.left - 1);
      expect(Number(right)).toBeLessThanOrEqual(paper.left + page.width + 1);
    }
  });

  it('breaks text sooner than that a table is wider than the page', async () => {
    const titles = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];
    const table: Block = {
      kind: 'table',
      caption: 'Much in a row',
      columns: [
        ...titles.map((key) => ({ key, title: key, kind: 'text' as const })),
        { key: 'ref', title: 'Reference', kind: 'ref' },
      ],
      rows: [
        [
          ...titles.map((key) => ({ kind: 'text' as const, text: `${key}-${'x'.repeat(40)}` })),
          { kind: 'ref', ref: { label: 'E-0123456789', href: '/api/evidence/e' } },
        ],
      ],
      empty: 'none',
    };
    const good = goodMonth();
    const { objects } = parse(await renderPdf({ ...good, blocks: [...good.blocks, table] }, context));
    const rights = [...objects.matchAll(/\/Rect \[[\d.]+ [\d.]+ ([\d.]+) /g)].map((m) => Number(m[1]));
    expect(Math.max(...rights)).toBeLessThanOrEqual(paper.left + page.width + 1);
  });

  it('never leaves the last row of a table alone on a page', async () => {
    const good = goodMonth();
    const [verdict] = good.blocks;
    if (!verdict) throw new Error('the fixture has no verdict');
    const rows = 60;
    for (let fillers = 0; fillers < 8; fillers += 1) {
      const filler: Block = { kind: 'paragraph', text: 'One line of text stands here.' };
      const table: Block = {
        kind: 'table',
        caption: 'Many rows',
        columns: [{ key: 'row', title: 'Row', kind: 'text' }],
        rows: Array.from({ length: rows }, (_, n) => [{ kind: 'text', text: `row ${n}` }]),
        empty: 'none',
      };
      const blocks = [verdict, ...Array.from({ length: fillers }, () => filler), table];
      const { streams } = parse(await renderPdf({ ...good, blocks }, context));
      const pages = streams.filter((stream) => /\/MCID/.test(stream));
      // The first cell of a row is its header; the header row repeated on later pages is none.
      const rowsOf = pages.map((drawn) => (drawn.match(/^\/TH <</gm) ?? []).length).filter((n) => n > 0);
      expect(rowsOf.reduce((sum, n) => sum + n)).toBe(rows + 1);
      expect(rowsOf.length).toBeGreaterThan(1);
      expect(rowsOf.at(-1)).not.toBe(1);
    }
  });

  it('never parts the words for nothing from what they are about', async () => {
    const good = goodMonth();
    const [verdict] = good.blocks;
    if (!verdict) throw new Error('the fixture has no verdict');
    const filler: Block = { kind: 'paragraph', text: 'One line of text stands here.' };
    const none: Block = { kind: 'table', caption: 'Items', columns: [], rows: [], empty: 'There is none.' };
    const many = Array.from({ length: 40 }, () => none);
    for (let fillers = 0; fillers < 6; fillers += 1) {
      const blocks = [verdict, ...Array.from({ length: fillers }, () => filler), ...many];
      const { streams } = parse(await renderPdf({ ...good, blocks }, context));
      const pages = streams.filter((stream) => /\/MCID/.test(stream));
      // A caption is set smaller than the words below it: as many of one as of the other on each page but the first and last.
      for (const drawn of pages.slice(1, -1)) expect((drawn.match(/^\/P <</gm) ?? []).length % 2).toBe(0);
    }
  });

  it('leads every link to a destination that exists and has bookmarks', () => {
    const targets = new Set([...bad.objects.matchAll(/\/D \(([^)]*)\)/g)].map((m) => m[1]));
    for (const target of targets) expect(bad.objects).toContain(`(${target}) [`);
    expect(targets.size).toBeGreaterThan(20);
    expect(count(/\/Title \(/g)).toBeGreaterThan(5);
  });

  it('dates itself by the as-of and by nothing else', () => {
    const dates = new Set([...bad.objects.matchAll(/\(D:(\d+)Z?\)/g)].map((m) => m[1]));
    expect(dates).toEqual(new Set(['20261031235900']));
  });

  it('sets the 200 worst findings of 1,412 and leaves the rest to the workbook', async () => {
    const long = parse(await renderPdf(badMonth(1412), context));
    expect(count(/\/S \/TR\b/g, long.objects) - count(/\/S \/TR\b/g)).toBe(200 - 38);
  });

  it('fits a good and a thin month on two pages, and takes hostile names', async () => {
    for (const document of [goodMonth(), thinMonth()]) {
      const { objects } = parse(await renderPdf(document, context));
      expect(count(/\/Type \/Page\b(?!s)/g, objects)).toBe(2);
    }
    const hostile = parse(await renderPdf(hostileMonth(), context));
    expect(hostile.objects).not.toMatch(/\/(JavaScript|JS|Launch|URI|SubmitForm)\b/);
    expect(count(/\/FontFile2/g, hostile.objects)).toBe(count(/\/Type \/FontDescriptor/g, hostile.objects));
  });
});
