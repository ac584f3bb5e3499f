import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { handlers as inventoryHandlers } from '../../functions/inventory.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { inventoryRoutes } from '../../functions/routes/inventory.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { consistencySchema, evidenceRowSchema } from '../../schemas/answers/evidence.js';
import { findingSchema } from '../../schemas/findings.js';
import { postureSchema, type Posture } from '../../schemas/posture.js';
import { fromBase64, fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { parseNote } from '../../shared/core/log/parse-note.js';
import { verifyConsistency } from '../../shared/core/log/verify.js';
import { minute } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { acme, at, caller, foldAll, openDesk, start, type Asked, type Desk } from './desk.js';
import { tenantNamed } from '../tenants.js';
import type { Stores } from '../../shared/ports.js';
import { registerSource } from '../register-source.js';

const viewer = 'viewer@acme';
let desk: Desk;
let evidence: ReturnType<typeof caller<typeof evidenceRoutes>>;
let posture: ReturnType<typeof caller<typeof postureRoutes>>;
let inventoryOf: ReturnType<typeof caller<typeof inventoryRoutes>>;
let ingest: ReturnType<typeof caller<typeof ingestRoutes>>;

const postureNow = async (asked: Asked = {}): Promise<Posture> =>
  postureSchema.parse((await posture('readPosture', { token: viewer, ...asked })).json);

async function post(tenant: string, ...events: Record<string, unknown>[]): Promise<void> {
  const told = await ingest('ingestEvidence', {
    token: `collector@${tenant}`,
    params: { tenantId: tenant },
    contentType: 'application/cloudevents-batch+json',
    body: events,
  });
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
}

const time = (minutes: number): string => new Date(start + minutes * minute).toISOString();
const inventory = (id: string, minutes: number, ...names: string[]): Record<string, unknown> => ({
  ...decisionEvent({ id, type: 'aispm.inventory.declared', time: time(minutes) }),
  data: { items: names.map((name) => ({ kind: 'agent', id: name, owner: 'Ada Lovelace' })) },
});
const decision = (id: string, minutes: number, agent: string, data: Record<string, unknown> = {}) =>
  decisionEvent({ id, time: time(minutes) }, { agent, session: 'run-1', ...data });

beforeAll(async () => {
  desk = openDesk();
  evidence = caller(desk, evidenceRoutes, evidenceHandlers);
  posture = caller(desk, postureRoutes, postureHandlers);
  inventoryOf = caller(desk, inventoryRoutes, inventoryHandlers);
  ingest = caller(desk, ingestRoutes, ingestHandlers);
  for (const tenantId of ['acme', 'globex'].map((id) => tenantNamed(id))) {
    const deps = { stores: desk.stores.open(tenantId), keys: desk.keys, clock: desk.clock };
    await putTenant(deps, tenantSettingsSchema.parse({ displayName: tenantId, timeZone: 'UTC' }), 'root');
    await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  }
  desk.clock.set(start + 10 * minute);
  await post('acme', inventory('inv-1', 1, 'builder-1', 'builder-2'), decision('dec-1', 2, 'builder-1'));
  desk.clock.set(start + 20 * minute);
  await post(
    'acme',
    decision('dec-2', 15, 'builder-2', { decision: 'allow', ran: true }),
    decision('dec-3', 16, 'rogue'),
  );
  await post('globex', decision('dec-1', 2, 'builder-9'), decision('dec-2', 3, 'builder-9'));
  desk.clock.set(start + 30 * minute);
});

describe('the way from a number to its evidence', () => {
  it('takes three calls: posture, control, proof', async () => {
    const { controls } = await postureNow();
    const failing = controls.find((c) => c.id === 'destructive-commands');
    expect(failing?.counts.missing).toBeGreaterThan(0);
    expect(failing?.link).toBe('/api/tenants/acme/controls/destructive-commands');
    const { json } = await posture('readControl', {
      token: viewer,
      params: { controlId: 'destructive-commands' },
      query: { state: 'missing' },
    });
    const row = (at(json, 'items') as unknown[]).find((item) => at(item, 'name') === 'builder-2');
    const id = String(at(row, 'evidenceId'));
    expect(at(row, 'links', 'proof')).toBe(`/api/tenants/acme/evidence/${id}/proof`);
    const proof = await evidence('readProof', { token: viewer, params: { evidenceId: id } });
    expect([proof.status, at(proof.json, 'entry', 'id')]).toEqual([200, id]);
  });

  it('shows an event as it was digested, with the names of its people beside it', async () => {
    const { items } = pageOf(evidenceRowSchema).parse(
      (await evidence('searchEvidence', { token: viewer, query: { type: 'aispm.inventory.declared' } })).json,
    );
    const { json, text } = await evidence('readEvidence', {
      token: viewer,
      params: { evidenceId: items[0]?.id ?? '' },
    });
    expect(at(json, 'digest')).toBe(items[0]?.digest);
    const owner = String(at(json, 'event', 'data', 'items', 0, 'owner'));
    expect(owner).toMatch(/^psn:/);
    expect(at(json, 'people', owner)).toBe('Ada Lovelace');
    expect(text).not.toContain('bodyMac');
    expect(at(json, 'log', 'position')).toBe(3);
  });

  it('finds findings worst first, one by its fingerprint, and by what it is filtered for', async () => {
    const list = z.strictObject({ ...pageOf(findingSchema).shape });
    const { items } = list.parse(
      (await posture('listFindings', { token: viewer, query: { state: 'open' } })).json,
    );
    const order = ['critical', 'high', 'medium', 'low'];
    const severities = items.map((finding) => order.indexOf(finding.severity));
    expect(severities).toEqual([...severities].sort());
    const one = await posture('readFinding', { token: viewer, params: { findingId: items[0]?.id ?? '' } });
    expect(at(one.json, 'subject')).toBe(items[0]?.subject);
    const low = list.parse(
      (await posture('listFindings', { token: viewer, query: { severity: 'medium' } })).json,
    );
    expect(low.items.every((finding) => finding.severity === 'medium')).toBe(true);
    expect(
      (await posture('readFinding', { token: viewer, params: { findingId: 'f'.repeat(64) } })).status,
    ).toBe(404);
  });

  it('lists what is governed, declared or not, and the runs of agents', async () => {
    const agents = await inventoryOf('listAgents', { token: viewer });
    const names = (at(agents.json, 'items') as unknown[]).map((item) => at(item, 'name'));
    expect(names.sort()).toEqual(['builder-1', 'builder-2', 'rogue']);
    for (const name of ['listRepositories', 'listWorkflows', 'listTools'] as const)
      expect([name, (await inventoryOf(name, { token: viewer })).status]).toEqual([name, 200]);
    const run = await inventoryOf('readSession', { token: viewer, params: { sessionId: 'run-1' } });
    expect(at(run.json, 'decisions')).toBe(3);
    expect(at(run.json, 'links', 'evidence')).toBe('/api/tenants/acme/evidence?session=run-1');
  });

  it('says of what is not there only that it is not there', async () => {
    const absent = 'a'.repeat(64);
    expect((await evidence('readEvidence', { token: viewer, params: { evidenceId: absent } })).status).toBe(
      404,
    );
    expect((await evidence('readProof', { token: viewer, params: { evidenceId: absent } })).status).toBe(404);
    expect((await posture('readControl', { token: viewer, params: { controlId: 'none' } })).status).toBe(404);
    expect((await inventoryOf('readSession', { token: viewer, params: { sessionId: 'none' } })).status).toBe(
      404,
    );
    expect((await evidence('readKeys', { params: { tenantId: 'nobody' } })).status).toBe(404);
  });
});

describe('a posture', () => {
  it('is at most two point reads, whatever the tenant holds: the tenant that authorises, and the counters', async () => {
    const stores = desk.stores.open(acme);
    const reads: string[] = [];
    const counted = {
      ...stores,
      ledger: {
        ...stores.ledger,
        read: (ids: readonly string[]) => (reads.push(...ids), stores.ledger.read(ids)),
      },
    };
    const document: Stores['document'] = (id) => (reads.push('tenant'), desk.stores.document(id));
    const only = { ...desk, stores: { ...desk.stores, document, open: () => counted } };
    const told = await caller(only, postureRoutes, postureHandlers)('readPosture', { token: viewer });
    expect([told.status, reads]).toEqual([200, ['tenant', 'summary']]);
  });

  it('of a past instant is what was known then, judged then, and stays so when more comes in', async () => {
    const then = await postureNow({ query: { asOf: time(12) } });
    expect([then.position, then.asOf, then.layers.coverage.agents.shadow]).toEqual([5, time(12), 0]);
    expect((await postureNow()).layers.coverage.agents.shadow).toBe(1);
    const now = await postureNow();
    expect(await postureNow({ query: { asOf: now.asOf } })).toEqual(now);
    const { searchParams } = new URL(now.links['asServed'] ?? '', 'http://127.0.0.1');
    expect(await postureNow({ query: Object.fromEntries(searchParams) })).toEqual(now);
    const before = await postureNow({ query: { asOf: time(-60) } });
    expect([before.position, before.score.notObserved]).toEqual([0, 'no_inventory']);
  });

  it('is refused for what has not been: an instant ahead, a position beyond the log', async () => {
    const impossible: Record<string, string>[] = [
      { asOf: time(31) },
      { position: '8' },
      { position: '-1' },
      { asOf: 'yesterday' },
    ];
    for (const query of impossible) {
      const told = await posture('readPosture', { token: viewer, query });
      expect([query, told.status, at(told.json, 'code')]).toEqual([query, 400, 'invalid_request']);
    }
    const torn = await posture('readPosture', { token: viewer, query: { position: '7', asOf: time(12) } });
    expect(torn.status).toBe(400);
  });
});

describe('a list', () => {
  const page = async (query: Record<string, string>) =>
    pageOf(evidenceRowSchema).parse((await evidence('searchEvidence', { token: viewer, query })).json);

  it('shows everything once over its pages', async () => {
    const all = await page({});
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const next: Awaited<ReturnType<typeof page>> = await page({
        limit: '2',
        ...(cursor === undefined ? {} : { cursor }),
      });
      ids.push(...next.items.map((item) => item.id));
      cursor = next.cursor;
    } while (cursor !== undefined);
    expect(ids).toEqual(all.items.map((item) => item.id));
    expect(ids.length).toBe(7);
  });

  it('refuses a cursor of another tenant, another list, other filters, or of nobody', async () => {
    const { cursor = '' } = await page({ limit: '1' });
    const foreign = await evidence('searchEvidence', {
      token: 'viewer@globex',
      params: { tenantId: 'globex' },
      query: { limit: '1' },
    });
    const others = [String(at(foreign.json, 'cursor')), 'garbage', '%%%', 'AAAA', `${cursor}x`];
    for (const other of others) {
      const told = await evidence('searchEvidence', { token: viewer, query: { limit: '1', cursor: other } });
      expect([other, told.status, at(told.json, 'code')]).toEqual([other, 400, 'invalid_request']);
    }
    const filtered = { token: viewer, query: { agent: 'rogue', cursor } };
    expect((await evidence('searchEvidence', filtered)).status).toBe(400);
    expect((await posture('listFindings', { token: viewer, query: { cursor } })).status).toBe(400);
  });

  it('of one tenant holds nothing of another, though their sources and ids are the same', async () => {
    const mine = await page({ agent: 'builder-9' });
    expect(mine.items).toEqual([]);
    const theirs = await evidence('searchEvidence', {
      token: 'viewer@globex',
      params: { tenantId: 'globex' },
      query: { agent: 'builder-9' },
    });
    expect(at(theirs.json, 'items')).toHaveLength(2);
  });
});

