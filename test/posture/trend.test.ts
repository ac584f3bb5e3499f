import { describe, expect, it } from 'vitest';

import { trendSchema } from '../../schemas/answers/trend.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { day, hour, millisOf } from '../../shared/core/kernel/time.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { readPosture } from '../../shared/usecases/posture/read-posture.js';
import { readTrend } from '../../shared/usecases/posture/read-trend.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command, person } from './told.js';

const now = start + 4 * day;

/** Four days: an inventory, an action that was allowed, a night, an action that was blocked. */
async function lived() {
  const stores = memoryStores().open(tenantId);
  const items = [{ kind: 'agent' as const, id: 'builder', owner: person(9) }];
  const told = [
    evidenceOf('inventory.declared', { items }, start, 'e1'),
    evidenceOf('decision.recorded', command({ decision: 'allow', ran: true }), start + hour, 'e2'),
    evidenceOf('decision.recorded', command(), start + 2 * day, 'e3'),
  ];
  for (const evidence of told) {
    await stores.evidence.create(evidence);
    await foldEvents({ ledger: stores.ledger, now: () => millisOf(evidence.event.time) }, [{ evidence }]);
  }
  await foldUntil({ ledger: stores.ledger, now: () => now }, now);
  return stores;
}

describe('the trend', () => {
  it('has one point a day the log saw, and each leads to the posture it was read from', async () => {
    const stores = await lived();
    const trend = trendSchema.parse(await readTrend(stores, {}, now));
    expect(trend.points.map(({ day: date, ended }) => [date, ended])).toEqual([
      ['2026-11-02', true],
      ['2026-11-03', true],
      ['2026-11-04', true],
      ['2026-11-05', true],
      ['2026-11-06', false],
    ]);
    const deps = { stores, blobs: memoryBlobs().open(tenantId), scratch: memoryLedger };
    for (const { position, asOf, score, coverage, openFindings, overdue, freshness } of trend.points) {
      const posture = await readPosture(deps, { position, asOf }, now);
      const { layers } = posture;
      expect([posture.score, layers.findings.open, layers.evidence.shares.fresh]).toEqual([
        score,
        openFindings,
        freshness,
      ]);
      expect(overdue).toBe(Object.values(layers.findings.overdue).reduce((sum, n) => sum + n, 0));
      for (const kind of ['agents', 'repositories', 'workflows', 'tools'] as const) {
        const { covered, inScope } = layers.coverage[kind];
        expect([kind, coverage[kind].count, coverage[kind].of]).toEqual([kind, covered, inScope]);
      }
    }
    expect(trend.points.map(({ coverage }) => coverage.agents.count)).toEqual([1, 0, 1, 0, 0]);
  });

  it('makes up no value for days before the log began, and refuses a span that is none', async () => {
    const stores = await lived();
    const before = await readTrend(stores, { from: '2026-10-01', to: '2026-11-01' }, now);
    expect(before.points).toEqual([]);
    const some = await readTrend(stores, { from: '2026-11-03', to: '2026-11-04' }, now);
    expect(some.points.map((point) => point.day)).toEqual(['2026-11-03', '2026-11-04']);
    await expect(readTrend(stores, { from: '2026-11-04', to: '2026-11-03' }, now)).rejects.toThrow(
      'in order',
    );
    await expect(readTrend(stores, { from: '2020-01-01', to: '2026-11-03' }, now)).rejects.toThrow(
      'in order',
    );
  });
});
