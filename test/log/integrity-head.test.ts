import { beforeAll, describe, expect, it } from 'vitest';

import type { Integrity } from '../../schemas/answers/integrity.js';
import { day, instantOf, minute } from '../../shared/core/kernel/time.js';
import type { Head } from '../../shared/core/projections/documents.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { checkIntegrity, type IntegrityDeps } from '../../shared/usecases/integrity/check-integrity.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { keptWorld } from './kept-world.js';
import { meddledWith } from './kept.js';

// Where the log stands is what everything else is rebuilt to: what it says of itself is believed of nothing.

let deps: IntegrityDeps;
let now: number;
beforeAll(async () => {
  ({ deps } = await keptWorld());
  now = deps.clock.now();
});

const withHead = (change: (head: Head) => Partial<Head>): Promise<Integrity> =>
  checkIntegrity(
    {
      ...deps,
      stores: meddledWith(deps.stores, { document: (d) => (d.kind === 'head' ? { ...d, ...change(d) } : d) }),
    },
    0,
  );

describe('a head that was changed behind the back of the service', () => {
  const head = 'head';
  it.each<[what: string, change: () => Partial<Head>, detail: string]>([
    ['half through a change that the log does not make', () => ({ sweep: { cursor: '' } }), 'half through'],
    ['a minute further than its counters', () => ({ clock: instantOf(now + minute) }), 'of the counters'],
    ['a day behind its counters', () => ({ clock: instantOf(now - day) }), 'of the counters'],
    ['of a time to come', () => ({ clock: instantOf(now + 400_000 * day) }), 'none that has passed'],
    ['of a time that is none', () => ({ clock: '2026-12-03T89:05:00.000Z' }), 'none that has passed'],
    ['of a time in another form', () => ({ clock: '2026-12-03T09:05:00Z' }), 'none that has passed'],
  ])('is found where it says that it is %s', async (_, change, detail) => {
    const answer = await withHead(change);
    expect(answer.outcome).toBe('failed');
    const named = answer.faults.filter(({ part, name }) => part === 'projections' && name === head);
    expect(named.map((fault) => fault.detail).join()).toContain(detail);
  });
});

describe('an entry whose time was changed', () => {
  it.each(['2026-12-03T09:05:00.000[', '2926-12-03T09:05:00.000Z'])('to %s is found there', async (time) => {
    const last = (await deps.stores.ledger.entries(0, 10_000)).length - 1;
    const answer = await checkIntegrity(
      {
        ...deps,
        stores: meddledWith(deps.stores, {
          entries: (all) => all.map((e) => (e.position === last ? { ...e, sequencedAt: time } : e)),
        }),
      },
      0,
    );
    expect(answer.faults[0]).toMatchObject({ part: 'entries', position: last });
  });
});

describe('a change of everything that was cut off half way', () => {
  it('is neither passed nor taken for meddling, and passes once it is through', async () => {
    const found = await deps.stores.tenant.get();
    if (found === null) throw new Error('the world has no tenant');
    let commits = 0;
    const { ledger } = deps.stores;
    const dying: IntegrityDeps['stores'] = {
      ...deps.stores,
      ledger: {
        ...ledger,
        commit: (batch) => (commits++ > 0 ? Promise.reject(new Error('gone')) : ledger.commit(batch)),
      },
    };
    const changed = { ...found.tenant.settings, inventoryFreshDays: 29 };
    await expect(putTenant({ ...deps, stores: dying }, changed, 'root')).rejects.toThrow('gone');
    const half = await checkIntegrity(deps, 0);
    expect(half).toMatchObject({ outcome: 'incomplete', faults: [] });
    expect(half.open.join()).toContain('half done');

    await foldUntil({ ledger, now: () => now }, 0);
    expect(await checkIntegrity(deps, 0)).toMatchObject({ outcome: 'passed', open: [], faults: [] });
  });
});
