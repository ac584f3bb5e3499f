import { describe, expect, it } from 'vitest';

import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { LedgerStore, Stores } from '../../shared/ports.js';
import { findingOf, freshTenant, headOf, itemOf } from './samples.js';

/** What every ledger promises to whoever looks for something by a part of what it is called. */
export function ledgerSearchContract(stores: () => Stores): void {
  describe('a search of the ledger', () => {
    const holding = async (documents: LedgerDocument[]): Promise<LedgerStore> => {
      const { ledger } = stores().open(freshTenant());
      const batch = { headETag: null, entries: [], deletes: [], documents: [headOf(0), ...documents] };
      expect((await ledger.commit(batch)).status).toBe('committed');
      return ledger;
    };
    type Query = Partial<Parameters<LedgerStore['list']>[0]>;
    const idsOf = async (ledger: LedgerStore, query: Query): Promise<string[]> =>
      (await ledger.list({ kind: 'finding', limit: 10, ...query })).items.map(({ id }) => id);

    it('finds by the beginning of an id, together with what else is asked for', async () => {
      const ledger = await holding([
        findingOf('f:0a1', '3'),
        findingOf('f:0a2', '1', { severity: 'critical', subject: 'tool:db/x' }),
        findingOf('f:0b', '2'),
      ]);
      const found = (query: Query) => idsOf(ledger, query);
      expect(await found({ idPrefix: 'f:0a' })).toEqual(['f:0a1', 'f:0a2']);
      expect(await found({ idPrefix: 'f:0c' })).toEqual([]);
      expect(await found({ idPrefix: 'f:0', where: { severity: 'critical' } })).toEqual(['f:0a2']);
      expect(await found({ where: { subject: 'tool:db/x' } })).toEqual(['f:0a2']);
      const first = await ledger.list({ kind: 'finding', idPrefix: 'f:0a', limit: 1 });
      expect(await found({ idPrefix: 'f:0a', cursor: first.cursor ?? '' })).toEqual(['f:0a2']);
    });

    it('finds what has all of some words, together with what else is asked for', async () => {
      const ledger = await holding([
        findingOf('a', '3', { words: ['payments', 'builder'], state: 'closed' }),
        findingOf('b', '1', { words: ['payments', 'zürich'] }),
        findingOf('c', '2', { words: ['payment'] }),
        itemOf('i', '1', { words: ['payments'] }),
      ]);
      const found = (query: Query) => idsOf(ledger, { orderBy: 'rank', ...query });
      expect(await found({ words: ['payments'] })).toEqual(['b', 'a']);
      expect(await found({ words: ['builder', 'payments'] })).toEqual(['a']);
      expect(await found({ words: ['zürich'], labels: ['unowned'] })).toEqual(['b']);
      expect(await found({ words: ['payments'], where: { state: 'closed' } })).toEqual(['a']);
      expect(await found({ words: ['payments', 'other'] })).toEqual([]);
    });
  });
}
