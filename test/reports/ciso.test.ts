import { describe, expect, it } from 'vitest';

import type { BlockOf, TableBlock } from '../../schemas/report-blocks.js';
import { referencesIn, reportDocumentSchema, type ReportDocument } from '../../schemas/report-document.js';
import type { KpiRow } from '../../schemas/report-figures.js';
import { buildCiso } from '../../shared/core/reports/ciso/ciso.js';
import type { ReportInput } from '../../shared/core/reports/input.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { gatherPosture } from '../../shared/usecases/reports/gather-posture.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { badMonth, end, goodMonth, storesOf, tenant, thinMonth } from './months.js';
import { plainText } from './plain-text.js';

type Month = () => readonly StoredEvidence[];

/** Folding a month takes longer than reporting it: each is folded once. */
const folded = new Map<Month, ReturnType<typeof storesOf>>();
const inputOf = async (month: Month, rehearsal = false): Promise<ReportInput> => {
  const stores = folded.get(month) ?? storesOf(month());
  folded.set(month, stores);
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  return gatherPosture({ stores: await stores }, tenant, period, { rehearsal, publicSafe: false });
};
const reportOf = async (month: Month, rehearsal = false): Promise<ReportDocument> =>
  reportDocumentSchema.parse(buildCiso(await inputOf(month, rehearsal)));

const kpis = (document: ReportDocument): KpiRow[] =>
  document.blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []));
const kpi = (document: ReportDocument, id: string): KpiRow => {
  const row = kpis(document).find((r) => r.id === id);
  if (!row) throw new Error(`no indicator ${id}`);
  return row;
};
const block = <K extends 'scoreCard' | 'decisions' | 'messages' | 'layers'>(
  document: ReportDocument,
  kind: K,
): BlockOf<K> => {
  const found = document.blocks.find((b): b is BlockOf<K> => b.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};
const table = (document: ReportDocument, caption: string): TableBlock => {
  const found = document.blocks.find(
    (b): b is TableBlock => b.kind === 'table' && b.caption.startsWith(caption),
  );
  if (!found) throw new Error(`no table ${caption}`);
  return found;
};

describe('the CISO report', () => {
  it('is the same document from the same log, however often it is built', async () => {
    const input = await inputOf(badMonth);
    expect(JSON.stringify(buildCiso(input))).toBe(JSON.stringify(buildCiso(structuredClone(input))));
    expect(await reportOf(badMonth)).toEqual(buildCiso(input));
  });

  it('says the worst first: an open critical stands in the sentence, the first message and the first decision', async () => {
    const document = await reportOf(badMonth);
    expect(document.verdict.code).toBe('off_target');
    expect(document.verdict.sentence).toMatch(/^3 of 34 open findings are critical, 2 overdue/);
    expect(block(document, 'messages').items[0]?.text).toMatch(
      /^3 critical findings are open, 3 without an owner/,
    );
    expect(block(document, 'decisions').items[0]?.action).toMatch(/^Assign an owner to 3 critical findings/);
    expect(block(document, 'scoreCard').openCriticals).toEqual({ state: 'observed', value: 3 });
    expect(kpi(document, 'K09').figure).toEqual({ state: 'observed', value: 3 });
  });

  it('is issued, qualified, while a critical finding is open or where it is a rehearsal', async () => {
    const bad = await reportOf(badMonth);
    expect(bad.issue).toMatchObject({
      state: 'qualified',
      causes: ['blocking_finding_open', 'source_untrusted', 'evidence_stale'],
    });
    expect((await reportOf(goodMonth)).issue).toEqual({ state: 'issued' });
    const rehearsal = await reportOf(goodMonth, true);
    expect(rehearsal.issue).toMatchObject({ state: 'qualified', causes: ['rehearsal_environment'] });
    expect(rehearsal.classification.rehearsal).toBe(true);
  });

  it('prints what nobody can know as not observed, with the reason, and never as nought', async () => {
    const document = await reportOf(thinMonth);
    expect(block(document, 'scoreCard').score).toMatchObject({
      state: 'not_observed',
      reason: 'no_inventory',
    });
    for (const id of ['K04', 'K05', 'K06', 'K07', 'K13', 'K18', 'K19', 'K21', 'K24', 'K25', 'K26'])
      expect(kpi(document, id), id).toMatchObject({
        status: 'not_observed',
        figure: { state: 'not_observed' },
      });
    expect(block(document, 'layers').rows.find((r) => r.layer === 'reports')?.status).toBe('not_observed');
  });

  it('compares with the posture as it was known when the period before ended, and names no cause it cannot show', async () => {
    const document = await reportOf(badMonth);
    expect(block(document, 'scoreCard').priorTenths).toBeGreaterThan(0);
    const changes = document.blocks.find((b) => b.kind === 'list');
    expect(changes?.items.length).toBeLessThanOrEqual(6);
    expect(changes?.items.map((i) => i.text).join('\n')).toContain(
      'Commands evaluated: from enforced to missing (3 of 8 enforced); cause not determined.',
    );
    const thin = await reportOf(thinMonth);
    expect(plainText(thin)).toContain('No comparison: the log holds nothing from 31 Oct 2026 or before.');
    expect(kpis(thin).every((row) => row.trend === 'no_comparison')).toBe(true);
  });

  it('has on its four pages what the wireframe has there, with or without figures', async () => {
    for (const events of [badMonth, goodMonth, thinMonth]) {
      const { blocks } = await reportOf(events);
      const appendix = blocks.findIndex((b) => b.kind === 'heading' && b.text.startsWith('Appendix'));
      const ids = blocks.slice(0, appendix).flatMap((b) => (b.kind === 'kpiTable' ? b.rows : []));
      expect(ids.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['K08', 'K09', 'K10', 'K11', 'K12', 'K13', 'K16', 'K17', 'K18', 'K19']),
      );
      expect(ids.map(({ id }) => id)).toEqual(expect.arrayContaining(['K20', 'K21', 'K23', 'K24', 'K25']));
    }
  });

  it('asks for no decision where nothing is to be decided', async () => {
    expect(block(await reportOf(goodMonth), 'decisions').items).toEqual([]);
  });

  it('names for each failing control the worst item, since when, and what to do', async () => {
    const document = await reportOf(badMonth);
    const [row] = table(document, 'Controls not enforced').rows;
    expect(row?.map((cell) => ('text' in cell ? cell.text : cell.kind))).toEqual([
      'MCP servers registered and trusted',
      'status',
      '0 of 5',
      'tool tickets',
      '3 Nov 2026',
      'Register the server with an owner and review it, or stop using it.',
    ]);
  });

  it('shows people as pseudonyms only, and names of items without anything that acts', async () => {
    const text = plainText(await reportOf(badMonth));
    expect(text).toContain('psn:44444444');
    expect(text).not.toMatch(/psn:[0-9a-f]{9}/);
    expect(text).not.toMatch(/[\u202a-\u202e]/);
  });

  it('takes the median of three decisions, and below that names the longest as the longest', async () => {
    const good = kpi(await reportOf(goodMonth), 'K19');
    expect(good).toMatchObject({ label: 'Approval latency, median', figure: { value: 12 } });
    const bad = kpi(await reportOf(badMonth), 'K19');
    expect(bad).toMatchObject({ label: 'Approval latency, longest', figure: { value: 96 } });
  });

  it('leads from every figure to a path of the tenant', async () => {
    const hrefs = referencesIn((await reportOf(badMonth)).blocks).map(({ href }) => href);
    expect(hrefs.every((href) => href.startsWith('/api/tenants/harbour/'))).toBe(true);
  });
});
