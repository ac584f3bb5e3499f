import { describe, expect, it } from 'vitest';

import type { QuarantineRecord, Stores } from '../../shared/ports.js';
import { tenantSettingsSchema, type Tenant } from '../../schemas/tenant.js';
import type { TenantId } from '../../schemas/primitives.js';
import { dueWork, type DueWork } from '../../shared/core/kernel/due-work.js';
import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import { freshTenant } from './samples.js';

const recordOf = (id: string, minute: number): QuarantineRecord => ({
  id,
  receivedAt: `2026-11-24T08:0${minute}:00.000Z`,
  code: 'schema_invalid',
  detail: 'the event does not match its schema',
  index: 0,
  bytes: 100,
  sender: 'collector-1',
});

/** What every quarantine promises. */
export function quarantineContract(stores: () => Stores): void {
  describe('a quarantine', () => {
    it('lists newest first, pages without a gap, and keeps the first of two records with one id', async () => {
      const { quarantine } = stores().open(freshTenant());
      const records = [recordOf('a/1', 1), recordOf('b', 2), recordOf('c', 2), recordOf('d', 3)];
      for (const record of records) await quarantine.add(record);
      await quarantine.add({ ...recordOf('a/1', 9), detail: 'another' });
      const first = await quarantine.list({ limit: 2 });
      await quarantine.add(recordOf('e', 5));
      const second = await quarantine.list({ limit: 2, cursor: first.cursor ?? '' });
      expect([...first.items, ...second.items]).toEqual([...records].reverse());
      expect(second.cursor).toBeUndefined();
    });

    it('shows a tenant nothing of another tenant, and nobody what named no tenant', async () => {
      const [mine, theirs] = [stores().open(freshTenant()), stores().open(freshTenant())];
      await theirs.quarantine.add(recordOf('a', 1));
      const unknown = recordOf(`unknown-${freshTenant()}`, 1);
      await stores().unknownQuarantine.add(unknown);
      expect((await mine.quarantine.list({ limit: 10 })).items).toEqual([]);
      expect((await theirs.quarantine.list({ limit: 10 })).items).toEqual([recordOf('a', 1)]);
      expect((await stores().unknownQuarantine.list({ limit: 100 })).items).toContainEqual(unknown);
    });
  });
}

const tenantOf = (tenantId: TenantId, revision = 1): Tenant => ({
  tenantId,
  revision,
  createdAt: '2026-11-24T08:00:00.000Z',
  sample: false,
  settings: tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'Europe/Berlin' }),
  sources: [],
  sourceChanges: [],
  memberChanges: [],
  settingsChanges: [],
  revokedKeys: [],
  members: [],
  issuers: [],
  keys: [],
  pipelineKeys: [],
  approvedDomains: [],
  grants: [],
  schedules: [],
});

