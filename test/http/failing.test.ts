import { beforeEach, expect, it } from 'vitest';

import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { problemSchema } from '../../schemas/problem.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, instantOf, minute } from '../../shared/core/kernel/time.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { drillInto } from '../stories/drill.js';
import { acme, at, caller, collect, foldAll, openDesk, start, type Desk } from './desk.js';
import { registerSource } from '../register-source.js';

/* What keeps a layer from holding is a number with a link, and the link lists exactly what the number counts. */

let desk: Desk;
const deps = () => ({ stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock });
const time = (minutes: number): string => instantOf(start + minutes * minute);
const person = `psn:${'5'.repeat(32)}`;
const operation = (n: number): string => `00000000-0000-5000-8000-00000000000${n}`;

beforeEach(async () => {
  desk = openDesk();
  await putTenant(deps(), tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps(), source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime'] }), 'root');
  desk.clock.set(start + 10 * minute);
  const items = [
    { kind: 'agent', id: 'quiet', owner: 'Ada Lovelace' },
    { kind: 'workflow', id: 'nightly', owner: 'Ada Lovelace' },
  ];
  const acted = (id: string, minutes: number, data: Record<string, unknown>) =>
    decisionEvent({ id, time: time(minutes) }, data);
  const told = await collect(desk, [
    { ...decisionEvent({ id: 'inv', type: 'aispm.inventory.declared', time: time(1) }), data: { items } },
    acted('d1', 2, { agent: 'rogue', decision: 'allow', ran: true, repository: 'acme/shop' }),
    acted('d2', 3, { agent: 'other', evidence: [`evidence://${'a'.repeat(64)}`] }),
  ]);
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
});

/** Two mails that did not arrive, one of an unknown fate and one that did. */
async function mailed(): Promise<void> {
  await recordStatement(deps(), {
    name: 'report.requested',
    id: 'requested',
    data: {
      report: 'r1',
      reportType: 'ciso',
      actor: person,
      recipients: [person],
      approvalRequired: false,
      period: { from: time(0), to: time(1), zone: 'UTC' },
    },
  });
  const mail = (n: number) =>
    ({ report: 'r1', operation: operation(n), recipient: person, provider: 'acs' }) as const;
  for (const n of [1, 2, 3, 4])
    await recordStatement(deps(), {
      name: 'report.sending',
      id: `sending-${n}`,
      data: { ...mail(n), intendedAt: time(10) },
    });
  await recordStatement(deps(), {
    name: 'report.bounced',
    id: 'bounced',
    data: { ...mail(1), providerEvent: 'e1', status: 'bounced' },
  });
  for (const [n, outcome] of [
    [2, 'failed'],
    [3, 'unconfirmed'],
  ] as const) {
    const { provider: _provider, ...one } = mail(n);
    await recordStatement(deps(), {
      name: 'report.failed',
      id: `failed-${n}`,
      data: { ...one, outcome, detail: 'as the provider says' },
    });
  }
  await recordStatement(deps(), {
    name: 'report.delivered',
    id: 'delivered',
    data: { ...mail(4), providerEvent: 'e2', deliveredAt: time(10) },
  });
}

const layersNow = async (): Promise<Record<string, unknown>> =>
  at(await drillInto(desk).get('/api/tenants/acme/posture'), 'layers') as Record<string, unknown>;

it('whatever keeps a layer from holding is listed, all of it and nothing else, by its own link', async () => {
  await mailed();
  desk.clock.set(start + 9 * day);
  await foldUntil({ ledger: deps().stores.ledger, now: () => desk.clock.now() }, desk.clock.now());
  const failing = Object.values(await layersNow()).flatMap(
    (layer) => at(layer, 'failing') as { name: string; count: number; link: string }[],
  );
  const listed = failing.filter(({ name }) => !['no_inventory', 'inventory_stale'].includes(name));
  for (const { name, count, link } of listed)
    expect([name, (at(await drillInto(desk).get(link), 'items') as unknown[]).length]).toEqual([name, count]);
  expect(listed.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'silent_agents',
      'shadow_agents',
      'critical_unowned',
      'critical_overdue',
      'not_fresh',
      'never_heard',
      'not_signed',
      'unresolved',
      'bounced',
      'failed',
      'unconfirmed',
    ]),
  );
});

it('references that lead nowhere are asked for alone', async () => {
  const query = { references: 'unresolved', agent: 'other' };
  const told = await caller(
    desk,
    evidenceRoutes,
    evidenceHandlers,
  )('searchEvidence', { token: 'viewer@acme', query });
  expect([told.status, problemSchema.parse(told.json).code]).toEqual([400, 'invalid_request']);
});
