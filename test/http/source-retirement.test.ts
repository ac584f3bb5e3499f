import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { sourceChangeRoutes } from '../../functions/routes/source-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import { handlers } from '../../functions/tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { itemId } from '../../shared/core/projections/keys.js';
import { validateDeployment } from '../../shared/core/readiness/validators/deployment.js';
import { gatherValidators } from '../../shared/usecases/readiness/gather-validators.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { issueNonce } from '../../shared/usecases/readiness/validate-connector.js';
import { newSigner, signed, signerUri, source } from '../ingest/intake.js';
import { acme, at, caller, foldAll, openDesk, start, type Asked, type Desk, type Told } from './desk.js';
import { registerSource } from '../register-source.js';

const signer = newSigner('2026-a');
const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const old = source({ id: 'old', uri: signerUri, keys: [{ kid: signer.kid, jwk: signer.jwk, ...window }] });
const { id: _id, retired: _none, ...registered } = old;

let desk: Desk;
const deps = () => ({ ...desk, stores: desk.stores.open(acme), blobs: desk.blobs.open(acme) });
beforeEach(async () => {
  desk = openDesk();
  const settings = tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' });
  await putTenant(deps(), settings, 'root');
  await registerSource(deps(), old, 'root');
});

const routes = { ...tenantRoutes, ...sourceChangeRoutes };
const ask = (name: keyof typeof routes, role: string, rest: Asked = {}): Promise<Told> =>
  caller(desk, routes, { ...handlers, ...changeHandlers })(name, { token: `${role}@acme`, ...rest });
const request = (sourceId = 'old', role = 'admin') =>
  ask('requestSourceRetirement', role, {
    params: { sourceId },
    body: { reason: 'moved, says ada@acme.example' },
  });
const decide =
  (step: 'approveSourceChange' | 'rejectSourceChange') =>
  (asked: Told, role = 'approver') =>
    ask(step, role, { params: { changeId: String(at(asked.json, 'id')) } });
const [approve, reject] = [decide('approveSourceChange'), decide('rejectSourceChange')];
const retire = async (sourceId = 'old'): Promise<void> => {
  const asked = await request(sourceId);
  expect(asked.status).toBe(202);
  expect((await approve(asked)).status).toBe(200);
};
const put = (sourceId: string, over: object = {}) =>
  ask('putSource', 'admin', { params: { sourceId }, body: { ...registered, ...over } });
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
    const wish = await request();
    expect(wish.text).not.toContain('ada@');
    desk.clock.advance(hour);
    const own = await approve(wish, 'admin');
    expect([own.status, at(own.json, 'code')]).toEqual([403, 'separation_of_duties']);
    expect((await post('before')).status).toBe(202);
    expect((await approve(wish)).status).toBe(200);
    const [asked, retired] = (await configured()).slice(-2);
    expect(asked).toMatchObject({
      change: 'source_requested',
      subject: 'old',
    });
    expect(retired).toMatchObject({ change: 'source_retired', subject: 'old', actor: at(asked, 'actor') });
    expect(at(retired, 'approvedBy')).not.toBe(at(asked, 'actor'));
    expect(at(asked, 'reason')).toContain('moved');
    expect(JSON.stringify([asked, retired])).not.toContain('ada@');
    const listed = await ask('listSources', 'auditor');
    expect(at(listed.json, 'items', 0, 'retired', 'at')).toBe(instantOf(start + hour));
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
    await registerSource(deps(), { ...old, id: 'new', uri: 'urn:agent-runtime:new' }, 'root');
    expect(await connectors()).toEqual(['connector_live:old blocker', 'connector_live:new blocker']);
    expect((await connectorStates())?.['connectors-live']?.state).toBe('blocked');
    await retire();
    expect(await connectors()).toEqual(['connector_live:new blocker']);
    expect(await connectorStates()).toEqual({});
    const found = await deps().stores.tenant.get();
    const tenant = found?.tenant ?? expect.fail('no tenant');
    const nonce = issueNonce(deps(), tenant, { connector: 'old', minutes: 5, random: new Uint8Array(32) });
    await expect(nonce).rejects.toThrow('retired');
    await retire('new');
    expect(await connectors()).toEqual(['connector_live blocker']);
  });

  it('comes back by no change: its registration is closed, and its uri stays its own', async () => {
    await retire();
    expect((await put('old')).status).toBe(409);
    expect((await put('old', { keys: [] })).status).toBe(409);
    expect((await put('other')).status).toBe(409);
    expect((await request()).status).toBe(409);
    expect((await put('other', { uri: 'urn:other' })).status).toBe(202);
    expect(at((await post('after')).json, 'rejected', 0, 'code')).toBe('source_retired');
  });

  it('is retired on no request that is withdrawn, refused or older than three days, and once however often it is agreed to', async () => {
    const wish = await request();
    expect(at((await request()).json, 'id')).toBe(at(wish.json, 'id'));
    // What is taken from the registration meanwhile neither drops the request nor answers it.
    expect((await put('old', { keys: [] })).status).toBe(409);
    expect((await put('old', { eventTypes: ['decision.recorded'] })).status).toBe(200);
    expect(at((await reject(wish, 'admin')).json, 'status')).toBe('withdrawn');
    expect((await approve(wish)).status).toBe(409);
    const second = await request();
    expect(at((await reject(second)).json, 'status')).toBe('rejected');
    const third = await request();
    desk.clock.advance(72 * hour);
    expect((await approve(third)).status).toBe(409);
    const last = await request();
    expect((await approve(last)).status).toBe(200);
    expect(at((await approve(last)).json, 'status')).toBe('approved');
    expect((await configured()).filter((one) => at(one, 'change') === 'source_retired')).toHaveLength(1);
    expect((await request('x')).status).toBe(404);
  });
});
