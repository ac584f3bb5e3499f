import { describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
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
