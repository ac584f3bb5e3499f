import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/tenants.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import { sourceChangeRoutes } from '../../functions/routes/source-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import type { TenantStore } from '../../shared/ports.js';
import { headOf } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { acme, at, caller, openDesk, type Desk } from './desk.js';
import { newSigner, type Signer } from '../ingest/intake.js';

const body = { settings: { displayName: 'Acme', timeZone: 'Europe/Berlin' } };
const source = {
  uri: 'urn:agent-runtime:one',
  connectorType: 'custom',
  provenance: 'live',
  environments: ['production'],
  eventTypes: ['runtime'],
  keys: [],
};
const admin = 'admin@acme';

let desk: Desk;
let ask: ReturnType<typeof caller<typeof tenantRoutes>>;
beforeEach(() => {
  desk = openDesk();
  ask = caller(desk, tenantRoutes, handlers);
});

const configured = async (): Promise<unknown[]> => {
  const page = await desk.stores.open(acme).evidence.search({ type: 'aispm.tenant.configured', limit: 100 });
  return page.items.map(({ event }) => event.data);
};

describe('onboarding a tenant', () => {
  it('creates it with its signing key, and records that in its log', async () => {
    const created = await ask('putTenant', { token: admin, body });
    expect([created.status, at(created.json, 'revision')]).toEqual([201, 1]);
    const { json } = await ask('readTenant', { token: 'viewer@acme' });
    const { keyId } = await desk.keys.ensure(acme);
    expect(at(json, 'keys', 0, 'keyId')).toBe(keyId);
    expect(await configured()).toMatchObject([{ revision: 1, change: 'created', subject: 'acme' }]);
    const { document } = await headOf(desk.stores.open(acme).ledger);
    expect([document.size, document.sweep]).toEqual([1, null]);
  });

  it('changes nothing when it is asked for again with the same content', async () => {
    await ask('putTenant', { token: admin, body });
    const again = await ask('putTenant', { token: admin, body });
    expect([again.status, at(again.json, 'changed'), at(again.json, 'revision')]).toEqual([200, false, 1]);
    expect(await configured()).toHaveLength(1);
  });

  it('refuses a time zone that does not exist', async () => {
    const zone = { settings: { ...body.settings, timeZone: 'Mars/Olympus' } };
    const told = await ask('putTenant', { token: admin, body: zone });
    expect([told.status, at(told.json, 'errors', 0, 'pointer')]).toEqual([400, '/settings/timeZone']);
  });

  it('refuses days until a finding is due that no date could hold', async () => {
    for (const days of [3651, 4_000_000, Number.MAX_SAFE_INTEGER]) {
      const findingDays = { critical: days, high: 30, medium: 90, low: 180 };
      const told = await ask('putTenant', {
        token: admin,
        body: { settings: { ...body.settings, findingDays } },
      });
      expect([told.status, at(told.json, 'errors', 0, 'pointer')]).toEqual([
        400,
        '/settings/findingDays/critical',
      ]);
    }
  });

  it('keeps people out of the log: only pseudonyms, and a digest that is keyed where people are', async () => {
    await ask('putTenant', { token: admin, body });
    await ask('putMember', {
      token: admin,
      params: { subject: 'ada@example.com' },
      body: { roles: ['viewer'] },
    });
    const text = JSON.stringify(await configured());
    expect(text).not.toContain('ada');
    expect(text).not.toContain('admin-1');
    const [{ actor }] = (await configured()) as [{ actor: string }];
    expect((await desk.stores.open(acme).tenant.names([actor])).get(actor)).toBe('admin-1');
  });
});

