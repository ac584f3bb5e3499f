import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers } from '../../functions/tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { itemId } from '../../shared/core/projections/keys.js';
import { validateDeployment } from '../../shared/core/readiness/validators/deployment.js';
import { gatherValidators } from '../../shared/usecases/gather-validators.js';
import { putSource } from '../../shared/usecases/manage-access.js';
import { putTenant } from '../../shared/usecases/manage-tenants.js';
import { recordStatement } from '../../shared/usecases/record.js';
import { issueNonce } from '../../shared/usecases/validate-connector.js';
import { newSigner, signed, signerUri, source } from '../ingest/intake.js';
import { acme, at, caller, foldAll, openDesk, start, type Asked, type Desk, type Told } from './desk.js';

const signer = newSigner('2026-a');
const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const old = source({ id: 'old', uri: signerUri, keys: [{ kid: signer.kid, jwk: signer.jwk, ...window }] });
const { id: _id, retirement: _none, ...registered } = old;

let desk: Desk;
const deps = () => ({ ...desk, stores: desk.stores.open(acme), blobs: desk.blobs.open(acme) });
beforeEach(async () => {
  desk = openDesk();
  const settings = tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' });
  await putTenant(deps(), settings, 'root');
  await putSource(deps(), old, 'root');
});

const ask = (name: keyof typeof tenantRoutes, role: string, rest: Asked = {}): Promise<Told> =>
  caller(
    desk,
    tenantRoutes,
    handlers,
  )(name, {
    token: `${role}@acme`,
    params: { sourceId: 'old' },
    ...rest,
  });
const request = () =>
  ask('requestSourceRetirement', 'admin', { body: { reason: 'moved, says ada@acme.example' } });
const approve = (role = 'approver') => ask('approveSourceRetirement', role);
const retire = async (): Promise<void> => {
  expect((await request()).status).toBe(200);
  expect((await approve()).status).toBe(200);
};
const post = async (id: string): Promise<Told> => {
  const event = {
    specversion: '1.0',
    id,
    source: signerUri,
    type: 'aispm.session.recorded',
    time: instantOf(start - hour),
    subject: 'agent:builder',
    data: { session: 's1', state: 'started', agent: 'builder' },
  };
  return caller(
    desk,
    ingestRoutes,
    ingestHandlers,
  )('ingestEvidence', {
    token: 'collector@acme',
    contentType: 'application/cloudevents+json',
    body: await signed(event, signer),
  });
};
const connectors = async (): Promise<string[]> => {
  const tenant = (await deps().stores.tenant.get())?.tenant ?? null;
  const facts = await gatherValidators(deps(), tenant, instantOf(desk.clock.now()), null);
  return validateDeployment(facts).flatMap(({ name, status }) =>
    name.startsWith('connector_live') ? [`${name} ${status}`] : [],
  );
};
const connectorStates = async () => {
  const documents = await deps().stores.ledger.read([itemId('connector', 'old')]);
  const document = documents.get(itemId('connector', 'old'));
  return document?.kind === 'item' ? document.states : null;
};
/** In the order of the revisions. */
const configured = async () => {
  const page = await deps().stores.evidence.search({ type: 'aispm.tenant.configured', limit: 20 });
  const data = page.items.map(({ event }) => event.data);
  return data.sort((a, b) => Number(at(a, 'revision')) - Number(at(b, 'revision')));
};

