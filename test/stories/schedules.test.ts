import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { cast, tenant } from '../../infra/local/demo/cast.js';
import { openService, type Service } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';

/*
 * The running system, its clock moved past the end of a month and of a quarter. Nobody asks for anything in between: two
 * people agreed on two schedules, and the reports arrive. Runs the compiled app: `npm test` builds it first.
 */

const real = Date;
let directory: string;
let clockFile: string;
let stack: Stack;
let service: Service;

/** The first instant of the quarter that comes next, where the tenant is: in UTC. */
const now = new Date();
const quarterEnd = Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 + 3, 1);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Moves the clock of the host, and of the stand-ins, which run here. */
async function moveTo(at: number): Promise<void> {
  const ahead = at - real.now();
  await writeFile(clockFile, String(ahead));
  globalThis.Date = class extends real {
    constructor(...given: []) {
      super(...(given.length === 0 ? ([real.now() + ahead] as unknown as []) : given));
    }
    static override now(): number {
      return real.now() + ahead;
    }
  } as DateConstructor;
  // Longer than the host takes to look at the file; and tokens of before have expired by now.
  await new Promise((resolve) => setTimeout(resolve, 500));
  service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'aispm-schedules-'));
  clockFile = join(directory, 'clock');
  await writeFile(clockFile, '0');
  const shifted = new URL('shifted-clock.mjs', import.meta.url).href;
  const settings = { NODE_OPTIONS: `--import ${shifted}`, SHIFTED_CLOCK: clockFile };
  stack = await startStack({ directory: join(directory, 'state'), ports: freePorts, settings });
  service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
}, 120_000);
afterAll(async () => {
  globalThis.Date = real;
  await stack.close();
  await rm(directory, { recursive: true, force: true });
});

async function agree(schedule: object): Promise<void> {
  const change = { change: { kind: 'schedule', schedule }, reason: 'for the leadership' };
  const { id } = await service.ask<{ id: string }>(cast.operator, 'POST', '/delivery-changes', change);
  await service.ask(cast.approver, 'POST', `/delivery-changes/${id}/approve`);
}

/** A tick of the host's timer, now: five minutes are long for a test. */
async function tick(): Promise<void> {
  const told = await fetch(`${stack.hostUrl}/admin/functions/runSchedules`, {
    method: 'POST',
    headers: { 'x-functions-key': stack.masterKey, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(told.status).toBe(202);
}

type Runs = {
  items: { report: string; outcome: string; period: { id: string; from: string; to: string } }[];
};
const runsOf = (schedule: string): Promise<Runs> =>
  service.ask<Runs>(cast.ciso, 'GET', `/schedules/${schedule}/runs`);
/** Who got a report, each as often as they got it. */
const readersOf = (title: string): string[] =>
  stack.mail
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
  await service.ask(cast.admin, 'PUT', '', {
    settings: { displayName: 'Harbour Mutual', timeZone: 'Etc/UTC', reports },
  });
  await agree({ id: 'executive', report: 'cso', cadence: 'monthly', at: '06:00' });
  await agree({ id: 'board', report: 'board-kpi', cadence: 'quarterly', cron: '0 30 6 1 1,4,7,10 *' });
  await tick();
  expect((await runsOf('executive')).items).toEqual([]);

  await moveTo(quarterEnd + 7 * 3_600_000);
  for (const schedule of ['executive', 'board']) {
    const { report, period } = await service.until('the run', 60_000, async () => {
      await tick();
      return (await runsOf(schedule)).items[0];
    });
    const from = schedule === 'executive' ? monthBefore(quarterEnd) : quarterBefore(quarterEnd);
    expect([schedule, period.from, period.to]).toEqual([schedule, day(from), day(quarterEnd - 1)]);
    await service.until('the delivery', 90_000, async () => {
      const { body } = await service.call<{ status: string }>(cast.ciso, 'GET', `/reports/${report}`);
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
  Date.UTC(new real(end).getUTCFullYear(), new real(end).getUTCMonth() - 1, 1);
const quarterBefore = (end: number): number =>
  Date.UTC(new real(end).getUTCFullYear(), new real(end).getUTCMonth() - 3, 1);
