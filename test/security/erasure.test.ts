import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/custody.js';
import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { custodyRoutes } from '../../functions/routes/custody.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import { pseudonymOf } from '../../shared/core/ingest/people.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { day, minute } from '../../shared/core/kernel/time.js';
import { originOf } from '../../shared/core/kernel/note.js';
import { trustFrom } from '../../shared/core/log/trust.js';
import { verifyExport } from '../../shared/core/log/verify-export.js';
import { admitHttp } from '../../shared/usecases/ingest/admit.js';
import { exportPage } from '../../shared/usecases/log/export-tenant.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { servicesOf, type TenantServices } from '../../functions/http/tenant-services.js';
import { applyRetention } from '../../shared/usecases/log/retention.js';
import { runCheck } from '../../shared/usecases/integrity/run-check.js';
import { takeSnapshot } from '../../shared/usecases/log/snapshot.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import { addMember } from '../add-member.js';
import { acme, at, caller, foldAll, openDesk, start, type Desk, type Told } from '../http/desk.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';

const jane = 'Jane Doe';
const address = 'jane.doe@acme.example';
/** Under whatever spelling it might stand somewhere. */
const traces = /jane|doe@|\bdoe\b/i;

let desk: Desk;
let own: TenantServices;

/** Jane acts, is named, is written to, sends what is refused, asks for a report, and stands in raw content. */
beforeEach(async () => {
  const callers = {
    admin: { subject: 'admin-1', roles: ['admin'], tenants: ['acme'] },
    jane: { subject: address, roles: ['collector', 'operator'], tenants: ['acme'] },
  };
  desk = openDesk({ tokens: memoryTokens(callers) });
  own = servicesOf(desk, acme);
  const settings = tenantSettingsSchema.parse({
    displayName: 'Acme',
    timeZone: 'UTC',
    keepRawPayloads: true,
    reports: {
      allowedDomains: ['acme.example'],
      recipients: [
        { address, displayName: jane, audience: ['ciso'] },
        { address: 'board@acme.example', audience: ['ciso', 'board'] },
      ],
    },
  });
  await putTenant(own, settings, 'admin-1');
  await addMember(own, { subject: address, roles: ['viewer'] }, 'admin-1');
  const found = await own.stores.tenant.get();
  if (found === null) throw new Error('no tenant');
  const tenant = { ...found.tenant, sources: [source({ id: 'runtime', uri: runtimeUri })] };
  await own.stores.tenant.put(tenant, found.etag);
  const raw = { prompt: `Mail it to ${address}.` };
  const body = [
    decisionEvent({ id: 'told' }, { raw, reason: `asked by ${address}` }),
    { ...decisionEvent({ id: 'refused' }), type: 'aispm.nonsense' },
    {
      ...decisionEvent({ id: 'inventory' }),
      type: 'aispm.inventory.declared',
      data: { items: [{ kind: 'agent', id: 'builder', owner: jane }] },
    },
  ];
  await admitHttp(own, {
    tenantId: acme,
    caller: { subject: address },
    contentType: 'application/cloudevents-batch+json',
    headers: {},
    body: utf8(JSON.stringify(body)),
    receivedAt: start,
    tenant,
  } as Parameters<typeof admitHttp>[1]);
  await foldAll(desk);
  const deps = { ...own, rehearsal: true };
  const record = await requestReport(
    deps,
    tenant,
    { subject: address },
    { type: 'ciso', idempotencyKey: 'k' },
    'n',
  );
  await freezeReport(deps, record.id);
  await renderReport(deps, record.id);
  await takeSnapshot(own);
});

/** Everything that any store or blob of the tenant holds, as text, by where it stands. */
async function everything(): Promise<Map<string, string>> {
  const { stores, blobs } = own;
  const found = new Map<string, string>();
  const note = (where: string, value: unknown): void => void found.set(where, JSON.stringify(value));
  note('tenant', await stores.tenant.get());
  note('people', await stores.tenant.people({ limit: 1000 }));
  note('evidence', await stores.evidence.search({ limit: 1000 }));
  note('entries', await stores.ledger.entries(0, 10_000));
  for await (const document of stores.ledger.all()) note(document.id, document);
  note('records', await stores.records.all({ limit: 1000 }));
  note('quarantine', await stores.quarantine.list({ limit: 1000 }));
  for (const container of ['log', 'reports', 'payloads'] as const)
    for (const name of await blobs.list(container, `${acme}/`))
      found.set(
        `${container}/${name}`,
        Buffer.from((await blobs.get(container, name)) ?? []).toString('latin1'),
      );
  found.set('telemetry', JSON.stringify(desk.telemetry.lines));
  return found;
}

