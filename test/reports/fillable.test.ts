import { beforeAll, describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
import type { KpiRow } from '../../schemas/report-figures.js';
import { catalogue } from '../../shared/core/posture/catalogue.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { lawful } from './document-laws.js';
import { depsOf, types } from './eight.js';
import { end } from './months.js';
import { richEvents, richTenant } from './rich.js';

/* No place of a report waits for evidence that cannot come: where everything was told, each says something. */

const documents = new Map<string, ReportDocument>();
beforeAll(async () => {
  const deps = await depsOf(richEvents());
  const period = defaultPeriod(instantOf(end), richTenant.settings.timeZone);
  for (const type of types)
    documents.set(type, lawful(await buildReport(deps, richTenant, { type, period, publicSafe: false })));
}, 60_000);

const documentOf = (type: string): ReportDocument => {
  const found = documents.get(type);
  if (!found) throw new Error(`no ${type}`);
  return found;
};
const rowsOf = (type: string): KpiRow[] =>
  documentOf(type).blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []));
/** What a report says in paragraphs, lists and pairs, where a placeholder would stand. */
const saidIn = (type: string): string[] =>
  documentOf(type).blocks.flatMap((block) => {
    if (block.kind === 'paragraph') return [block.text];
    if (block.kind === 'list') return block.items.map(({ text }) => text);
    return block.kind === 'keyValues' ? block.rows.map(({ value }) => value) : [];
  });

describe.each(types)('of the %s report, where everything was told,', (type) => {
  it('each indicator has a figure', () => {
    for (const { id, figure } of rowsOf(type)) expect([id, figure.state]).toEqual([id, 'observed']);
  });

  it('each indicator has a prior, but those that one report alone counts now', () => {
    const without = rowsOf(type).flatMap(({ id, prior }) =>
      prior.state === 'not_observed' ? [`${id} ${prior.reason}`] : [],
    );
    // K11 compares medians, and three closed in each month make one.
    const allowed = /^(K11 too_few|(K25|[PRST]\d|I\d) (not_kept|one_incident))$/;
    expect(without.filter((one) => !allowed.test(one))).toEqual([]);
  });

  it('no sentence says that something was not observed or not recorded', () => {
    const about = /^(A control’s state is|Not checked: )|^3 of 36 controls/;
    const open = saidIn(type).filter(
      (text) =>
        /not observed|not recorded|is recorded in the log|none recorded/i.test(text) && !about.test(text),
    );
    expect(open).toEqual([]);
  });
});

it('blockers before production are compared with what the gate last answered in the period before', () => {
  const told = types.flatMap((type) => rowsOf(type).filter(({ id }) => id === 'K22'));
  expect(told.length).toBe(4);
  for (const { prior, trend } of told)
    expect([prior, trend]).toEqual([{ state: 'observed', value: 2 }, 'worse']);
});

describe('the SOC 2-style packet, where everything was told,', () => {
  it('tests each control that events are about, and none but those that the state of an item decides is left', () => {
    const table = documentOf('soc2-evidence').blocks.find(
      (block) =>
        block.kind === 'table' && block.caption.startsWith('Controls whose operation was not tested'),
    );
    const untested =
      table?.kind === 'table' ? table.rows.map(([cell]) => (cell?.kind === 'text' ? cell.text : '')) : [];
    const kinds = catalogue
      .filter(({ title }) => untested.includes(title))
      .map(({ judgement }) => judgement.by);
    const ofItems = ['inventory', 'identity', 'policy', 'activity', 'declaration', 'capability', 'exception'];
    // Of decisions: those whose rule no policy of this tenant carries.
    expect(new Set(kinds)).toEqual(
      new Set([...ofItems, 'decision'].filter((by) => kinds.some((kind) => kind === by))),
    );
    for (const by of ['proof', 'incident', 'review', 'approval', 'registry', 'signature', 'delivery'])
      expect(kinds).not.toContain(by);
  });

  it('quotes management, and says where each approval stands in the log', () => {
    const tables = documentOf('soc2-evidence').blocks.filter((block) => block.kind === 'table');
    expect(
      tables.filter(({ caption }) => caption.startsWith('Management response to')).length,
    ).toBeGreaterThan(0);
    const approvals = tables.find(({ caption }) => caption.startsWith('Exceptions of CC5.1'));
    expect(approvals?.rows.map(([, position]) => position?.kind)).toEqual(['number']);
  });
});