describe('sources and members', () => {
  beforeEach(async () => void (await ask('putTenant', { token: admin, body })));
  /** Puts a source, and where that takes another person, has one agree. */
  const put = async (sourceId: string, over: object = {}) => {
    const put = await ask('putSource', { token: admin, params: { sourceId }, body: { ...source, ...over } });
    if (put.status !== 202) return put;
    const params = { changeId: String(at(put.json, 'id')) };
    return caller(
      desk,
      sourceChangeRoutes,
      changeHandlers,
    )('approveSourceChange', { token: 'approver@acme', params });
  };

  it('are registered one at a time, each change a revision in the log', async () => {
    expect(at((await put('one')).json, 'status')).toBe('approved');
    expect(at((await put('one')).json, 'changed')).toBe(false);
    expect(at((await put('one', { provenance: 'sample' })).json, 'status')).toBe('approved');
    const member = { token: admin, params: { subject: 'ada' }, body: { roles: ['viewer', 'collector'] } };
    // A request and an agreement are each a revision.
    expect(at((await ask('putMember', member)).json, 'revision')).toBe(6);
    const listed = await ask('listSources', { token: 'operator@acme' });
    expect(listed.json).toEqual({ items: [{ id: 'one', ...source, provenance: 'sample' }] });
    expect((await ask('listMembers', { token: 'auditor@acme' })).json).toEqual({
      items: [{ subject: 'ada', roles: ['collector', 'viewer'] }],
    });
  });

  it('cannot speak for the service, share a uri, or send what only the service says', async () => {
    expect((await put('aispm')).status).toBe(400);
    expect((await put('two', { uri: 'urn:aispm:service' })).status).toBe(400);
    expect((await put('two', { eventTypes: ['finding.accepted'] })).status).toBe(400);
    expect((await put('two', { eventTypes: ['nonsense'] })).status).toBe(400);
    expect((await put('two', { eventTypes: ['exception.granted', 'runtime'] })).status).toBe(200);
    expect((await put('three')).status).toBe(409);
  });

  describe('with keys', () => {
    const [first, second] = [newSigner('2026-a'), newSigner('2026-b', 'ES256')];
    const key = ({ kid, jwk }: Signer, over: object = {}) => ({
      kid,
      jwk,
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      ...over,
    });
    const putKeys = (...keys: object[]) => put('one', { keys });
    const revokedAt = '2026-06-01T00:00:00Z';

    it('rotate with overlap: both are valid until the older one ends', async () => {
      expect((await putKeys(key(first))).status).toBe(200);
      expect((await putKeys(key(first, { validUntil: '2026-07-01T00:00:00Z' }), key(second))).status).toBe(
        200,
      );
    });

    it('that can verify nothing are refused, with the place of each', async () => {
      const bad = [
        [key(first), key(second, { kid: first.kid })],
        [key(first), key(second, { validUntil: '2026-01-01T00:00:00Z' })],
        [key(first), key(second, { jwk: { ...second.jwk, x: 'short' } })],
        [key(first), key(second, { jwk: { ...second.jwk, x: `${'A'.repeat(42)}B` } })],
      ];
      for (const keys of bad) {
        const told = await putKeys(...keys);
        expect([told.status, at(told.json, 'pointer')]).toEqual([400, '/keys/1']);
      }
    });

    it('stay revoked once they are, and never become another key', async () => {
      await putKeys(key(first, { revokedAt }));
      expect((await putKeys(key(first))).status).toBe(409);
      expect((await putKeys(key(first, { revokedAt: '2026-06-02T00:00:00Z' }))).status).toBe(409);
      expect((await putKeys(key({ ...newSigner('other'), kid: first.kid }, { revokedAt }))).status).toBe(409);
      expect((await putKeys(key(first, { revokedAt: '2026-05-01T00:00:00Z' }), key(second))).status).toBe(
        200,
      );
    });

    it('never come back once they were revoked and taken from the list: neither the key nor its kid', async () => {
      await putKeys(key(first, { revokedAt }), key(second));
      expect((await putKeys(key(second))).status).toBe(200);
      const returns = [
        key(first),
        key(first, { kid: '2026-c' }),
        key(first, { revokedAt: '2026-06-01T00:00:00.001Z' }),
        key({ ...newSigner('other'), kid: first.kid }),
      ];
      for (const returned of returns) {
        const told = await putKeys(key(second), returned);
        expect([told.status, at(told.json, 'pointer')]).toEqual([409, '/keys/1']);
      }
      const elsewhere = await put('two', { uri: 'urn:agent-runtime:two', keys: [key(first)] });
      expect([elsewhere.status, at(elsewhere.json, 'detail')]).toEqual([
        409,
        'this public key was revoked; a revocation cannot be taken back',
      ]);
    });
  });

  it('give up every role of a member at once, and only of one that is there', async () => {
    const asked = { token: admin, params: { subject: 'ada' } };
    await ask('putMember', { ...asked, body: { roles: ['viewer'] } });
    expect((await ask('removeMember', asked)).status).toBe(200);
    expect((await ask('listMembers', { token: admin })).json).toEqual({ items: [] });
    expect((await ask('removeMember', asked)).status).toBe(404);
  });

  it('are shown to a viewer as numbers, and recipients not at all', async () => {
    const reports = { recipients: [{ address: 'ciso@example.com' }] };
    await ask('putTenant', { token: admin, body: { settings: { ...body.settings, reports } } });
    await ask('putMember', { token: admin, params: { subject: 'ada' }, body: { roles: ['viewer'] } });
    const viewer = await ask('readTenant', { token: 'viewer@acme' });
    expect(at(viewer.json, 'members')).toBe(1);
    expect(viewer.text).not.toMatch(/ciso@|ada/);
    expect((await ask('readTenant', { token: admin })).text).toContain('ciso@example.com');
    expect((await ask('listMembers', { token: 'viewer@acme' })).status).toBe(403);
  });
});

