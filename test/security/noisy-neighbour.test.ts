import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/ingest-evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { foldDocuments } from '../../functions/fold-evidence.js';
import { memoryClock } from '../../shared/adapters/memory/clock.js';
import { tenantLimits } from '../../shared/adapters/tenant-limits.js';
import { problemSchema } from '../../schemas/problem.js';
import type { Stores } from '../../shared/ports.js';
import { caller, openDesk, start, type Desk } from '../http/desk.js';
import { decisionEvent, runtimeUri, source, tenantWith } from '../ingest/intake.js';
import { decisionOf } from '../contract/samples.js';
import { tenantNamed } from '../tenants.js';

const [acme, globex] = [tenantNamed('acme'), tenantNamed('globex')];

describe('a tenant that floods an instance', () => {
  let desk: Desk;
  beforeEach(async () => {
    const clock = memoryClock(start);
    desk = openDesk({ clock, limits: tenantLimits({ requests: 2, events: 60 }, clock) });
    for (const id of [acme, globex]) {
      const tenant = tenantWith([source({ id: 'runtime', uri: runtimeUri })], {}, id);
      await desk.stores.open(id).tenant.put(tenant, null);
      await desk.keys.ensure(id);
    }
  });
  let serial = 0;
  const post = (tenantId: string, events = 1) =>
    caller(
      desk,
      ingestRoutes,
      handlers,
    )('ingestEvidence', {
      token: `collector@${tenantId}`,
      params: { tenantId },
      contentType: 'application/cloudevents-batch+json',
      body: Array.from({ length: events }, () =>
        decisionEvent({ id: `e-${(serial += 1)}`, time: '2026-06-01T11:59:00Z' }),
      ),
    });

  it('is told to slow down and when to come again, while another tenant is served', async () => {
    for (let n = 0; n < 20; n++) expect((await post('acme')).status).toBe(202);
    const told = await post('acme');
    expect([told.status, told.headers['Retry-After'], problemSchema.parse(told.json).code]).toEqual([
      429,
      '1',
      'too_many_requests',
    ]);
    expect((await post('globex')).status).toBe(202);
    desk.clock.advance(1_000);
    expect([(await post('acme')).status, (await post('acme')).status, (await post('acme')).status]).toEqual([
      202, 202, 429,
    ]);
  });

  it('by large batches is refused whole batches, of which nothing is stored', async () => {
    expect((await post('acme', 500)).status).toBe(202);
    const before = (await desk.stores.open(acme).evidence.search({ limit: 1000 })).items.length;
    const told = await post('acme', 500);
    expect([told.status, told.headers['Retry-After']]).toEqual([429, '7']);
    expect((await desk.stores.open(acme).evidence.search({ limit: 1000 })).items).toHaveLength(before);
    desk.clock.advance(7_000);
    expect((await post('acme', 500)).status).toBe(202);
  });

  it('cannot be flooded on behalf of by somebody without a right to it', async () => {
    for (let n = 0; n < 100; n++)
      await caller(
        desk,
        ingestRoutes,
        handlers,
      )('ingestEvidence', { token: 'collector@globex', params: { tenantId: 'acme' }, body: '[]' });
    expect((await post('acme')).status).toBe(202);
  });
});

describe('the fold takes turns', () => {
  it('so that whoever brought little is through before whoever brought much', async () => {
    const desk = openDesk();
    const order: string[] = [];
    const open: Stores['open'] = (id) => {
      const opened = desk.stores.open(id);
      const commit: typeof opened.ledger.commit = (batch) => {
        order.push(...batch.entries.map(() => id));
        return opened.ledger.commit(batch);
      };
      return { ...opened, ledger: { ...opened.ledger, commit } };
    };
    for (const id of [acme, globex]) await desk.keys.ensure(id);
    const flood = Array.from({ length: 300 }, (_, n) =>
      decisionOf(acme, `a-${n}`, '2026-06-01T11:59:00.000Z'),
    );
    const few = Array.from({ length: 3 }, (_, n) => decisionOf(globex, `g-${n}`, '2026-06-01T11:59:00.000Z'));
    await foldDocuments({ ...desk, stores: { ...desk.stores, open } }, [...flood, ...few]);
    expect(order.filter((id) => id === 'acme')).toHaveLength(300);
    const last = order.lastIndexOf('globex');
    expect(last).toBeGreaterThan(-1);
    expect(order.slice(0, last).filter((id) => id === 'acme').length).toBeLessThanOrEqual(160);
  });
});
