import { beforeAll, describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import { collected } from '../../shared/core/reports/trial/sections.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { planReadiness } from '../../shared/usecases/readiness/plan.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { depsOf, reportOf, types, worldOf } from './eight.js';
import { end } from './months.js';
import { plainText } from './plain-text.js';
import { richEvents, richTenant } from './rich.js';

/* What a reader stumbles over: a verb that does not go with its number, a day in two forms, a thing to do without its cause. */

const documents: ReportDocument[] = [];
beforeAll(async () => {
  const deps = await depsOf(richEvents());
  const period = defaultPeriod(instantOf(end), richTenant.settings.timeZone);
  for (const type of types) {
    documents.push(await buildReport(deps, richTenant, { type, period, publicSafe: false }));
    for (const month of ['good', 'bad', 'thin'] as const) documents.push(await reportOf(type, month));
  }
}, 120_000);

const linesOf = (document: ReportDocument): string[] => plainText(document).split('\n');
const listAfter = (document: ReportDocument, heading: string): string[] => {
  const at = document.blocks.findIndex((block) => block.kind === 'heading' && block.text === heading);
  const list = document.blocks[at + 1];
  return list?.kind === 'list' ? list.items.map(({ text }) => text) : [];
};

describe('what the reports say', () => {
  it('gives one thing the verb of one thing', () => {
    const wrong =
      /(?:^|[^\d.,])1 (?:of \d+ )?(?:[a-z]+ ){0,2}(?:fall|end|stand|block|have|are|were|lead)\b(?! \w+ed)/;
    expect(documents.flatMap(linesOf).filter((line) => wrong.test(line))).toEqual([]);
  });

  it('has days in one form wherever a sentence has one', () => {
    const said = documents.flatMap(linesOf).filter((line) => /\buntil \d{4}-\d\d-\d\d\b/.test(line));
    expect(said).toEqual([]);
  });
});

describe('the plan in the production packet', () => {
  it.each(['bad', 'thin'] as const)(
    'of a %s month is the gate’s plan in its order, each with its cause, its owner and what was found',
    async (month) => {
      const told = listAfter(await reportOf('production-readiness', month), 'Appendix: plan');
      const { items } = await planReadiness(await worldOf('production-readiness', month), 'production', null);
      const works = [...new Set(items.map(({ action, owner }) => `${action} By: ${owner}.`))];
      const lead = (text: string): string => text.replace(/ Found: .*$/, '').replace(/^[^:]+: /, '');
      expect([...new Set(told.map(lead))]).toEqual(works);
      for (const { found } of items.slice(0, 3)) expect(told.join('\n')).toContain(found);
      for (const text of told) expect(text).toMatch(/^[A-Z][^:]+: [A-Z].* By: [\w ]+\. Found: .+\.$/);
    },
  );

  it('in a public-safe packet says nothing of what was found', async () => {
    const told = listAfter(await reportOf('production-readiness', 'bad', true), 'Appendix: plan');
    expect(told.length).toBeGreaterThan(5);
    for (const text of told) expect(text).toMatch(/^[A-Z][^:]+: [A-Z].* By: [\w ]+\.$/);
  });
});

describe('the trial handoff', () => {
  it('names the types that most of the evidence has, and counts the others in one row, so that all is counted', () => {
    const totals = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`type/kind.${n}`, 100 - n]));
    const table = collected({ counters: { counts: {}, totals } });
    if (table.kind !== 'table') throw new Error('no table');
    const all = Object.values(totals).reduce((a, b) => a + b, 0);
    const named = table.rows.slice(0, -1).map((row) => row[1]);
    const rest = all - named.reduce((sum, cell) => sum + (cell?.kind === 'number' ? cell.value : 0), 0);
    expect(named).toHaveLength(24);
    expect(table.rows.at(-1)).toEqual([
      { kind: 'text', text: '46 other types' },
      { kind: 'number', value: rest },
    ]);
    expect(table.totals?.[1]).toEqual({ kind: 'number', value: all });
  });
});