describe('a change that dies between its evidence and the document', () => {
  const deps = (tenant: Partial<TenantStore> = {}) => {
    const stores = desk.stores.open(acme);
    return {
      stores: { ...stores, tenant: { ...stores.tenant, ...tenant } },
      keys: desk.keys,
      clock: desk.clock,
    };
  };
  const settings = (displayName: string) => tenantSettingsSchema.parse({ displayName, timeZone: 'UTC' });
  const dies = { put: () => Promise.reject(new Error('killed')) };

  it('is completed by the same change made again, in the same revision', async () => {
    await expect(putTenant(deps(dies), settings('Acme'), 'admin-1')).rejects.toThrow('killed');
    expect(await deps().stores.tenant.get()).toBeNull();
    desk.clock.advance(60_000);
    const completed = await putTenant(deps(), settings('Acme'), 'admin-1');
    expect(completed).toMatchObject({ revision: 1, changed: true });
    expect(await configured()).toHaveLength(1);
  });

  it('leaves its revision to the log, and other content becomes the next one', async () => {
    await putTenant(deps(), settings('Acme'), 'admin-1');
    await expect(putTenant(deps(dies), settings('Lost'), 'admin-1')).rejects.toThrow('killed');
    const other = await putTenant(deps(), settings('Other'), 'admin-1');
    expect(other.revision).toBe(3);
    const found = await deps().stores.tenant.get();
    expect([found?.tenant.revision, found?.tenant.settings.displayName]).toEqual([3, 'Other']);
    expect(await configured()).toHaveLength(3);
  });

  it('loses nothing to another change made at the same time: both are in the document, each with its revision', async () => {
    await putTenant(deps(), settings('Acme'), 'admin-1');
    const put = (subject: string) =>
      ask('putMember', { token: admin, params: { subject }, body: { roles: ['viewer'] } });
    const told = await Promise.all(['ada', 'bob', 'eve'].map(put));
    expect(told.map((one) => one.status)).toEqual([200, 200, 200]);
    const found = await deps().stores.tenant.get();
    expect(found?.tenant.members.map((member) => member.subject).sort()).toEqual(['ada', 'bob', 'eve']);
    const revisions = told.map((one) => Number(at(one.json, 'revision')));
    expect(new Set(revisions).size).toBe(3);
    expect(found?.tenant.revision).toBe(Math.max(...revisions));
  });
});
