import { beforeEach, describe, expect, it } from 'vitest';

import { reportDocumentSchema } from '../../schemas/report-document.js';
import { renderMail } from '../../shared/adapters/render/html-mail.js';
import { pseudonymOf } from '../../shared/core/ingest/people.js';
import { freezeReport, frozenDocument } from '../../shared/usecases/reports/freeze-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { tenantId } from '../laws/tenant-events.js';
import { mailDeps, plantedWorld, type PlantedWorld } from './planted.js';

let world: PlantedWorld;
const own = { sourceId: 'aispm', signed: false };

const listed = (...audience: ('operator' | 'approver' | 'admin' | 'cso')[]) =>
  audience.map((one) => ({ address: `${one}@harbour.example`, audience: [one] }));

beforeEach(async () => {
  world = await plantedWorld();
  await world.tell('integrity.checked', { outcome: 'failed', size: 1, failed: 1, parts: ['entries'] }, own);
});

async function recipients(...audience: Parameters<typeof listed>): Promise<void> {
  const found = await world.deps.stores.tenant.get();
  if (found === null) throw new Error('there is no tenant');
  const reports = { ...found.tenant.settings.reports, allowedDomains: ['harbour.example'] };
  await world.change({ reports: { ...reports, recipients: listed(...audience) } });
}
const person = async (address: string): Promise<string> =>
  pseudonymOf(await world.deps.keys.macKey(tenantId), address);
const depsOf = (): ReportDeps => ({ ...world.deps, ...mailDeps() });

describe('a review is sent', () => {
  it('as a digest to the recipients of the role that owns it, and to nobody else; without approval', async () => {
    await recipients('operator', 'approver', 'cso');
    world.at(Date.parse('2026-11-03T01:00:00Z'));
    await world.review('daily');
    const [sent] = world.started;
    expect(sent?.record).toMatchObject({ type: 'review-digest', approvalRequired: false });
    expect(sent?.record.recipients).toEqual([await person('operator@harbour.example')]);
  });

  it('once, however often its tick is run', async () => {
    await recipients('operator');
    world.at(Date.parse('2026-11-03T01:00:00Z'));
    for (let tick = 0; tick < 3; tick++) await world.review('daily');
    const requested = await world.deps.stores.evidence.search({ type: 'aispm.report.requested', limit: 9 });
    expect(requested.items).toHaveLength(1);
    expect(new Set(world.started.map(({ record }) => record.id)).size).toBe(1);
  });

  it('to nobody where the role has no recipient, and the review is made all the same', async () => {
    await recipients('cso');
    world.at(Date.parse('2026-11-03T01:00:00Z'));
    expect((await world.review('daily')).criticalFindings.items).toHaveLength(1);
    expect(world.started).toEqual([]);
  });

  it('with what it found by name, and by when and by whom it is to be acknowledged', async () => {
    await recipients('operator');
    world.at(Date.parse('2026-11-03T01:00:00Z'));
    await world.review('daily');
    const id = world.started[0]?.record.id ?? '';
    const frozen = await freezeReport(depsOf(), id);
    const document = reportDocumentSchema.parse(await frozenDocument(depsOf(), frozen));
    const text = JSON.stringify(document.blocks);
    expect(document.title).toBe('Daily review');
    expect(text).toContain('tenant:log: What is stored is not what was logged');
    expect(text.replaceAll('\u00a0', ' ')).toContain('by 4 Nov 2026: the role operator owns it');
    const mail = renderMail(document, frozen.context, { attachmentName: 'review.pdf' });
    for (const said of [mail.html, mail.text.replaceAll(/\s+/g, ' ')])
      expect(said).toContain('What is stored is not what was logged');
    expect(mail.text).toContain('WHAT THE REVIEW FOUND');
    const { artifacts } = await renderReport(depsOf(), id);
    expect(artifacts.map(({ format }) => format)).toContain('pdf');
  }, 60_000);

  it('each cadence to its own role; a month has its executive report requested under the tenant’s policy', async () => {
    await recipients('operator', 'approver', 'admin', 'cso');
    world.at(Date.parse('2027-01-01T01:00:00Z'));
    const monthly = await world.review('monthly');
    await world.review('weekly');
    await world.review('quarterly');
    const asked = world.started.map(({ record }) => record);
    const executive = asked.find(({ id }) => id === monthly.executiveReport?.report);
    expect(executive).toMatchObject({ type: 'cso', approvalRequired: true });
    expect(executive?.period).toMatchObject({ from: '2026-12-01', to: '2026-12-31' });
    const of = (cadence: string) => [
      ...new Set(asked.filter(({ review }) => review?.cadence === cadence).flatMap((r) => r.recipients)),
    ];
    expect(of('weekly')).toEqual([await person('operator@harbour.example')]);
    expect(of('monthly')).toEqual([await person('approver@harbour.example')]);
    expect(of('quarterly')).toEqual([await person('admin@harbour.example')]);
  }, 60_000);
});