/** What every store of a tenant's configuration promises. */
export function tenantStoreContract(stores: () => Stores): void {
  describe('the document of a tenant', () => {
    it('is created once and replaced only by who read its last state', async () => {
      const { tenantId, tenant } = stores().open(freshTenant());
      expect(await tenant.get()).toBeNull();
      expect(await tenant.put(tenantOf(tenantId, 9), '"0"')).toBe(false);
      expect(await tenant.put(tenantOf(tenantId), null)).toBe(true);
      expect(await tenant.put(tenantOf(tenantId, 9), null)).toBe(false);
      const read = await tenant.get();
      expect(read?.tenant).toEqual(tenantOf(tenantId));
      expect(await tenant.put(tenantOf(tenantId, 2), read?.etag ?? '')).toBe(true);
      expect(await tenant.put(tenantOf(tenantId, 9), read?.etag ?? '')).toBe(false);
      expect((await tenant.get())?.tenant.revision).toBe(2);
    });

    it('cannot be written into another tenant', async () => {
      const { tenant } = stores().open(freshTenant());
      await expect(tenant.put(tenantOf(freshTenant()), null)).rejects.toThrow();
    });

    it('makes its tenant appear in the list of all tenants, in order, over pages', async () => {
      const ids = [freshTenant(), freshTenant(), freshTenant()];
      for (const id of ids) await stores().open(id).tenant.put(tenantOf(id), null);
      await stores()
        .open(freshTenant())
        .tenant.remember([{ pseudonym: 'psn:1', name: 'Ada' }]);
      const seen: TenantId[] = [];
      let cursor: string | undefined;
      do {
        const page = await stores().tenantIds({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual([...new Set(seen)].sort());
      expect(seen.filter((id) => ids.some((own) => own === id))).toEqual([...ids].sort());
    });
  });

  describe('when work is due for a tenant', () => {
    const at = (minute: number): string => `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`;
    const dueOf = async (ids: readonly TenantId[], work: DueWork, now: string): Promise<TenantId[]> => {
      const seen: TenantId[] = [];
      let cursor: string | undefined;
      do {
        const more = cursor === undefined ? {} : { cursor };
        const page = await stores().due({ work, at: now, limit: 2, ...more });
        seen.push(...page.items.filter((id) => ids.some((own) => own === id)));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return seen;
    };
    const onboard = async (): Promise<VerifiedTenant> => {
      const id = freshTenant();
      await stores().open(id).tenant.put(tenantOf(id), null);
      return id;
    };

    it('is at once for a new tenant and after every change, for all kinds of work', async () => {
      const id = await onboard();
      const { tenant } = stores().open(id);
      for (const work of dueWork) expect(await dueOf([id], work, at(0))).toEqual([id]);
      for (const work of dueWork) expect(await tenant.setDue(work, at(5), 1)).toBe(true);
      for (const work of dueWork) expect(await dueOf([id], work, at(4))).toEqual([]);
      expect(await tenant.put(tenantOf(id, 2), (await tenant.get())?.etag ?? '')).toBe(true);
      for (const work of dueWork) expect(await dueOf([id], work, at(0))).toEqual([id]);
    });

    it('is as it was said last, to the instant, for that work alone; nothing is due where that was said', async () => {
      const id = await onboard();
      const { tenant } = stores().open(id);
      await tenant.setDue('daily', at(5), 1);
      await tenant.setDue('schedules', null, 1);
      expect(await dueOf([id], 'daily', at(4))).toEqual([]);
      expect(await dueOf([id], 'daily', at(5))).toEqual([id]);
      expect(await dueOf([id], 'weekly', at(0))).toEqual([id]);
      expect(await dueOf([id], 'schedules', at(59))).toEqual([]);
      expect((await tenant.get())?.tenant).toEqual(tenantOf(id));
    });

    it('is not said on what a document was before it changed, nor without one', async () => {
      const id = await onboard();
      const { tenant } = stores().open(id);
      await tenant.put(tenantOf(id, 2), (await tenant.get())?.etag ?? '');
      expect(await tenant.setDue('daily', at(5), 1)).toBe(false);
      expect(await dueOf([id], 'daily', at(0))).toEqual([id]);
      expect(await stores().open(freshTenant()).tenant.setDue('daily', at(5), 1)).toBe(false);
    });

    it('is said by several at once, each of its own work', async () => {
      const id = await onboard();
      const { tenant } = stores().open(id);
      expect(await Promise.all(dueWork.map((work) => tenant.setDue(work, at(5), 1)))).toEqual(
        dueWork.map(() => true),
      );
      for (const work of dueWork) expect(await dueOf([id], work, at(4))).toEqual([]);
    });

    it('lists the longest due first and then by id, over pages, each once', async () => {
      const ids: VerifiedTenant[] = [];
      for (let n = 0; n < 5; n++) ids.push(await onboard());
      const minutes = [3, 1, 2, 1, 9];
      for (const [n, id] of ids.entries())
        await stores()
          .open(id)
          .tenant.setDue('weekly', at(minutes[n] ?? 0), 1);
      const order = ids
        .map((id, n) => ({ id, minute: minutes[n] ?? 0 }))
        .filter(({ minute }) => minute <= 3)
        .sort((a, b) => a.minute - b.minute || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id);
      expect(await dueOf(ids, 'weekly', at(3))).toEqual(order);
    });
  });

  describe('the directory of people', () => {
    const people = ['Ada', 'Bo', 'Cy', 'Di'].map((name, n) => ({ pseudonym: `psn:${n}`, name }));

    it('gives names by pseudonym, keeps the first name, and forgets one person for good', async () => {
      const { tenant } = stores().open(freshTenant());
      await tenant.remember(people);
      await tenant.remember([{ pseudonym: 'psn:0', name: 'Somebody else' }]);
      await tenant.forget('psn:1');
      await tenant.forget('psn:never');
      const names = await tenant.names(['psn:0', 'psn:1', 'psn:2', 'psn:9']);
      expect(names).toEqual(
        new Map([
          ['psn:0', 'Ada'],
          ['psn:2', 'Cy'],
        ]),
      );
      expect(await tenant.names([])).toEqual(new Map());
      await tenant.remember(people);
      expect(await tenant.names(['psn:1', 'psn:never'])).toEqual(new Map());
      const first = await tenant.people({ limit: 1 });
      const rest = await tenant.people({ limit: 5, cursor: first.cursor ?? '' });
      expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(['Ada', 'Cy', 'Di']);
      expect(rest.cursor).toBeUndefined();
    });

    it('shows a tenant no person of another tenant', async () => {
      const [mine, theirs] = [stores().open(freshTenant()), stores().open(freshTenant())];
      await theirs.tenant.remember(people);
      expect(await mine.tenant.names(['psn:0', 'psn:1', 'psn:2'])).toEqual(new Map());
    });
  });
}

/** What every store of records promises. */
export function recordStoreContract(stores: () => Stores): void {
  describe('a record', () => {
    it('is created once and replaced only by who read its last state', async () => {
      const { records } = stores().open(freshTenant());
      const first = await records.put('r/1', 'report', { n: 1 }, null);
      expect(first).not.toBeNull();
      expect(await records.put('r/1', 'report', { n: 9 }, null)).toBeNull();
      expect(await records.get('r/1')).toEqual({ value: { n: 1 }, etag: first });
      const second = await records.put('r/1', 'report', { n: 2 }, first);
      expect(second).not.toBeNull();
      expect(await records.put('r/1', 'report', { n: 9 }, first)).toBeNull();
      expect(await records.get('r/1')).toEqual({ value: { n: 2 }, etag: second });
      expect(await records.get('absent')).toBeNull();
      expect(await records.put('absent', 'report', { n: 1 }, first)).toBeNull();
    });

    it('lets exactly one of many simultaneous writers win', async () => {
      const { records } = stores().open(freshTenant());
      const etag = await records.put('r', 'report', { n: 0 }, null);
      const written = await Promise.all([1, 2, 3, 4].map((n) => records.put('r', 'report', { n }, etag)));
      expect(written.filter((one) => one !== null)).toHaveLength(1);
    });

    it('is listed under its kind only, in id order, over pages', async () => {
      const { records } = stores().open(freshTenant());
      for (const id of ['c', 'a', 'b']) await records.put(id, 'report', { id }, null);
      await records.put('d', 'delivery', { id: 'd' }, null);
      const first = await records.list({ kind: 'report', limit: 2 });
      const second = await records.list({ kind: 'report', limit: 2, cursor: first.cursor ?? '' });
      expect([...first.items, ...second.items]).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
      expect(second.cursor).toBeUndefined();
      const all = await records.all({ limit: 2 });
      const more = await records.all({ limit: 5, cursor: all.cursor ?? '' });
      expect([...all.items, ...more.items]).toEqual([
        { id: 'd', kind: 'delivery', value: { id: 'd' } },
        ...['a', 'b', 'c'].map((id) => ({ id, kind: 'report', value: { id } })),
      ]);
    });

    it('with a lifetime ends by itself, counted from its last write; any other stays', async () => {
      const { records } = stores().open(freshTenant());
      const second = 1 / 86_400;
      // Written again within its lifetime: where that was over sooner, as it may be on a busy machine, with another.
      const renew = async (id: string): Promise<void> => {
        const etag = await records.put(id, 'told', { n: 3 }, null, second);
        if ((await records.put(id, 'told', { n: 3 }, etag)) === null) await renew(`${id}-again`);
      };
      await renew('renewed');
      await records.put('kept', 'told', { n: 2 }, null);
      await records.put('brief', 'told', { n: 1 }, null, second);
      await expect.poll(() => records.get('brief'), { interval: 250 }).toBeNull();
      const { items } = await records.list<{ n: number }>({ kind: 'told', limit: 10 });
      expect(items.map(({ n }) => n)).toEqual([2, 3]);
      expect(await records.put('brief', 'told', { n: 4 }, null, 1)).not.toBeNull();
    });

    it('is not there for another tenant', async () => {
      const [mine, theirs] = [stores().open(freshTenant()), stores().open(freshTenant())];
      await theirs.records.put('r', 'report', { n: 1 }, null);
      expect(await mine.records.get('r')).toBeNull();
      expect((await mine.records.list({ kind: 'report', limit: 10 })).items).toEqual([]);
    });
  });

  describe('a mail operation', () => {
    it('leads to the tenant that sent it, and cannot be taken over by another', async () => {
      const [tenantId, other] = [freshTenant(), freshTenant()];
      const operation = `op-${tenantId}`;
      expect(await stores().tenantOfOperation(operation)).toBeNull();
      await stores().rememberOperation(operation, tenantId);
      await stores().rememberOperation(operation, tenantId);
      await stores().rememberOperation(operation, other);
      expect(await stores().tenantOfOperation(operation)).toBe(tenantId);
    });
  });
}