describe('a source that is decommissioned', () => {
  it('is retired by two people, and the evidence names both and why', async () => {
    expect((await request()).text).not.toContain('ada@');
    desk.clock.advance(hour);
    const own = await approve('admin');
    expect([own.status, at(own.json, 'code')]).toEqual([403, 'separation_of_duties']);
    expect((await post('before')).status).toBe(202);
    expect((await approve()).status).toBe(200);
    const [asked, retired] = (await configured()).slice(-2);
    expect(asked).toMatchObject({
      change: 'source',
      subject: 'old',
    });
    expect(retired).toMatchObject({ change: 'source_retired', subject: 'old', actor: at(asked, 'actor') });
    expect(at(retired, 'approvedBy')).not.toBe(at(asked, 'actor'));
    expect(at(asked, 'reason')).toContain('moved');
    expect(JSON.stringify([asked, retired])).not.toContain('ada@');
    const listed = await ask('listSources', 'auditor');
    expect(at(listed.json, 'items', 0, 'retirement', 'approved', 'at')).toBe(instantOf(start + hour));
  });

  it('sends nothing any more, and what it sent stays evidence', async () => {
    expect((await post('before')).status).toBe(202);
    await retire();
    const refused = await post('after');
    expect([refused.status, at(refused.json, 'rejected', 0, 'code')]).toEqual([422, 'source_retired']);
    expect(at(refused.json, 'rejected', 0, 'pointer')).toBe('/source');
    await foldAll(desk);
    const kept = await deps().stores.evidence.search({ type: 'aispm.session.recorded', limit: 9 });
    expect(kept.items.map(({ event, admission }) => [event.id, admission.signer?.validAtReceipt])).toEqual([
      ['before', true],
    ]);
  });

  it('is asked for no proof any more, by the gate or by a control; with none left the gate still wants a connector', async () => {
    const data = {
      connector: 'old',
      outcome: 'failed',
      nonceDigest: 'd'.repeat(64),
      issuedAt: instantOf(start),
    } as const;
    await recordStatement(deps(), { name: 'connector.validated', id: 'connector-1', data });
    await putSource(deps(), { ...old, id: 'new', uri: 'urn:agent-runtime:new' }, 'root');
    expect(await connectors()).toEqual(['connector_live:old blocker', 'connector_live:new blocker']);
    expect((await connectorStates())?.['connectors-live']?.state).toBe('blocked');
    await retire();
    expect(await connectors()).toEqual(['connector_live:new blocker']);
    expect(await connectorStates()).toEqual({});
    const found = await deps().stores.tenant.get();
    const tenant = found?.tenant ?? expect.fail('no tenant');
    const nonce = issueNonce(deps(), tenant, { connector: 'old', minutes: 5, random: new Uint8Array(32) });
    await expect(nonce).rejects.toThrow('retired');
    await ask('requestSourceRetirement', 'admin', { params: { sourceId: 'new' }, body: { reason: 'r' } });
    await ask('approveSourceRetirement', 'approver', { params: { sourceId: 'new' } });
    expect(await connectors()).toEqual(['connector_live blocker']);
  });

  it('comes back by no change: its registration is closed, and its uri stays its own', async () => {
    await retire();
    expect((await ask('putSource', 'admin', { body: registered })).status).toBe(409);
    const other = { params: { sourceId: 'other' }, body: registered };
    expect((await ask('putSource', 'admin', other)).status).toBe(409);
    expect((await request()).status).toBe(409);
    expect(
      (await ask('putSource', 'admin', { ...other, body: { ...registered, uri: 'urn:other' } })).status,
    ).toBe(200);
    expect(at((await post('after')).json, 'rejected', 0, 'code')).toBe('source_retired');
  });

  it('is retired on no request that is missing or older than three days, and once however often it is agreed to', async () => {
    expect((await approve()).status).toBe(409);
    await request();
    expect(at((await request()).json, 'changed')).toBe(false);
    // A change of the registration meanwhile neither drops the request nor answers it.
    await ask('putSource', 'admin', { body: { ...registered, environments: ['production', 'test'] } });
    desk.clock.advance(72 * hour);
    expect((await approve()).status).toBe(409);
    expect(at((await request()).json, 'changed')).toBe(true);
    expect(at((await approve()).json, 'changed')).toBe(true);
    expect(at((await approve()).json, 'changed')).toBe(false);
    expect(
      (await ask('requestSourceRetirement', 'admin', { params: { sourceId: 'x' }, body: { reason: 'r' } }))
        .status,
    ).toBe(404);
    expect((await ask('approveSourceRetirement', 'approver', { params: { sourceId: 'x' } })).status).toBe(
      404,
    );
  });
});
