import { beforeEach, describe, expect, it } from 'vitest';

import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers } from '../../functions/tenants.js';
import { newSigner } from '../ingest/intake.js';
import { at, caller, openDesk, type Desk } from './desk.js';

const { kid, jwk } = newSigner('own');
const key = { kid, jwk, validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const settings = { displayName: 'Acme', timeZone: 'UTC' };
const one = {
  id: 'one',
  uri: 'urn:agent-runtime:signed',
  connectorType: 'custom',
  provenance: 'live',
  environments: ['staging', 'production'],
  eventTypes: ['runtime'],
  keys: [key],
};

let desk: Desk;
beforeEach(() => void (desk = openDesk()));

describe('the sources that a tenant begins with', () => {
  const create = (sources: object[]) =>
    caller(desk, tenantRoutes, handlers)('putTenant', { token: 'admin@acme', body: { settings, sources } });

  it('are said by who creates it, each fit and of its own, with the place of the one that is not', async () => {
    const bad = [
      [[one, { ...one, id: 'aispm' }], 400, '/sources/1'],
      [[one, { ...one, id: 'two', uri: 'urn:aispm:service' }], 400, '/sources/1/uri'],
      [[{ ...one, keys: [key, key] }], 400, '/sources/0/keys/1'],
      [[one, { ...one, uri: 'urn:other' }], 409, '/sources/1/id'],
      [[one, { ...one, id: 'two' }], 409, '/sources/1/uri'],
    ] as const;
    for (const [sources, status, pointer] of bad) {
      const refused = await create([...sources]);
      expect([refused.status, at(refused.json, 'pointer')]).toEqual([status, pointer]);
    }
    expect((await create([one])).status).toBe(201);
    const again = await create([one]);
    expect([again.status, at(again.json, 'changed')]).toEqual([200, false]);
  });

  it('are no way around the second person afterwards', async () => {
    await create([one]);
    for (const [sources, pointer] of [
      [[{ ...one, keys: [] }], '/sources/0'],
      [[one, { ...one, id: 'two', uri: 'urn:two' }], '/sources/1'],
    ] as const) {
      const refused = await create([...sources]);
      expect([refused.status, at(refused.json, 'pointer')]).toEqual([409, pointer]);
    }
  });
});
