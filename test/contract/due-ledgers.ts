import { describe, expect, it } from 'vitest';

import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { Stores } from '../../shared/ports.js';
import { findingOf, freshTenant, headOf, itemOf } from './samples.js';

/** What every set of stores promises of its ledgers as a whole. */
export function dueLedgersContract(stores: () => Stores): void {
  describe('ledgers in which something is due', () => {
    const holds = async (tenantId: VerifiedTenant, documents: LedgerDocument[]): Promise<void> => {
      const batch = { headETag: null, entries: [], deletes: [], documents: [headOf(0), ...documents] };
      expect((await stores().open(tenantId).ledger.commit(batch)).status).toBe('committed');
    };
    const at = (hour: number): string => `2001-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

    it('are found over all tenants in the order of their instants, from one to another', async () => {
      const [one, other, quiet] = [freshTenant(), freshTenant(), freshTenant()];
      const dues: [VerifiedTenant, string, string][] = [
        [one, 'a', at(3)],
        [one, 'b', at(1)],
        [other, 'c', at(2)],
        [other, 'd', at(9)],
      ];
      for (const tenantId of [one, other]) {
        const documents = dues.flatMap(([of, id, dueAt]) =>
          of === tenantId ? [itemOf(id, '1', { dueAt })] : [],
        );
        await holds(tenantId, documents);
      }
      await holds(quiet, [itemOf('e', '1')]);
      const own = async (from: string, to: string, limit = 100) =>
        (await stores().dueLedgers({ from, at: to, limit })).filter(({ tenantId }) =>
          [one, other, quiet].includes(tenantId),
        );
      expect(await own(at(0), at(3))).toEqual([
        { tenantId: one, dueAt: at(1) },
        { tenantId: other, dueAt: at(2) },
        { tenantId: one, dueAt: at(3) },
      ]);
      expect(await own(at(2), at(2))).toEqual([{ tenantId: other, dueAt: at(2) }]);
      expect(await stores().dueLedgers({ from: at(1), at: at(3), limit: 1 })).toHaveLength(1);
      expect(await own(at(4), at(8))).toEqual([]);
    });

    it('and those with an ended acceptance that nobody was told of', async () => {
      const [told, untold] = [freshTenant(), freshTenant()];
      await holds(told, [findingOf('f1', '1')]);
      await holds(untold, [findingOf('f1', '1', { status: 'expired' })]);
      const found = await stores().expiredLedgers(500);
      expect(found).toContain(untold);
      expect(found).not.toContain(told);
    });
  });

  it('finds tenants by a record of a kind, in the order of ids, between two of them and neither', async () => {
    const [one, other] = [freshTenant(), freshTenant()];
    const kept: [VerifiedTenant, string, string][] = [
      [one, 'at:1', 'asked'],
      [one, 'at:2', 'asked'],
      [other, 'at:2', 'asked'],
      [other, 'at:2/b', 'asked'],
      [one, 'at:3', 'asked'],
      [other, 'at:20', 'answered'],
    ];
    for (const [tenantId, id, kind] of kept)
      expect(await stores().open(tenantId).records.put(id, kind, { id }, null)).not.toBeNull();
    const ask = async (after: string, before: string, limit = 1000) =>
      (await stores().withRecords({ kind: 'asked', after, before, limit })).filter(({ tenantId }) =>
        [one, other].includes(tenantId),
      );
    expect((await ask('', 'at:3')).map(({ id }) => id)).toEqual(['at:1', 'at:2', 'at:2', 'at:2/b']);
    expect(await ask('at:2', 'at:3')).toEqual([{ tenantId: other, id: 'at:2/b' }]);
    expect(await ask('', 'at:1')).toEqual([]);
    expect(await stores().withRecords({ kind: 'asked', after: '', before: 'at:9', limit: 2 })).toHaveLength(
      2,
    );
    // What became of another kind is found no more.
    const { records } = stores().open(other);
    const found = await records.get('at:2/b');
    await records.put('at:2/b', 'answered', {}, found?.etag ?? null);
    expect(await ask('at:2', 'at:3')).toEqual([]);
  });
}
