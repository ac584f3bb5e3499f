import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

import { reportRecordSchema } from '../../schemas/report-record.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { prefixedCells, spreadsheetText } from '../../shared/core/reports/data/spreadsheet-text.js';
import { context, hostileMonth, thinMonth } from './fixtures.js';
import { longMonth } from './registers.js';

const textOf = async (format: 'csv' | 'md' | 'jsonl', document: ReportDocument): Promise<string> =>
  fromUtf8((await reportRenderer.render(format, document, context)).bytes);
const partsOf = async (document: ReportDocument): Promise<Record<string, string>> => {
  const { bytes } = await reportRenderer.render('xlsx', document, context);
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, part]) => [name, strFromU8(part)]));
};

describe('the workbook', () => {
  it('has a sheet a register behind the read-me and the indicators, in this order', async () => {
    const parts = await partsOf(longMonth(7));
    const names = [...(parts['xl/workbook.xml'] ?? '').matchAll(/<sheet [^>]*name="([^"]+)"/g)].map(
      (m) => m[1],
    );
    expect(names).toEqual(['Read me', 'KPIs', 'Findings']);
  });

  it('freezes header and first column of a register and filters its whole range', async () => {
    const sheet = (await partsOf(longMonth(7)))['xl/worksheets/sheet3.xml'] ?? '';
    expect(sheet).toContain('<pane ySplit="1" xSplit="1"');
    expect(sheet).toContain('<autoFilter ref="A1:K8"/>');
    expect(sheet).not.toContain('mergeCell');
  });

  it('writes numbers as numbers, instants as dates in UTC, shares as fractions, and ids as text', async () => {
    const parts = await partsOf(longMonth(2));
    const sheet = parts['xl/worksheets/sheet3.xml'] ?? '';
    expect(sheet).toMatch(/<c r="F2" s="\d+"><v>46326\.999/);
    expect(sheet).toMatch(/<c r="H2" t="b"><v>1<\/v>/);
    expect(sheet).toMatch(/<c r="J3" s="\d+"><v>0\.01<\/v>/);
    expect(sheet).toMatch(/<c r="A2" s="\d+" t="s">/);
    expect(sheet).not.toMatch(/r="E2"/);
    expect(parts['xl/styles.xml']).toContain('formatCode="yyyy-mm-dd hh:mm"');
    expect(parts['xl/sharedStrings.xml']).toContain('<t>0000000001</t>');
  });

  it('never holds a formula, a link, a macro or a comment, whatever stands in a name', async () => {
    for (const document of [longMonth(12), hostileMonth()]) {
      const parts = await partsOf(document);
      const sheets = Object.entries(parts).filter(([name]) => name.startsWith('xl/worksheets/sheet'));
      for (const [, xml] of sheets) expect(xml).not.toMatch(/<f>|<f |<hyperlink/);
      expect(Object.keys(parts).join()).not.toMatch(/vba|comment|external/i);
    }
    expect((await partsOf(longMonth(1)))['xl/sharedStrings.xml']).toContain('<t>=1+2</t>');
  });

  it('leaves the cell of what is not observed empty, with state and reason beside it', async () => {
    const parts = await partsOf(thinMonth());
    const strings = [...(parts['xl/sharedStrings.xml'] ?? '').matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(
      (m) => m[1],
    );
    const sheet = parts['xl/worksheets/sheet2.xml'] ?? '';
    const rows = [...sheet.matchAll(/<row r="\d+"[^>]*>(.*?)<\/row>/gs)].map((m) => m[1] ?? '');
    const unknown = rows.filter((row) => row.includes(`<v>${strings.indexOf('not_observed')}</v>`));
    expect(unknown.length).toBeGreaterThan(0);
    for (const row of unknown) expect(row).not.toMatch(/<c r="D\d+"/);
  });
});

describe('the CSV', () => {
  it('quotes every text and puts an apostrophe before what a spreadsheet would compute', async () => {
    const { bytes } = await reportRenderer.render('csv', longMonth(6), context);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const csv = fromUtf8(bytes);
    expect(csv).toContain('"Finding","Severity"');
    expect(csv).toContain('"Opened (UTC)"');
    const lines = csv.split('\r\n');
    expect(lines[1]).toContain('"\'=1+2"');
    expect(lines[2]).toContain('"\'+cmd"');
    expect(lines[3]).toContain('"\'-2+3"');
    expect(lines[4]).toContain('"\'@sum(A1)"');
    expect(lines[5]).toContain('"\'\uff1dA1"');
    expect(lines[6]).toContain('"agent builder"');
    expect(prefixedCells(longMonth(6))).toBe(5);
  });

  it('never lets a text begin with what acts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(spreadsheetText(text)).not.toMatch(/^[=+\-@\t\r]/);
        expect(spreadsheetText(text).replace(/^'/, '')).toBe(text.replace(/^'/, ''));
      }),
    );
  });

  it('holds the indicators where the report has no register', async () => {
    expect(await textOf('csv', thinMonth())).toContain('"not_observed"');
  });
});

describe('the JSON Lines', () => {
  it('say the report, then each indicator once, then every row of every register, by the published schema', async () => {
    const document = longMonth(300);
    const lines = (await textOf('jsonl', document)).trimEnd().split('\n');
    const records = lines.map((line) => reportRecordSchema.parse(JSON.parse(line)));
    expect(records[0]?.record).toBe('report');
    const kpis = records.filter(({ record }) => record === 'kpi').length;
    expect(kpis).toBeGreaterThan(0);
    expect(records).toHaveLength(1 + kpis + 300);
    expect(records.at(-1)).toMatchObject({
      register: 'Findings',
      data: { finding: '0000000299', owner: 'psn:44444444' },
    });
  });
});

describe('the Markdown', () => {
  it('says the verdict first and lets nothing of a name act', async () => {
    const text = await textOf('md', hostileMonth());
    expect(text.indexOf('**')).toBe(0);
    expect(text).not.toMatch(/(?<!\\)<[a-z]/i);
    expect(text).not.toMatch(/(?<!\\)!\[|(?<!\\)\]\(/);
  });
});

describe('the ZIP', () => {
  it('is the same bytes for the same files, and holds them in their order', async () => {
    const files = ['b.txt', 'a.txt'].map((name) => ({ name, bytes: new Uint8Array([1, 2, 3]) }));
    const zip = await reportRenderer.pack(files);
    expect(await reportRenderer.pack(structuredClone(files))).toEqual(zip);
    expect(Object.keys(unzipSync(zip))).toEqual(['b.txt', 'a.txt']);
  });
});
