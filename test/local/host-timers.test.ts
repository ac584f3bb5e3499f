import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeHosts, eventually, hostOf, newFolder, type TestHost } from './fixtures/host.js';
import { parseSchedule } from '../../infra/local/host/schedule.js';

afterEach(closeHosts);

describe('schedules', () => {
  const after = new Date('2026-11-23T23:56:17.400Z');
  test.each([
    ['0 */5 * * * *', '2026-11-24T00:00:00.000Z', '2026-11-24T00:05:00.000Z'],
    ['*/5 * * * *', '2026-11-24T00:00:00.000Z', '2026-11-24T00:05:00.000Z'],
    ['0 30 9 * * MON-FRI', '2026-11-24T09:30:00.000Z', '2026-11-25T09:30:00.000Z'],
    ['0 0 0 1 JAN *', '2027-01-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z'],
    ['0 0 0 13 * FRI', '2027-08-13T00:00:00.000Z', '2028-10-13T00:00:00.000Z'],
    ['*/20 * * * * *', '2026-11-23T23:56:20.000Z', '2026-11-23T23:56:40.000Z'],
    ['00:00:30', '2026-11-23T23:56:47.400Z', '2026-11-23T23:57:17.400Z'],
    ['1.00:00:00', '2026-11-24T23:56:17.400Z', '2026-11-25T23:56:17.400Z'],
  ])('%s occurs at %s, then at %s', (text, first, second) => {
    const schedule = parseSchedule(text);
    expect(schedule.next(after).toISOString()).toBe(first);
    expect(schedule.next(new Date(first)).toISOString()).toBe(second);
  });

  test.each(['', 'every day', '* * * *', '0 99 * * * *', '0 0 0 L * *', '00:00:00'])(
    '%j is refused',
    (text) => {
      expect(() => parseSchedule(text)).toThrow();
    },
  );

  test('status is kept only when occurrences are a minute or more apart', () => {
    expect(parseSchedule('*/30 * * * * *').frequent).toBe(true);
    expect(parseSchedule('00:00:59').frequent).toBe(true);
    expect(parseSchedule('0 * * * * *').frequent).toBe(false);
    expect(parseSchedule('00:01:00').frequent).toBe(false);
  });
});

type Call = { timer: { isPastDue: boolean; scheduleStatus: unknown }; retryContext?: { retryCount: number } };
type Calls = Record<'yearly' | 'startup' | 'everySecond' | 'slow' | 'failing', Call[]>;

const settings = { YEARLY: '0 0 0 1 1 *' };
const start = (state: string) => hostOf('timers-app.js', { state, settings });
const callsOf = async (host: TestHost): Promise<Calls> =>
  (await (await fetch(`${host.url}/api/calls`)).json()) as Calls;
const ticks = (host: TestHost, count: number) =>
  eventually(async () => (await callsOf(host)).everySecond.length >= count || undefined);
const release = (host: TestHost) => fetch(`${host.url}/api/release`);
const statusPath = (state: string, name: string) => join(state, 'timers', `${name}.json`);
const statusOf = async (state: string, name: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(statusPath(state, name), 'utf8')) as Record<string, string>;
/** Waits until a timer's status says so: it is written after a run, which may be after the tick of another. */
const untilStatus = (state: string, name: string, holds: (status: Record<string, string>) => boolean) =>
  eventually(async () => {
    const status = await statusOf(state, name).catch(() => undefined);
    return status !== undefined && holds(status) ? status : undefined;
  });
const newYear = `${new Date().getUTCFullYear() + 1}-01-01T00:00:00+00:00`;
const never = '0001-01-01T00:00:00+00:00';

describe('timers', () => {
  test('a timer that never ran has its next occurrence on record and is not past due', async () => {
    const state = await newFolder();
    const host = await start(state);
    await ticks(host, 1);
    const status = await untilStatus(state, 'yearly', () => true);
    expect(status).toEqual({ Last: never, Next: newYear, LastUpdated: never });
    expect((await callsOf(host)).yearly).toEqual([]);
    await expect(readFile(statusPath(state, 'everySecond'))).rejects.toThrow('ENOENT');
    await release(host);
  });

  test('occurrences missed while the host was down give one run that is past due, and no more', async () => {
    const state = await newFolder();
    const old = {
      Last: '2019-01-01T00:00:00+00:00',
      Next: '2020-01-01T00:00:00+00:00',
      LastUpdated: '2019-01-01T00:00:00+00:00',
    };
    await mkdir(join(state, 'timers'), { recursive: true });
    await writeFile(statusPath(state, 'yearly'), JSON.stringify(old));
    const host = await start(state);
    await ticks(host, 2);
    const after = await untilStatus(state, 'yearly', ({ Last }) => Last !== old.Last);
    expect(after.Next).toBe(newYear);
    expect((await callsOf(host)).yearly.map(({ timer }) => timer)).toEqual([
      {
        schedule: { adjustForDST: true },
        scheduleStatus: { last: old.Last, next: old.Next, lastUpdated: old.LastUpdated },
        isPastDue: true,
      },
    ]);
    await release(host);
    await host.close();
    const again = await start(state);
    await ticks(again, 1);
    expect((await callsOf(again)).yearly).toEqual([]);
    await release(again);
  });

  test('a timer that runs on start-up does, not past due, and records it', async () => {
    const state = await newFolder();
    const host = await start(state);
    await untilStatus(state, 'startup', ({ Last }) => Last !== never);
    expect((await callsOf(host)).startup.map(({ timer }) => timer.isPastDue)).toEqual([false]);
    await release(host);
  });

  test('a run that outlasts its schedule is not overlapped; what it missed becomes one run', async () => {
    const host = await start(await newFolder());
    await eventually(async () => (await callsOf(host)).slow.length === 1 || undefined);
    await ticks(host, (await callsOf(host)).everySecond.length + 3);
    expect((await callsOf(host)).slow).toHaveLength(1);
    await release(host);
    await eventually(async () => (await callsOf(host)).slow.length > 1 || undefined);
    expect((await callsOf(host)).slow).toHaveLength(2);
    expect((await callsOf(host)).slow[1]?.timer.scheduleStatus).toBeNull();
    await release(host);
  });

  test('a failing run is retried under its policy, and the failures are logged', async () => {
    const host = await start(await newFolder());
    await eventually(() => host.lines.some((line) => line.includes('failure 2')) || undefined);
    expect((await callsOf(host)).failing.map(({ retryContext }) => retryContext?.retryCount)).toEqual([
      0, 1, 2,
    ]);
    await release(host);
  });

  test('a bad or unresolved schedule puts only that timer in error', async () => {
    const host = await start(await newFolder());
    const log = host.lines.join('\n');
    expect(log).toContain("The 'badSchedule' function is in error");
    expect(log).toContain("The 'unresolved' function is in error: '%ABSENT%' does not resolve to a value.");
    await ticks(host, 1);
    await release(host);
  });
});
