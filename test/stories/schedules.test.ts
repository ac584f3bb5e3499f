import { afterAll, beforeAll, expect, it } from 'vitest';

import { cast, tenant } from '../../infra/local/demo/cast.js';
import { startMovedStack, type MovedStack } from './moved-stack.js';

/*
 * The running system, its clock moved past the end of a month and of a quarter. Nobody asks for anything in between: two
 * people agreed on two schedules, and the reports arrive. Runs the compiled app: `npm test` builds it first.
 */

let moved: MovedStack;
const service = () => moved.service(tenant);

/** The first instant of the quarter that comes next, where the tenant is: in UTC. */
const now = new Date();
const quarterEnd = Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 + 3, 1);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

beforeAll(async () => {
  moved = await startMovedStack();
}, 120_000);
afterAll(() => moved.close());

async function agree(schedule: object): Promise<void> {
  const change = { change: { kind: 'schedule', schedule }, reason: 'for the leadership' };
  const { id } = await service().ask<{ id: string }>(cast.operator, 'POST', '/delivery-changes', change);
  await service().ask(cast.approver, 'POST', `/delivery-changes/${id}/approve`);
}

const tick = (): Promise<void> => moved.tick('runSchedules');

type Runs = {
  items: { report: string; outcome: string; period: { id: string; from: string; to: string } }[];
};
const runsOf = (schedule: string): Promise<Runs> =>
  service().ask<Runs>(cast.ciso, 'GET', `/schedules/${schedule}/runs`);
/** Who got a report, each as often as they got it. */
const readersOf = (title: string): string[] =>
  moved.stack.mail
    .inbox()
    .filter(({ subject }) => subject.includes(title))
    .map(({ recipient }) => recipient)
    .sort();

it('the executive report and the board pack arrive once each, unprompted, for the month and the quarter that ended', async () => {
  const reports = {
    approvalRequired: false,
    allowedDomains: ['harbour.example'],
    recipients: [
      { address: 'cso@harbour.example', audience: ['cso'] },
      { address: 'board@harbour.example', audience: ['board'] },
    ],
  };
  await service().ask(cast.admin, 'PUT', '', {
    settings: { displayName: 'Harbour Mutual', timeZone: 'Etc/UTC', reports },
  });
  await agree({ id: 'executive', report: 'cso', cadence: 'monthly', at: '06:00' });
  await agree({ id: 'board', report: 'board-kpi', cadence: 'quarterly', cron: '0 30 6 1 1,4,7,10 *' });
  await tick();
  expect((await runsOf('executive')).items).toEqual([]);

  await moved.moveTo(quarterEnd + 7 * 3_600_000);
  for (const schedule of ['executive', 'board']) {
    const { report, period } = await service().until('the run', 60_000, async () => {
      await tick();
      return (await runsOf(schedule)).items[0];
    });
    const from = schedule === 'executive' ? monthBefore(quarterEnd) : quarterBefore(quarterEnd);
    expect([schedule, period.from, period.to]).toEqual([schedule, day(from), day(quarterEnd - 1)]);
    await service().until('the delivery', 90_000, async () => {
      const { body } = await service().call<{ status: string }>(cast.ciso, 'GET', `/reports/${report}`);
      return body.status === 'delivered' ? body : undefined;
    });
  }
  // As a host does that was away and comes back: the timer fires again, and again.
  for (let n = 0; n < 3; n++) await tick();
  for (const schedule of ['executive', 'board']) expect((await runsOf(schedule)).items).toHaveLength(1);
  expect(readersOf('CSO report')).toEqual(['cso@harbour.example']);
  expect(readersOf('Board KPI pack')).toEqual(['board@harbour.example', 'cso@harbour.example']);
}, 240_000);

const monthBefore = (end: number): number =>
  Date.UTC(new Date(end).getUTCFullYear(), new Date(end).getUTCMonth() - 1, 1);
const quarterBefore = (end: number): number =>
  Date.UTC(new Date(end).getUTCFullYear(), new Date(end).getUTCMonth() - 3, 1);
