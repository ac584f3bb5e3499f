import { beforeAll, describe, expect, it } from 'vitest';

import { handlers as governanceHandlers } from '../../functions/governance.js';
import { handlers as inventoryHandlers } from '../../functions/inventory.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { governanceRoutes } from '../../functions/routes/governance.js';
import { inventoryRoutes } from '../../functions/routes/inventory.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { findingSchema } from '../../schemas/findings.js';
import { problemSchema } from '../../schemas/problem.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { registerSource } from '../register-source.js';
import { decisionEvent, registrarUri, runtimeUri, source } from '../ingest/intake.js';
import { acme, at, caller, collect, foldAll, openDesk, start, type Desk } from './desk.js';

const token = 'viewer@acme';
let desk: Desk;

const said = (id: string, type: string, data: Record<string, unknown>, uri = runtimeUri) => ({
  ...decisionEvent({ id, type: `aispm.${type}`, time: instantOf(start), source: uri }),
  data,
});
const ran = (id: string, agent: string) =>
  decisionEvent({ id, time: instantOf(start) }, { decision: 'allow', ran: true, agent });
const asked = (approval: string, agent: string) =>
  said(`asked-${approval}`, 'approval.requested', {
    approval,
    agent,
    requestedBy: 'Ada Lovelace',
    expiresAt: instantOf(start + hour),
  });
const granted = (exception: string) =>
  said(
    `granted-${exception}`,
    'exception.granted',
    {
      exception,
      owner: 'Ada Lovelace',
      requestedBy: 'Ada Lovelace',
      approvedBy: 'Grace Hopper',
      expiresAt: instantOf(start + hour),
      scope: 'one agent',
    },
    registrarUri,
  );

beforeAll(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  await registerSource(
    deps,
    source({ id: 'registrar', uri: registrarUri, eventTypes: ['exception.granted'] }),
    'root',
  );
  const told = await collect(desk, [
    ran('a', 'payments-builder'),
    ran('b', 'notes-writer'),
    asked('release/2026-11', 'payments-builder'),
    asked('restore-backup', 'notes-writer'),
    granted('legacy-shell for payments'),
    granted('second-exception'),
  ]);
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
});

const names = (json: unknown): unknown[] => {
  const items = at(json, 'items');
  return (Array.isArray(items) ? items : []).map((item: unknown) => at(item, 'name')).sort();
};
const findings = async (query: Record<string, string>) =>
  pageOf(findingSchema).parse(
    (await caller(desk, postureRoutes, postureHandlers)('listFindings', { token, query })).json,
  ).items;
const governance = async (name: 'listApprovals' | 'listExceptions', words: string) =>
  names((await caller(desk, governanceRoutes, governanceHandlers)(name, { token, query: { words } })).json);

describe('a search by words', () => {
  it('finds the findings that say all of them or are about them, in any order and beside other filters', async () => {
    const about = await findings({ words: 'Builder PAYMENTS' });
    expect(about.length).toBeGreaterThan(0);
    for (const { subject, agent } of about)
      expect([subject, `agent:${agent ?? ''}`]).toContain('agent:payments-builder');
    const titled = await findings({ words: 'commands destructive', state: 'open' });
    expect(titled.length).toBeGreaterThan(0);
    for (const { detail } of titled) expect(detail.toLowerCase()).toMatch(/destructive commands/);
    const [one] = titled;
    expect(await findings({ words: `${one?.detail ?? ''} ${one?.subject ?? ''}` })).toContainEqual(one);
  });

  it('finds approvals, exceptions and agents by words of their names', async () => {
    expect(await governance('listApprovals', 'release')).toEqual(['release/2026-11']);
    expect(await governance('listApprovals', 'notes')).toEqual(['restore-backup']);
    expect(await governance('listExceptions', 'payments legacy')).toEqual(['legacy-shell for payments']);
    const agents = await caller(
      desk,
      inventoryRoutes,
      inventoryHandlers,
    )('listAgents', {
      token,
      query: { words: 'writer' },
    });
    expect(names(agents.json)).toEqual(['notes-writer']);
  });

  it('finds nothing by part of a word or a word too many, and refuses a text that holds no word', async () => {
    expect(await findings({ words: 'payment' })).toEqual([]);
    expect(await findings({ words: 'payments builder elsewhere' })).toEqual([]);
    const refused = await caller(
      desk,
      postureRoutes,
      postureHandlers,
    )('listFindings', {
      token,
      query: { words: ' – ' },
    });
    expect([refused.status, problemSchema.parse(refused.json).code]).toEqual([400, 'invalid_request']);
  });
});
