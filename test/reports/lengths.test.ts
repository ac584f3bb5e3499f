import { describe, expect, it } from 'vitest';

import { reportDocumentSchema, type ReportDocument } from '../../schemas/report-document.js';
import { fitted } from '../../shared/adapters/render/pdf-fit.js';
import { renderPdf } from '../../shared/adapters/render/pdf.js';
import { reportOf, types } from './eight.js';
import { context } from './fixtures.js';

/*
 * How long each report is for its reader, whatever the month. The live area is the same on A4 and on Letter, so that the
 * pages are too.
 */

/** What stands before a heading, counted from the report's start. */
const before = (document: ReportDocument, heading: string): ReportDocument => {
  const end = document.blocks.findIndex((b) => b.kind === 'heading' && b.text.startsWith(heading));
  return { ...document, blocks: end < 0 ? document.blocks : document.blocks.slice(0, end) };
};

async function pagesOf(document: ReportDocument): Promise<number> {
  const file = Buffer.from(await renderPdf(document, context)).toString('latin1');
  return file.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
}

/** Least and most pages, up to where. */
const lengths: Record<(typeof types)[number], { upTo: string; least: number; most: number } | null> = {
  cso: { upTo: 'Appendix', least: 2, most: 2 },
  ciso: { upTo: 'Appendix', least: 2, most: 4 },
  'board-kpi': { upTo: 'nothing: it has no appendix', least: 2, most: 2 },
  'soc2-evidence': null,
  incident: { upTo: 'Timeline', least: 1, most: 1 },
  'trial-handoff': { upTo: 'nothing: it has no appendix', least: 2, most: 4 },
  'pilot-launch': { upTo: 'Appendix', least: 2, most: 2 },
  'production-readiness': { upTo: 'Appendix', least: 2, most: 2 },
};

describe.each(types.filter((type) => lengths[type] !== null))('the %s report', (type) => {
  it.each([
    ['good', false],
    ['bad', false],
    ['bad', true],
    ['thin', false],
  ] as const)('of a %s month (public-safe: %s) keeps its length', async (month, publicSafe) => {
    const { upTo, least, most } = lengths[type] ?? { upTo: '', least: 0, most: 0 };
    const pages = await pagesOf(before(await reportOf(type, month, publicSafe), upTo));
    expect(pages).toBeGreaterThanOrEqual(least);
    expect(pages).toBeLessThanOrEqual(most);
  });
});

/** The names of a company where each says where it belongs. */
const longNames = (document: ReportDocument): ReportDocument => {
  const text = JSON.stringify(document.blocks)
    .replaceAll('shadow-7', 'shadow-agent-of-the-payments-team-in-frankfurt-7')
    .replaceAll('claims-core', 'harbour-mutual/claims-core-platform-services')
    .replaceAll(
      'unreviewed writes to the billing repository',
      'unreviewed writes to the billing repository of the German subsidiary until its pipelines have moved',
    );
  return reportDocumentSchema.parse({ ...document, blocks: JSON.parse(text) as unknown });
};

describe.each(['cso', 'ciso', 'board-kpi', 'pilot-launch', 'production-readiness'] as const)(
  'the %s report with long names',
  (type) => {
    it('keeps its length too: tables whose rest stands elsewhere say less of it', async () => {
      const { upTo, most } = lengths[type] ?? { upTo: '', most: 0 };
      const pages = await pagesOf(before(longNames(await reportOf(type, 'bad')), upTo));
      expect(pages).toBeLessThanOrEqual(most);
    });
  },
);

describe('fitting', () => {
  const rowsIn = ({ blocks }: ReportDocument): number[] =>
    blocks.flatMap((block) => (block.kind === 'table' ? [block.rows.length] : []));
  /** A page for every so many rows of the tables before the appendix. */
  const pagesFor = (rowsOfAPage: number) => (document: ReportDocument) =>
    Math.ceil(rowsIn(document).reduce((a, b) => a + b, 0) / rowsOfAPage);

  it('takes from tables that are cut already, says how much they show then, and leaves the appendix alone', async () => {
    const whole = await reportOf('ciso', 'bad');
    expect(fitted(whole, () => 4)).toEqual(whole);
    const shorter = fitted(
      whole,
      pagesFor((rowsIn(before(whole, 'Appendix')).reduce((a, b) => a + b, 0) - 3) / 4),
    );
    const [was, is] = [rowsIn(before(whole, 'Appendix')), rowsIn(before(shorter, 'Appendix'))];
    expect(was.reduce((a, b) => a + b, 0) - is.reduce((a, b) => a + b, 0)).toBe(3);
    for (const block of shorter.blocks)
      if (block.kind === 'table' && block.truncated !== undefined)
        expect(block.truncated.shown).toBe(block.rows.length);
    expect(rowsIn(shorter).slice(is.length)).toEqual(rowsIn(whole).slice(was.length));
    expect(reportDocumentSchema.parse(shorter)).toEqual(shorter);
  });

  it('gives up where nothing is left to take, and says everything', async () => {
    const whole = await reportOf('ciso', 'bad');
    expect(fitted(whole, () => 9)).toEqual(whole);
  });
});
