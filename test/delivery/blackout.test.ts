import { beforeEach, expect, it } from 'vitest';

import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour, minute } from '../../shared/core/kernel/time.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { reportRecordId, type ReportRecord } from '../../shared/usecases/reports/report-record.js';
import { aboutToDeliver, tenantId, type Posted } from './posted.js';

/* The report is approved at 09:00 in London, on 24 November. */

const publicUrl = 'https://aispm.example/api';
let posted: Posted;
beforeEach(async () => {
  posted = await aboutToDeliver();
});
const stores = () => posted.world.stores.open(tenantId);
const black = async (...blackouts: object[]): Promise<void> => {
  const found = await stores().tenant.get();
  if (!found) throw new Error('no tenant');
  const { settings } = found.tenant;
  const reports = { ...settings.reports, blackouts };
  const changed = tenantSettingsSchema.parse({ ...settings, reports });
  await stores().tenant.put({ ...found.tenant, settings: changed }, found.etag);
};
/** Does what the orchestrator does: each mail's step until it is done or sleeps. */
const step = async (): Promise<number> => {
  let sleeps = 0;
  for (const id of posted.operationIds) {
    const { status, afterMs } = await deliverMail({ ...posted.deps(), publicUrl }, posted.reportId, id);
    if (status === 'again') sleeps = Math.max(sleeps, afterMs);
  }
  return sleeps;
};
const deferred = async () =>
  (await stores().evidence.search({ type: 'aispm.report.deferred', limit: 9 })).items.map(
    ({ event }) => event.data,
  );

it('no mail leaves in a blackout, each leaves after it, and that they waited is in the log once', async () => {
  await black({ from: '08:00', to: '11:00', scheduled: 'skip' });
  expect(await step()).toBe(2 * hour);
  posted.world.now += hour;
  expect(await step()).toBe(hour);
  expect(posted.post.sent).toEqual([]);
  expect(await deferred()).toEqual([{ report: posted.reportId, until: '2026-11-24T11:00:00.000Z' }]);
  posted.world.now += hour;
  await step();
  expect(posted.post.sent).toHaveLength(2);
  await step();
  expect(posted.post.sent).toHaveLength(2);
});

it('a blackout that is lifted lets the mails go, and a long one is looked at again within hours', async () => {
  await black({ from: '00:00', to: '00:00', dates: { from: '2026-11-20', to: '2026-12-31' } });
  expect(await step()).toBe(6 * hour);
  await black();
  posted.world.now += 6 * hour;
  await step();
  expect(posted.post.sent).toHaveLength(2);
});

it('a mail that was begun before the blackout is not left half done', async () => {
  posted.post.fate = { leaves: false, told: { status: 'retry', afterMs: minute, detail: 'throttled' } };
  await step();
  await black({ from: '09:01', to: '20:00' });
  posted.post.fate = { leaves: true, told: { status: 'accepted' } };
  posted.world.now += 2 * minute;
  await step();
  expect(posted.post.sent).toHaveLength(2);
});

it('an incident is told in a blackout too', async () => {
  const found = await stores().records.get<ReportRecord>(reportRecordId(posted.reportId));
  if (!found) throw new Error('no record');
  const incident: ReportRecord = { ...found.value, type: 'incident' };
  await stores().records.put(reportRecordId(posted.reportId), 'report', incident, found.etag);
  await black({ from: '08:00', to: '11:00' });
  await step();
  expect(posted.post.sent).toHaveLength(2);
  expect(await deferred()).toEqual([]);
});
