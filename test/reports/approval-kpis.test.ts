import { describe, expect, it } from 'vitest';

import type { KpiRow } from '../../schemas/report-figures.js';
import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { depsOf } from './eight.js';
import { end, eventsOf, psn, tenant } from './months.js';
import type { Row } from './proofs.js';

/* Approvals in figures: how fast, and what went past them; now, and in the month before by the same measure. */

const october = Date.parse('2026-10-12T08:00:00Z');
const november = Date.parse('2026-11-10T08:00:00Z');

async function rowOf(id: string, rows: readonly Row[]): Promise<KpiRow | undefined> {
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const asked = { type: 'ciso', period, publicSafe: false } as const;
  const { blocks } = await buildReport(await depsOf(eventsOf(rows)), tenant, asked);
  return blocks
    .flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []))
    .find((row) => row.id === id);
}

const asked = (at: number, approval: string, hours = 24): Row => [
  'approval.requested',
  at,
  { approval, requestedBy: psn(3), expiresAt: instantOf(at + hours * hour) },
];
const decided = (at: number, approval: string, by = 4, outcome = 'approved'): Row => [
  'approval.decided',
  at,
  { approval, outcome, decidedBy: psn(by) },
];
const ran = (at: number, approval?: string, over: object = {}): Row => [
  'decision.recorded',
  at,
  {
    decision: 'require_approval',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1', rule: 'r1' },
    severity: 'high',
    surface: 'git',
    risks: ['protected_branch'],
    agent: 'builder',
    ran: true,
    ...(approval === undefined ? {} : { approval }),
    ...over,
  },
];
const glass = (at: number, approval: string): Row => [
  'approval.requested',
  at,
  {
    approval,
    requestedBy: psn(3),
    expiresAt: instantOf(at + hour),
    breakGlass: true,
    breakGlassReason: 'hung',
  },
];
const reviewed = (at: number, approval: string): Row => [
  'breakglass.reviewed',
  at,
  { approval, reviewedBy: psn(5), outcome: 'justified' },
];

describe('K20, approval breaches', () => {
  it('is nought, and known to be, where each was decided by another and nothing ran past it', async () => {
    const row = await rowOf('K20', [
      asked(november, 'a'),
      decided(november + hour, 'a'),
      ran(november + 2 * hour, 'a'),
    ]);
    expect(row).toMatchObject({ figure: { state: 'observed', value: 0 }, status: 'on_target' });
  });

  it('is not observed where nothing was decided and nothing ran', async () => {
    const row = await rowOf('K20', [asked(november, 'a'), ran(november, undefined, { ran: false })]);
    expect(row?.figure).toMatchObject({ state: 'not_observed', reason: 'none_decided' });
  });

  it('counts who approved their own, and what ran under none, under one pending or denied, and after its end', async () => {
    const rows = [
      asked(november, 'own'),
      decided(november + hour, 'own', 3),
      ran(november + 2 * hour, 'own'),
      ran(november + 3 * hour),
      // Nobody was to be asked where a policy only watches.
      ran(november + 3 * hour, undefined, { mode: 'shadow' }),
      asked(november, 'pending'),
      ran(november + 4 * hour, 'pending'),
      asked(november, 'denied'),
      decided(november + hour, 'denied', 4, 'denied'),
      ran(november + 5 * hour, 'denied'),
      asked(november, 'over', 2),
      decided(november + hour, 'over'),
      ran(november + 6 * hour, 'over'),
    ];
    const row = await rowOf('K20', rows);
    expect(row).toMatchObject({ figure: { value: 5 }, sample: 'of 3 decided; 1 ran under none' });
  });

  it('counts what ran before somebody approved it, also once somebody has', async () => {
    const rows = [
      asked(november, 'after'),
      ran(november + hour, 'after'),
      decided(november + 2 * hour, 'after'),
      ran(november + 3 * hour, 'after'),
    ];
    expect(await rowOf('K20', rows)).toMatchObject({ figure: { value: 1 } });
  });

  it('keeps what ran in vain in the month in which it did, though it ran again', async () => {
    const rows = [asked(october, 'p', 9), ran(october + hour, 'p'), ran(november, 'p')];
    expect(await rowOf('K20', rows)).toMatchObject({ figure: { value: 1 }, prior: { value: 1 } });
  });

  it('is compared with the month before by the same measure', async () => {
    const rows = [
      ran(october),
      asked(october, 'a'),
      decided(october + hour, 'a', 3),
      asked(november, 'b'),
      decided(november + hour, 'b'),
    ];
    expect(await rowOf('K20', rows)).toMatchObject({
      figure: { value: 0 },
      prior: { value: 2 },
      trend: 'better',
    });
  });
});

describe('K19, approval latency', () => {
  const each = (at: number, name: string, minutes: readonly number[]): Row[] =>
    minutes.flatMap((took, i) => [asked(at, `${name}${i}`), decided(at + took * minute, `${name}${i}`)]);

  it('compares a median with a median, and the longest of a few with the longest', async () => {
    const medians = [...each(october, 'o', [10, 20, 60]), ...each(november, 'n', [30, 40, 50])];
    expect(await rowOf('K19', medians)).toMatchObject({
      figure: { value: 40 },
      prior: { value: 20 },
      trend: 'worse',
    });
    const few = [...each(october, 'o', [10]), ...each(november, 'n', [5])];
    expect(await rowOf('K19', few)).toMatchObject({ figure: { value: 5 }, prior: { value: 10 } });
    const unlike = [...each(october, 'o', [10]), ...each(november, 'n', [30, 40, 50])];
    expect((await rowOf('K19', unlike))?.prior).toMatchObject({ reason: 'too_few' });
  });
});

describe('K15, break-glass not reviewed', () => {
  it('is compared with what stood unreviewed when the month before ended', async () => {
    const rows = [
      glass(october, 'late'),
      decided(october + minute, 'late'),
      reviewed(november, 'late'),
      glass(october + day, 'in-time'),
      decided(october + day + minute, 'in-time'),
      reviewed(october + day + hour, 'in-time'),
    ];
    expect(await rowOf('K15', rows)).toMatchObject({
      figure: { value: 0 },
      prior: { value: 1 },
      trend: 'better',
    });
  });
});

describe('K08, high-risk actions enforced', () => {
  it('is compared with the actions of the month before', async () => {
    const stopped = { decision: 'block', ran: false };
    const rows = [ran(october), ran(october + hour, undefined, stopped), ran(november, undefined, stopped)];
    expect(await rowOf('K08', rows)).toMatchObject({
      figure: { num: 1, den: 1 },
      prior: { num: 1, den: 2 },
      trend: 'better',
    });
  });
});
