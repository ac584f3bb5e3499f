import { describe, expect, it, vi } from 'vitest';

import { day, millisOf } from '../../shared/core/kernel/time.js';
import type { EvidenceStore, Stores, StoredEvidence } from '../../shared/ports.js';
import { decisionOf, freshTenant } from './samples.js';

const at = (minute: number): string => `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`;
const namesOf = (events: readonly StoredEvidence[]): string[] => events.map(({ event }) => event.id);

/** What every evidence store promises. */
export function evidenceStoreContract(stores: () => Stores): void {
  describe('an evidence store', () => {
    it('gives back exactly what was stored', async () => {
      const { tenantId, evidence } = stores().open(freshTenant());
      const stored = decisionOf(tenantId, 'one', at(1), { repository: 'acme/payments', session: 's-1' });
      expect(await evidence.create(stored)).toBeNull();
      expect(await evidence.get(stored.id)).toEqual(stored);
    });

    it('never overwrites an event: a second one under the same id gets the first back', async () => {
      const { tenantId, evidence } = stores().open(freshTenant());
      const first = decisionOf(tenantId, 'one', at(1), { body: 'first' });
      await evidence.create(first);
      const second = decisionOf(tenantId, 'one', at(2), { body: 'second' });
      expect(await evidence.create(second)).toEqual(first);
      expect(await evidence.get(first.id)).toEqual(first);
    });

    it('lets exactly one of many simultaneous writers of an id win', async () => {
      const { tenantId, evidence } = stores().open(freshTenant());
      const rivals = Array.from({ length: 8 }, (_, n) =>
        decisionOf(tenantId, 'one', at(1), { body: `rival ${n}` }),
      );
      const twins = await Promise.all(rivals.map((rival) => evidence.create(rival)));
      const kept = await evidence.get(rivals[0]?.id ?? '');
      expect(twins.filter((twin) => twin === null)).toHaveLength(1);
      expect(twins[rivals.findIndex((rival) => rival.bodyMac === kept?.bodyMac)]).toBeNull();
    });

    it('shows a tenant nothing of another tenant, not even by id', async () => {
      const [mine, theirs] = [stores().open(freshTenant()), stores().open(freshTenant())];
      const event = decisionOf(theirs.tenantId, 'one', at(1));
      await theirs.evidence.create(event);
      expect(await mine.evidence.get(event.id)).toBeNull();
      expect(await mine.evidence.getMany([event.id])).toEqual([null]);
      expect((await mine.evidence.search({ limit: 10 })).items).toEqual([]);
      expect(await mine.evidence.create(decisionOf(mine.tenantId, 'one', at(1)))).toBeNull();
    });

    it('refuses an event that names another tenant', async () => {
      const { evidence } = stores().open(freshTenant());
      await expect(evidence.create(decisionOf(freshTenant(), 'one', at(1)))).rejects.toThrow();
    });

    it('gives many events in the order asked for, and null where there is none', async () => {
      const { tenantId, evidence } = stores().open(freshTenant());
      const events = Array.from({ length: 25 }, (_, n) => decisionOf(tenantId, `e${n}`, at(n)));
      for (const event of events) await evidence.create(event);
      const asked = [...events.map(({ id }) => id).reverse(), 'f'.repeat(64)];
      expect(await evidence.getMany(asked)).toEqual([...events.reverse(), null]);
    });

    it('does not share what it holds with its callers', async () => {
      const { tenantId, evidence } = stores().open(freshTenant());
      const event = decisionOf(tenantId, 'one', at(1));
      const before = structuredClone(event);
      await evidence.create(event);
      event.event.id = 'changed by the writer';
      const read = await evidence.get(before.id);
      if (read !== null) read.event.id = 'changed by a reader';
      expect(await evidence.get(before.id)).toEqual(before);
    });

    describe('searched', () => {
      const fill = async (): Promise<EvidenceStore> => {
        const { tenantId, evidence } = stores().open(freshTenant());
        const events = [
          decisionOf(tenantId, 'a', at(1), { agent: 'x', repository: 'acme/one', session: 's1' }),
          decisionOf(tenantId, 'b', at(2), { agent: 'y', repository: 'acme/one', session: 's2' }),
          // The same instant as b's next minute, written with another offset.
          decisionOf(tenantId, 'c', '2026-11-24T10:03:00+02:00', { agent: 'x', repository: 'acme/two' }),
          decisionOf(tenantId, 'd', at(4), { agent: 'x', session: 's1' }),
        ];
        for (const event of events) await evidence.create(event);
        return evidence;
      };

      it('is newest first by the instant meant, whatever offset it was written with', async () => {
        const evidence = await fill();
        expect(namesOf((await evidence.search({ limit: 10 })).items)).toEqual(['d', 'c', 'b', 'a']);
      });

      it('filters by type, agent, repository, session and time, all at once', async () => {
        const evidence = await fill();
        const found = async (query: object): Promise<string[]> =>
          namesOf((await evidence.search({ ...query, limit: 10 })).items);
        expect(await found({ agent: 'x' })).toEqual(['d', 'c', 'a']);
        expect(await found({ repository: 'acme/one' })).toEqual(['b', 'a']);
        expect(await found({ session: 's1' })).toEqual(['d', 'a']);
        expect(await found({ type: 'aispm.decision.recorded', agent: 'y' })).toEqual(['b']);
        expect(await found({ type: 'aispm.session.recorded' })).toEqual([]);
        expect(await found({ from: at(2), to: at(4) })).toEqual(['c', 'b']);
        expect(await found({ from: '2026-11-24T10:02:00+02:00', agent: 'x' })).toEqual(['d', 'c']);
      });

      it('filters by incident', async () => {
        const { tenantId, evidence } = stores().open(freshTenant());
        const of = (id: string, incident: string) => {
          const event = decisionOf(tenantId, id, at(1));
          Object.assign(event.event.data, { incident });
          return event;
        };
        for (const event of [of('a', 'INC-1'), of('b', 'INC-2')]) await evidence.create(event);
        expect(namesOf((await evidence.search({ incident: 'INC-1', limit: 10 })).items)).toEqual(['a']);
      });

      it('filters by workflow, tool and subject', async () => {
        const { tenantId, evidence } = stores().open(freshTenant());
        const plain = decisionOf(tenantId, 'a', at(1));
        const named = decisionOf(tenantId, 'b', at(2));
        Object.assign(named.event, { subject: 'release 7' });
        Object.assign(named.event.data, { workflow: 'nightly', tool: 'files' });
        for (const event of [plain, named]) await evidence.create(event);
        for (const query of [{ workflow: 'nightly' }, { tool: 'files' }, { subject: 'release 7' }])
          expect(namesOf((await evidence.search({ ...query, limit: 10 })).items)).toEqual(['b']);
        expect((await evidence.search({ subject: 'release 8', limit: 10 })).items).toEqual([]);
      });

      it('filters by what no trusted source signed, in pages, and never the service’s own', async () => {
        const { tenantId, evidence } = stores().open(freshTenant());
        const signer = { kid: 'k', validAtTime: true, validAtReceipt: true };
        const admissions = {
          a: { signer: null },
          b: { signer },
          c: { signer: { ...signer, validAtTime: false } },
          d: { signer: null, provenance: 'sample' as const },
          e: { signer: null, sourceId: 'aispm' },
          f: { signer: null },
        };
        for (const [n, [name, over]] of Object.entries(admissions).entries()) {
          const event = decisionOf(tenantId, name, at(n));
          await evidence.create({ ...event, admission: { ...event.admission, ...over } });
        }
        const first = await evidence.search({ untrusted: 'live', limit: 2 });
        expect(namesOf(first.items)).toEqual(['f', 'c']);
        const second = await evidence.search({ untrusted: 'live', limit: 2, cursor: first.cursor ?? '' });
        expect([namesOf(second.items), second.cursor]).toEqual([['a'], undefined]);
        expect(namesOf((await evidence.search({ untrusted: 'sample', limit: 9 })).items)).toEqual(['d']);
        expect(second.items[0]).toEqual(await evidence.get(second.items[0]?.id ?? ''));
        expect(second.items[0]).not.toHaveProperty('untrusted');
      });

      it('is oldest first where asked, and pages so', async () => {
        const evidence = await fill();
        const first = await evidence.search({ order: 'oldest', limit: 3 });
        expect(namesOf(first.items)).toEqual(['a', 'b', 'c']);
        const second = await evidence.search({ order: 'oldest', limit: 3, cursor: first.cursor ?? '' });
        expect([namesOf(second.items), second.cursor]).toEqual([['d'], undefined]);
      });

      it('pages without a gap or a repetition while newer events arrive', async () => {
        const { tenantId, evidence } = stores().open(freshTenant());
        const write = (name: string, minute: number) =>
          evidence.create(decisionOf(tenantId, name, at(minute)));
        // Three share an instant: the id decides.
        for (const [name, minute] of [
          ['a', 1],
          ['b', 2],
          ['c', 2],
          ['d', 2],
          ['e', 3],
        ] as const)
          await write(name, minute);
        const whole = namesOf((await evidence.search({ limit: 10 })).items);
        const first = await evidence.search({ limit: 2 });
        await write('f', 9);
        const second = await evidence.search({ limit: 2, cursor: first.cursor ?? '' });
        const third = await evidence.search({ limit: 2, cursor: second.cursor ?? '' });
        expect(namesOf([...first.items, ...second.items, ...third.items])).toEqual(whole);
        expect(third.cursor).toBeUndefined();
      });

      it('gives no cursor when the last page is exactly full, and refuses one it did not issue', async () => {
        const evidence = await fill();
        expect((await evidence.search({ limit: 4 })).cursor).toBeUndefined();
        await expect(evidence.search({ limit: 4, cursor: 'bm90IG91cnM' })).rejects.toMatchObject({
          code: 'invalid_request',
        });
      });
    });

    it('lets go what was received longer ago than it is told to keep, and keeps the rest', async () => {
      const { tenantId, evidence } = stores().open(freshTenant());
      const events = [1, 2, 3, 4, 5].map((n) => {
        const event = decisionOf(tenantId, `e${n}`, at(n));
        return { ...event, admission: { ...event.admission, receivedAt: at(n) } };
      });
      for (const event of events) await evidence.create(event, null);
      const now = millisOf(at(2)) + 30 * day;
      for (let cursor: string | undefined; ;) {
        const page = await evidence.retain(30, now, {
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        if (page.cursor === undefined) break;
        cursor = page.cursor;
      }
      // A store with a lifetime of its own takes a second to end it.
      await vi.waitFor(
        async () => {
          const left = (await evidence.getMany(events.map(({ id }) => id))).filter((e) => e !== null);
          expect(namesOf(left)).toEqual(['e3', 'e4', 'e5']);
        },
        { timeout: 20_000, interval: 250 },
      );
      await evidence.retain(null, now, { limit: 10 });
      expect(await evidence.get(events[4]?.id ?? '')).toEqual(events[4]);
    });
  });
}