/** Bytes that stand as base64 in an answer, as what they are: three letters of base64 mean nothing. */
const decoded = (_member: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > 200 && /^[A-Za-z0-9+/]+=*$/.test(value)
    ? Buffer.from(value, 'base64').toString('latin1')
    : value;

const where = async (): Promise<string[]> =>
  [...(await everything())].flatMap(([name, text]) => (traces.test(text) ? [name] : []));

const custody = (name: keyof typeof custodyRoutes, body: unknown): Promise<Told> =>
  caller(desk, custodyRoutes, handlers)(name, { token: 'admin', body });
const erase = (person: string, reason = 'Request 114'): Promise<Told> =>
  custody('erasePerson', { person, reason });

describe('before anybody is erased', () => {
  it('a person stands in the directory and in the settings alone: nowhere that cannot be changed', async () => {
    expect(await where()).toEqual(['tenant', 'people']);
    expect([...(await everything()).keys()].some((name) => name.startsWith('payloads/'))).toBe(true);
  });
});

describe('after a person’s entries are erased', () => {
  it('no store and no artifact yields the person, no answer names them, and the log still verifies', async () => {
    const shown = await caller(desk, evidenceRoutes, evidenceHandlers)('listQuarantine', { token: 'admin' });
    expect(shown.text).toMatch(traces);
    expect((await erase(address)).json).toMatchObject({
      erased: { name: true, member: true, recipient: true },
    });
    expect((await erase(jane)).json).toMatchObject({ erased: { name: true } });
    expect(await where()).toEqual([]);
    const { items } = await own.stores.evidence.search({ limit: 1000 });
    for (const { id } of items) {
      const told = await caller(
        desk,
        evidenceRoutes,
        evidenceHandlers,
      )('readEvidence', {
        token: 'admin',
        params: { evidenceId: id },
      });
      expect(told.text).not.toMatch(traces);
    }
    expect((await runCheck({ ...own, scratch: own.scratchLedger })).faults).toEqual([]);
    const pages = [];
    for (let cursor: string | undefined; ;) {
      const page = await exportPage(own, { cursor, people: true }, 'n');
      pages.push(page);
      if (page.cursor === undefined) break;
      cursor = page.cursor;
    }
    expect(JSON.stringify(pages, decoded)).not.toMatch(traces);
    const keys = (await own.stores.tenant.get())?.tenant.keys ?? [];
    const trust = trustFrom({ tenantId: acme, origin: originOf(acme), keys });
    expect(verifyExport(pages, trust).filter(({ passed }) => !passed)).toEqual([]);
  });

  it('the erasure is evidence without the name, and late evidence does not bring the name back', async () => {
    const { json } = await erase(jane);
    const event = await own.stores.evidence.get(String(at(json, 'evidence')));
    expect(event?.event).toMatchObject({ type: 'aispm.person.erased', data: { reason: 'Request 114' } });
    const macKey = await own.keys.macKey(acme);
    expect(event?.event.data).toMatchObject({ person: pseudonymOf(macKey, 'JANE  doe'.replace('  ', ' ')) });
    await own.stores.tenant.remember([{ pseudonym: pseudonymOf(macKey, jane), name: jane }]);
    expect((await own.stores.tenant.people({ limit: 100 })).items.map(({ name }) => name)).not.toContain(
      jane,
    );
  });

  it('a pseudonym serves as well as a name, and one that nobody has is no error', async () => {
    const pseudonym = pseudonymOf(await own.keys.macKey(acme), address);
    expect((await erase(pseudonym)).json).toMatchObject({ person: pseudonym, erased: { member: true } });
    expect((await erase('somebody else')).json).toMatchObject({
      erased: { name: false, member: false, recipient: false },
    });
  });

  it('not where the reason, which stays, names the person', async () => {
    for (const reason of ['jane doe asked', `for ${address.toUpperCase()}`]) {
      const told = await erase(reason.includes('@') ? address : jane, reason);
      expect([told.status, at(told.json, 'code')]).toEqual([400, 'invalid_request']);
    }
    expect((await own.stores.evidence.search({ type: 'aispm.person.erased', limit: 5 })).items).toEqual([]);
  });
});

describe('a legal hold', () => {
  it('suspends erasure until it is released, and is evidence both times, with its reason', async () => {
    await custody('putLegalHold', { held: true, reason: 'Case 7' });
    desk.clock.set(start + minute);
    const told = await erase(jane);
    expect([told.status, at(told.json, 'code')]).toEqual([409, 'conflict']);
    expect(await where()).toContain('people');
    await custody('putLegalHold', { held: false, reason: 'Case 7 closed' });
    expect((await erase(jane)).status).toBe(200);
    const { items } = await own.stores.evidence.search({ type: 'aispm.tenant.configured', limit: 20 });
    const holds = items.flatMap(({ event }) =>
      event.type === 'aispm.tenant.configured' && event.data.change === 'legal_hold' ? [event.data] : [],
    );
    expect(holds.map(({ subject }) => subject).sort()).toEqual(['placed', 'released']);
    expect(holds.map(({ reason }) => reason).sort()).toEqual(['Case 7', 'Case 7 closed']);
  });

  it('suspends deletion: evidence whose time is over stays, and goes when the hold is released', async () => {
    const before = (await own.stores.evidence.search({ limit: 1000 })).items.length;
    await custody('putLegalHold', { held: true, reason: 'Case 7' });
    desk.clock.set(start + 3000 * day);
    await applyRetention(own);
    expect((await own.stores.evidence.search({ limit: 1000 })).items.length).toBe(before + 1);
    await custody('putLegalHold', { held: false, reason: 'closed' });
    const left = (await own.stores.evidence.search({ limit: 1000 })).items;
    expect(left.map(({ event }) => event.type)).toEqual(['aispm.tenant.configured']);
    // Gone by right: the log proves what it cannot show, and nothing of it is missed.
    const check = await runCheck({ ...own, scratch: own.scratchLedger });
    expect(check.faults).toEqual([]);
  });

  it('is not lifted by a change of the settings', async () => {
    await custody('putLegalHold', { held: true, reason: 'Case 7' });
    const settings = (await own.stores.tenant.get())?.tenant.settings;
    if (settings === undefined) throw new Error('no tenant');
    await putTenant(own, { ...settings, retentionDays: 30 }, 'admin-1');
    expect((await own.stores.tenant.get())?.tenant.legalHold).toBeDefined();
  });
});
