import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/keys.js';
import { keyRoutes } from '../../functions/routes/keys.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour } from '../../shared/core/kernel/time.js';
import type { KeyRing } from '../../shared/ports.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { acme, at, caller, openDesk, type Desk, type Told } from '../http/desk.js';

let desk: Desk;
beforeEach(async () => {
  desk = openDesk();
  const settings = tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' });
  await putTenant({ stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock }, settings, 'root');
});

const ask = (
  name: keyof typeof keyRoutes,
  token: string,
  id = '',
  over: Partial<KeyRing> = {},
): Promise<Told> =>
  caller(
    { ...desk, keys: { ...desk.keys, ...over } },
    keyRoutes,
    handlers,
  )(name, {
    token,
    ...(name === 'requestRotation' ? { body: { reason: 'yearly, says ada@acme.example' } } : {}),
    ...(id === '' ? {} : { params: { rotationId: id } }),
  });
const request = async (): Promise<string> =>
  String(at((await ask('requestRotation', 'admin@acme')).json, 'id'));
const current = async (): Promise<string> => (await desk.keys.ensure(acme)).keyId;
const published = async (): Promise<string[]> =>
  (await desk.stores.open(acme).tenant.get())?.tenant.keys.map(({ keyId }) => keyId) ?? [];

describe('another signing key', () => {
  it('takes two people, and changes nothing before the second agrees', async () => {
    const before = await current();
    const asked = await ask('requestRotation', 'admin@acme');
    expect([asked.status, at(asked.json, 'status')]).toEqual([202, 'requested']);
    expect(asked.text).not.toContain('ada@');
    expect(await current()).toBe(before);
    const agreed = await ask('approveRotation', 'approver@acme', String(at(asked.json, 'id')));
    expect([agreed.status, at(agreed.json, 'status')]).toEqual([200, 'done']);
    expect(await current()).toBe(at(agreed.json, 'keyId'));
    expect(await published()).toEqual([before, await current()]);
  });

  it('is not a sole admin’s to have: who asked cannot agree, in whatever role', async () => {
    const id = await request();
    const before = await current();
    const told = await ask('approveRotation', 'admin@acme', id);
    expect([told.status, at(told.json, 'code')]).toEqual([403, 'separation_of_duties']);
    expect(await current()).toBe(before);
  });

  it('can be withdrawn, refused or forgotten, and is then nobody’s to agree to', async () => {
    const withdrawn = await request();
    expect((await ask('requestRotation', 'admin@acme')).status).toBe(409);
    expect((await ask('cancelRotation', 'approver@acme', withdrawn)).status).toBe(200);
    expect((await ask('approveRotation', 'approver@acme', withdrawn)).status).toBe(409);
    const forgotten = await request();
    desk.clock.advance(72 * hour);
    expect(at((await ask('readRotation', 'auditor@acme', forgotten)).json, 'status')).toBe('expired');
    expect((await ask('approveRotation', 'approver@acme', forgotten)).status).toBe(409);
    expect(await published()).toHaveLength(1);
    expect((await ask('readRotation', 'auditor@acme', '2b1f9f0e-0d4b-5c43-9d5f-3a8d6c0b7e11')).status).toBe(
      404,
    );
  });

  it('is the one that was agreed to, however often the approval dies and is repeated', async () => {
    const id = await request();
    const dies = { promote: () => Promise.reject(new Error('died')) };
    expect((await ask('approveRotation', 'approver@acme', id, dies)).status).toBe(500);
    const again = await ask('approveRotation', 'approver@acme', id);
    expect(at(again.json, 'status')).toBe('done');
    expect(await published()).toHaveLength(2);
    expect((await ask('approveRotation', 'approver@acme', id)).status).toBe(409);
    expect(await published()).toHaveLength(2);
  });
});