describe('the log', () => {
  it('proves that what it was is a prefix of what it is', async () => {
    const { json } = await evidence('readCheckpoint', { token: viewer });
    expect(at(json, 'size')).toBe(7);
    const before = await desk.blobs.open(acme).get('log', 'acme/checkpoints/000000000005');
    const [old, now] = [fromUtf8(before ?? new Uint8Array()), String(at(json, 'note'))].map(
      (note) => parseNote(note)?.checkpoint,
    );
    const proof = await evidence('readConsistency', { token: viewer, query: { from: '5', to: '7' } });
    const hashes = consistencySchema.parse(proof.json).hashes.map(fromBase64);
    expect(old && now && verifyConsistency(5, 7, hashes, old.root, now.root)).toBe(true);
    const beyond = await evidence('readConsistency', { token: viewer, query: { from: '3', to: '8' } });
    expect(beyond.status).toBe(400);
  });
});

describe('the webhook handshake', () => {
  const shake = (headers: Record<string, string>) => ingest('ingestEvidenceHandshake', { headers });
  it('lets an origin send, and answers alike for a tenant that does not exist', async () => {
    const told = await shake({
      'WebHook-Request-Origin': 'events.example.com',
      'WebHook-Request-Rate': '120',
    });
    expect([
      told.status,
      told.headers['WebHook-Allowed-Origin'],
      told.headers['WebHook-Allowed-Rate'],
    ]).toEqual([200, 'events.example.com', '*']);
    const absent = await ingest('ingestEvidenceHandshake', {
      params: { tenantId: 'nobody' },
      headers: { 'WebHook-Request-Origin': 'events.example.com', 'WebHook-Request-Rate': '120' },
    });
    expect(absent).toEqual(told);
    expect((await shake({})).status).toBe(400);
    expect((await shake({ 'WebHook-Request-Origin': 'a b' })).status).toBe(400);
  });
});
