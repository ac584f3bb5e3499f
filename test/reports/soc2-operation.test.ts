import { describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { depsOf } from './eight.js';
import { end, eventsOf, psn, tenant } from './months.js';
import { plainText } from './plain-text.js';
import type { Row } from './proofs.js';

/* What the packet tests of the operation itself: each proof, closing of an incident and review of the period. */

const november = Date.parse('2026-11-10T08:00:00Z');
const own = { signed: false, sourceId: 'aispm' };
const drill = (at: number, outcome: 'passed' | 'failed', signed = true): Row => [
  'drill.recorded',
  at,
  { drill: 'restore', startedAt: instantOf(at - hour), endedAt: instantOf(at), outcome },
  { signed },
];
const review = (at: number, name: string): Row => [
  'review.completed',
  at,
  {
    review: name,
    cadence: 'daily',
    period: '2026-11-09',
    digest: 'd'.repeat(64),
    dueAt: instantOf(at + day),
  },
  own,
];
const read = (at: number, name: string): Row => [
  'review.acknowledged',
  at,
  { review: name, actor: psn(5), notes: 'read' },
  own,
];

async function packet(events: readonly StoredEvidence[]): Promise<ReportDocument> {
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const asked = { type: 'soc2-evidence', period, publicSafe: false } as const;
  return buildReport(await depsOf(events), tenant, asked);
}

/** Exceptions of a control as the register prints them, oldest first, and the result of its test. */
async function tested(rows: readonly Row[], title: string) {
  const { blocks } = await packet(eventsOf(rows));
  const tables = blocks.flatMap((block) => (block.kind === 'table' ? [block] : []));
  const texts = (row: (typeof tables)[number]['rows'][number] | undefined) =>
    row?.map((cell) => (cell.kind === 'text' ? cell.text : cell.kind)) ?? [];
  const own = tables.flatMap(({ caption, rows: all }) =>
    caption.startsWith('Tests of') ? all.filter((row) => texts(row)[0] === title) : [],
  );
  const exceptions =
    tables.find(({ caption }) => caption.startsWith('Exceptions, each'))?.rows.map(texts) ?? [];
  return {
    result: texts(own[0])[5],
    found: exceptions.flatMap(([control, , found]) => (control === title ? [found] : [])).sort(),
  };
}

describe('the packet tests of the operation', () => {
  it('each drill of the period: one that failed, or that no trusted source told of, is an exception', async () => {
    const rows = [
      drill(november - 20 * day, 'failed'),
      drill(november, 'passed'),
      drill(november + day, 'failed'),
      drill(november + 2 * day, 'passed', false),
    ];
    expect(await tested(rows, 'Recovery drilled')).toEqual({
      result: 'Exceptions noted (2 of 3)',
      found: ['failed', 'passed, not told by a trusted source'],
    });
  });

  it('each closing of an incident: one without cause, evidence, approval or lessons is an exception', async () => {
    const closed = (at: number, incident: string, more: object): Row => [
      'incident.closed',
      at,
      { incident, outcome: 'closed', ...more },
    ];
    const whole = {
      approvedBy: psn(5),
      rootCause: 'a key',
      remediation: [{ action: 'withdrawn', evidenceId: 'a'.repeat(64) }],
      lessons: ['look'],
    };
    const rows = [closed(november, 'a', whole), closed(november + hour, 'b', {})];
    expect(await tested(rows, 'Incidents closed with evidence')).toEqual({
      result: 'Exceptions noted (1 of 2)',
      found: ['closed, without all that it takes'],
    });
  });

  it('each review that fell due: one that nobody acknowledged by then is an exception', async () => {
    const rows = [
      review(november, 'in-time'),
      read(november + hour, 'in-time'),
      review(november, 'late'),
      read(november + 2 * day, 'late'),
      review(november, 'never'),
      // Not due yet.
      review(end - hour, 'open'),
    ];
    expect(await tested(rows, 'Reviews acknowledged on cadence')).toEqual({
      result: 'Exceptions noted (2 of 3)',
      found: ['not acknowledged in time', 'not acknowledged in time'],
    });
  });

  it('each review that fell due, also of those made before the period', async () => {
    const month = Date.parse('2026-11-01T00:00:00Z');
    const rows = [
      review(month - 10 * day, 'due before'),
      review(month - hour, 'in time'),
      read(month - hour / 2, 'in time'),
      review(month - 2 * hour, 'never'),
    ];
    expect(await tested(rows, 'Reviews acknowledged on cadence')).toEqual({
      result: 'Exceptions noted (1 of 2)',
      found: ['not acknowledged in time'],
    });
  });

  it('the digest of each event that was read, also of one that is a sample and so no item', async () => {
    const events = eventsOf([drill(november, 'passed'), drill(november + day, 'passed')]).map(
      (one, i, all) =>
        i === all.length - 1
          ? { ...one, admission: { ...one.admission, provenance: 'sample' as const } }
          : one,
    );
    const said = plainText(await packet(events));
    expect(said).toContain('Recovery drilled | part of the service | 1 | 1 |');
    const [, same, looked] = /Accuracy \| (\d+) of (\d+) events/.exec(said) ?? [];
    expect(Number(looked)).toBeGreaterThan(1);
    expect(same).toBe(looked);
  });

  it('silence from the beginning of the period on: a source heard only at its end was silent before', async () => {
    const said = plainText(
      await packet(eventsOf([drill(end - 3 * hour, 'passed'), drill(end - hour, 'passed')])),
    );
    expect(said).toMatch(/Silence \| 1 of 1 source heard in the period was silent for more than a day/);
    expect(said).toMatch(/runtime 2\d\.\d d, 1.Nov.2026 to 2\d.Nov.2026/);
  });

  it('deviations among all items, with what can be said where there is none; nothing where nothing was tested', async () => {
    const figures = async (rows: readonly Row[]) => {
      const { blocks } = await packet(eventsOf(rows));
      const all = blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []));
      return ['S2', 'S3'].map((id) => all.find((row) => row.id === id));
    };
    const some = await figures([drill(november, 'failed'), drill(november + day, 'passed')]);
    expect(some.map((row) => row?.figure)).toEqual([
      { state: 'observed', value: 0 },
      { state: 'observed', value: 50, num: 1, den: 2 },
    ]);
    expect(some.map((row) => row?.status)).toEqual(['on_target', 'off_target']);
    const [, none] = await figures([drill(november, 'passed')]);
    // One item without a deviation leaves a true rate of up to 90 % as likely as one in ten.
    expect(none?.sample).toBe('0 of 1 item of 1 control; at most 90.0% at 90% confidence');
    for (const row of await figures([])) expect(row?.figure.state).toBe('not_observed');
  });

  it('nothing of what did not happen in the period', async () => {
    expect(await tested([drill(november - 20 * day, 'passed')], 'Recovery drilled')).toEqual({
      result: 'Not tested — no occurrence in the period',
      found: [],
    });
  });
});
