import { describe, expect, it } from 'vitest';

import type { LogEntry } from '../../shared/core/log/entry.js';
import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { LedgerBatch, LedgerStore, Stores } from '../../shared/ports.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { findingOf, freshTenant, headOf, itemOf } from './samples.js';

const entryOf = (position: number): LogEntry => ({
  position,
  id: sha256Hex(`event ${position}`),
  digest: sha256Hex(`digest ${position}`),
  sequencedAt: '2026-11-24T09:00:00.000Z',
});
const batchOf = (headETag: string | null, parts: Partial<LedgerBatch>, size = 0): LedgerBatch => ({
  headETag,
  entries: [],
  deletes: [],
  ...parts,
  documents: [headOf(size), ...(parts.documents ?? [])],
});
const idsOf = (documents: readonly LedgerDocument[]): string[] => documents.map(({ id }) => id);

/** Commits and gives the new ETag. */
async function committed(ledger: LedgerStore, batch: LedgerBatch): Promise<string> {
  const result = await ledger.commit(batch);
  if (result.status !== 'committed') throw new Error(`the batch was ${result.status}`);
  return result.headETag;
}

/** What every ledger promises of its batches. */
export function ledgerBatchContract(stores: () => Stores): void {
  const open = (): LedgerStore => stores().open(freshTenant()).ledger;

  describe('a batch of the ledger', () => {
    it('creates the head, entries and documents together, and they read back exactly', async () => {
      const ledger = open();
      expect(await ledger.head()).toBeNull();
      const item = itemOf('repository:acme/payments', '1', {
        failing: ['c:missing'],
        dueAt: '2026-11-25T00:00:00.000Z',
      });
      const unfoldable = { ...entryOf(1), unfoldable: 'why' };
      const etag = await committed(
        ledger,
        batchOf(null, { entries: [entryOf(0), unfoldable], documents: [item] }, 2),
      );
      expect(await ledger.head()).toEqual({ document: headOf(2), etag });
      expect(await ledger.read(['repository:acme/payments', 'absent'])).toEqual(new Map([[item.id, item]]));
      expect(await ledger.entries(0, 10)).toEqual([entryOf(0), unfoldable]);
      expect(await ledger.entryOf(unfoldable.id)).toEqual(unfoldable);
    });

    it('holds what it was given, whatever a caller does to its own copy', async () => {
      const ledger = open();
      const item = itemOf('a', '1', { failing: ['c:missing'] });
      const before = structuredClone(item);
      await committed(ledger, batchOf(null, { documents: [item] }));
      // A caller is stopped, or changes a copy; either way the ledger does not notice.
      const change = (document: LedgerDocument | undefined): void => {
        try {
          if (document?.kind === 'item') document.failing.push('changed');
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      };
      change(item);
      change((await ledger.read(['a'])).get('a'));
      expect((await ledger.read(['a'])).get('a')).toEqual(before);
    });

    it('is refused as stale, whole, when another writer moved the head', async () => {
      const ledger = open();
      const first = await committed(ledger, batchOf(null, {}));
      const second = await committed(ledger, batchOf(first, { entries: [entryOf(0)] }, 1));
      const late = batchOf(first, { entries: [entryOf(1)], documents: [itemOf('a', '1')] }, 2);
      expect(await ledger.commit(late)).toEqual({ status: 'stale' });
      expect(await ledger.commit(batchOf(null, {}))).toEqual({ status: 'stale' });
      expect(await ledger.head()).toEqual({ document: headOf(1), etag: second });
      expect(await ledger.entries(0, 10)).toEqual([entryOf(0)]);
      expect((await ledger.read(['a'])).size).toBe(0);
    });

    it('is refused as stale when it expects a head that does not exist', async () => {
      expect(await open().commit(batchOf('"0"', {}))).toEqual({ status: 'stale' });
    });

    it('is refused as a duplicate, whole, when one of its events is in the log already', async () => {
      const ledger = open();
      const etag = await committed(ledger, batchOf(null, { entries: [entryOf(0)] }, 1));
      const again = batchOf(etag, { entries: [entryOf(1), entryOf(0)], documents: [itemOf('a', '1')] }, 3);
      expect(await ledger.commit(again)).toEqual({ status: 'duplicate' });
      expect(await ledger.entries(0, 10)).toEqual([entryOf(0)]);
      expect((await ledger.read(['a'])).size).toBe(0);
      expect(await ledger.head()).toEqual({ document: headOf(1), etag });
    });

    it('lets exactly one of many simultaneous batches on the same head win', async () => {
      const ledger = open();
      const etag = await committed(ledger, batchOf(null, {}));
      const results = await Promise.all(
        Array.from({ length: 6 }, (_, n) => ledger.commit(batchOf(etag, { entries: [entryOf(n)] }, 1))),
      );
      expect(results.filter(({ status }) => status === 'committed')).toHaveLength(1);
      expect(results.filter(({ status }) => status === 'stale')).toHaveLength(5);
      expect(await ledger.entries(0, 10)).toHaveLength(1);
    });

    it('replaces and deletes documents, and does not mind one that is gone', async () => {
      const ledger = open();
      const etag = await committed(
        ledger,
        batchOf(null, { documents: [itemOf('a', '1'), itemOf('b/c', '2')] }),
      );
      const changed = itemOf('a', '9', { failing: ['x:missing'] });
      await committed(ledger, batchOf(etag, { documents: [changed], deletes: ['gone', 'b/c', 'gone too'] }));
      expect(await ledger.read(['a', 'b/c', 'head'])).toEqual(
        new Map<string, LedgerDocument>([
          ['a', changed],
          ['head', headOf(0)],
        ]),
      );
      expect(idsOf((await ledger.list({ kind: 'item', limit: 10 })).items)).toEqual(['a']);
    });

    it('takes 96 operations at once', async () => {
      const ledger = open();
      const entries = Array.from({ length: 60 }, (_, n) => entryOf(n));
      const documents = Array.from({ length: 35 }, (_, n) => itemOf(`i${n}`, String(n)));
      await committed(ledger, batchOf(null, { entries, documents }, 60));
      expect(await ledger.entries(0, 60)).toEqual(entries);
      expect((await ledger.read(idsOf(documents))).size).toBe(35);
    });

    it('knows which events are in the log, one or many', async () => {
      const ledger = open();
      await committed(ledger, batchOf(null, { entries: [entryOf(0), entryOf(1)] }, 2));
      const ids = Array.from({ length: 130 }, (_, n) => entryOf(n).id);
      expect(await ledger.known(ids)).toEqual(new Set(ids.slice(0, 2)));
      expect(await ledger.known(ids.slice(1, 3))).toEqual(new Set(ids.slice(1, 2)));
      expect(await ledger.known([])).toEqual(new Set());
      expect(await ledger.entryOf(entryOf(7).id)).toBeNull();
    });

    it('shows a tenant nothing of another tenant', async () => {
      const [mine, theirs] = [open(), open()];
      await committed(
        theirs,
        batchOf(
          null,
          { entries: [entryOf(0)], documents: [itemOf('a', '1', { dueAt: '2026-01-01T00:00:00.000Z' })] },
          1,
        ),
      );
      expect(await mine.head()).toBeNull();
      expect((await mine.read(['a', 'head'])).size).toBe(0);
      expect(await mine.entries(0, 10)).toEqual([]);
      expect(await mine.entryOf(entryOf(0).id)).toBeNull();
      expect((await mine.known([entryOf(0).id, entryOf(1).id, entryOf(2).id])).size).toBe(0);
      expect(await mine.due('2027-01-01T00:00:00.000Z', 10)).toEqual([]);
      expect((await mine.list({ kind: 'item', limit: 10 })).items).toEqual([]);
    });
  });
}

/** What every ledger promises of its lists. */
export function ledgerListContract(stores: () => Stores): void {
  const open = (): LedgerStore => stores().open(freshTenant()).ledger;

  describe('a list of the ledger', () => {
    it('gives entries from a position up to but not including another, in order', async () => {
      const ledger = open();
      const entries = Array.from({ length: 12 }, (_, n) => entryOf(n));
      await committed(ledger, batchOf(null, { entries: [...entries].reverse() }, 12));
      expect(await ledger.entries(3, 6)).toEqual(entries.slice(3, 6));
      expect(await ledger.entries(10, 99)).toEqual(entries.slice(10));
      expect(await ledger.entries(5, 5)).toEqual([]);
    });

    it('gives what is due, earliest first, up to and including the instant', async () => {
      const ledger = open();
      const due = (id: string, hour: number) => itemOf(id, '1', { dueAt: `2026-11-24T0${hour}:00:00.000Z` });
      const documents = [due('late', 9), due('b', 2), due('a', 2), due('first', 1), itemOf('never', '1')];
      await committed(ledger, batchOf(null, { documents }));
      expect(idsOf(await ledger.due('2026-11-24T02:00:00.000Z', 10))).toEqual(['first', 'a', 'b']);
      expect(idsOf(await ledger.due('2026-11-24T02:00:00.000Z', 2))).toEqual(['first', 'a']);
      expect(await ledger.due('2026-11-24T00:59:59.999Z', 10)).toEqual([]);
    });

    it('no longer finds a document under what it was before it changed', async () => {
      const ledger = open();
      const before = itemOf('a', '1', { dueAt: '2026-11-24T01:00:00.000Z', failing: ['c:stale'] });
      const etag = await committed(ledger, batchOf(null, { documents: [before] }));
      await committed(ledger, batchOf(etag, { documents: [itemOf('a', '2')] }));
      expect(await ledger.due('2027-01-01T00:00:00.000Z', 10)).toEqual([]);
      expect((await ledger.list({ kind: 'item', failing: 'c:stale', limit: 10 })).items).toEqual([]);
      expect(idsOf((await ledger.list({ kind: 'item', orderBy: 'rank', limit: 10 })).items)).toEqual(['a']);
    });

    it('sorts by id or by rank, and pages through ties without a gap while documents are added', async () => {
      const ledger = open();
      const documents = ['d', 'a', 'c/1', 'b', 'e'].map((id, n) => itemOf(id, n < 3 ? '2' : '1'));
      const etag = await committed(ledger, batchOf(null, { documents: [...documents, findingOf('f', '0')] }));
      expect(idsOf((await ledger.list({ kind: 'item', limit: 10 })).items)).toEqual([
        'a',
        'b',
        'c/1',
        'd',
        'e',
      ]);
      const first = await ledger.list({ kind: 'item', orderBy: 'rank', limit: 3 });
      expect(idsOf(first.items)).toEqual(['b', 'e', 'a']);
      await committed(ledger, batchOf(etag, { documents: [itemOf('0', '1')] }));
      const second = await ledger.list({
        kind: 'item',
        orderBy: 'rank',
        limit: 3,
        cursor: first.cursor ?? '',
      });
      expect(idsOf(second.items)).toEqual(['c/1', 'd']);
      expect(second.cursor).toBeUndefined();
    });

    it('leaves out documents without the member it sorts by', async () => {
      const ledger = open();
      const documents = [itemOf('a', '1'), itemOf('b', '1', { dueAt: '2026-11-24T01:00:00.000Z' })];
      await committed(ledger, batchOf(null, { documents }));
      expect(idsOf((await ledger.list({ kind: 'item', orderBy: 'dueAt', limit: 10 })).items)).toEqual(['b']);
      expect((await ledger.list({ kind: 'head', orderBy: 'rank', limit: 10 })).items).toEqual([]);
    });

    it('filters by members and by what fails, together', async () => {
      const ledger = open();
      const documents = [
        itemOf('a', '1', { itemKind: 'agent', failing: ['x:missing', 'y:stale'] }),
        itemOf('b', '2', { itemKind: 'agent', failing: ['y:stale'] }),
        itemOf('c', '3', { itemKind: 'tool', failing: ['x:missing'] }),
        findingOf('f', '1', { severity: 'critical', control: 'x' }),
        findingOf('g', '2', { state: 'closed', control: 'x' }),
      ];
      await committed(ledger, batchOf(null, { documents }));
      const found = async (query: Partial<Parameters<LedgerStore['list']>[0]>) =>
        idsOf((await ledger.list({ kind: 'item', orderBy: 'rank', limit: 10, ...query })).items);
      expect(await found({ failing: 'x:missing' })).toEqual(['a', 'c']);
      expect(await found({ failing: 'x:missing', where: { itemKind: 'agent' } })).toEqual(['a']);
      expect(await found({ kind: 'finding', where: { control: 'x', state: 'open' } })).toEqual(['f']);
      expect(await found({ kind: 'finding', where: { severity: 'critical' } })).toEqual(['f']);
    });

    it('lists findings by due date, and by owner and what is overdue, from indexes alone', async () => {
      const ledger = open();
      const documents = [
        findingOf('a', '1', { dueRank: '0:3', owner: 'psn:1', overdue: true }),
        findingOf('b', '2', { dueRank: '0:1', owner: 'psn:2' }),
        findingOf('c', '3', { dueRank: '0:2', owner: 'psn:1' }),
        itemOf('i', '1'),
      ];
      await committed(ledger, batchOf(null, { documents }));
      const found = async (query: Partial<Parameters<LedgerStore['list']>[0]>) =>
        idsOf((await ledger.list({ kind: 'finding', orderBy: 'dueRank', limit: 10, ...query })).items);
      expect(await found({})).toEqual(['b', 'c', 'a']);
      expect(await found({ where: { owner: 'psn:1' } })).toEqual(['c', 'a']);
      expect(await found({ where: { overdue: true } })).toEqual(['a']);
      expect(await found({ where: { overdue: false, owner: 'psn:1' } })).toEqual(['c']);
      const first = await ledger.list({ kind: 'finding', orderBy: 'dueRank', limit: 2 });
      expect(await found({ cursor: first.cursor ?? '' })).toEqual(['a']);
    });

    it('lists a stretch of ranks, from one on and below another', async () => {
      const ledger = open();
      const documents = ['1', '2', '3', '4'].map((rank) => itemOf(`r${rank}`, rank));
      await committed(ledger, batchOf(null, { documents }));
      const found = async (rank: { from?: string; to?: string }, cursor?: string) =>
        ledger.list({
          kind: 'item',
          orderBy: 'rank',
          rank,
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
      expect(idsOf((await found({ from: '2', to: '4' })).items)).toEqual(['r2', 'r3']);
      expect(idsOf((await found({ to: '2' })).items)).toEqual(['r1']);
      const first = await found({ from: '2' });
      expect(idsOf((await found({ from: '2' }, first.cursor)).items)).toEqual(['r4']);
    });

    it('goes on after an id that need not be there, so that a sweep ends on every store', async () => {
      const ledger = open();
      await committed(ledger, batchOf(null, { documents: ['a', 'b/1', 'c'].map((id) => itemOf(id, '1')) }));
      const after = async (id: string, limit = 9) =>
        idsOf((await ledger.list({ kind: 'item', after: id, limit })).items);
      expect([await after(''), await after('b/1'), await after('aa', 1), await after('c')]).toEqual([
        ['a', 'b/1', 'c'],
        ['c'],
        ['b/1'],
        [],
      ]);
    });

    it('refuses a filter that no index serves', async () => {
      await expect(open().list({ kind: 'item', where: { name: 'a' }, limit: 1 })).rejects.toThrow('no index');
    });

    it('streams every document but entries, in id order, whatever its kind', async () => {
      const ledger = open();
      const documents = [itemOf('m', '1'), findingOf('b', '1'), itemOf('c/d', '1'), findingOf('z', '2')];
      await committed(ledger, batchOf(null, { entries: [entryOf(0)], documents }, 1));
      const seen: LedgerDocument[] = [];
      for await (const document of ledger.all()) seen.push(document);
      expect(idsOf(seen)).toEqual(['b', 'c/d', 'head', 'm', 'z']);
    });
  });
}
