import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/deliveries.js';
import { deliveriesRoutes } from '../../functions/routes/deliveries.js';
import { deliveryAuditEventSchema } from '../../schemas/answers/deliveries.js';
import { memoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import { figuresOf } from '../../shared/core/delivery/statistics.js';
import { instantOf, second } from '../../shared/core/kernel/time.js';
import type { Delivery } from '../../shared/core/projections/documents.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { at, caller, openDesk, type Desk, type Told } from '../http/desk.js';
import { aboutToDeliver, tenantId, type Posted } from './posted.js';

let posted: Posted;
let desk: Desk;

/** Two mails: one arrives after 40 seconds, one bounces. */
beforeEach(async () => {
  posted = await aboutToDeliver();
  const callers = Object.fromEntries(
    ['viewer', 'auditor'].map((role) => [role, { subject: role, roles: [role], tenants: [tenantId] }]),
  );
  const { stores, keys, blobs } = posted.world;
  desk = openDesk({ stores, keys, blobs: { open: () => blobs }, tokens: memoryTokens(callers) });
  for (const id of posted.operationIds) await deliverMail(posted.deps(), posted.reportId, id);
  posted.world.now += 40 * second;
  const clock = { now: () => posted.world.now };
  for (const [n, { operationId, to }] of posted.post.sent.entries())
    await receiveDelivery(
      { stores, keys, clock, telemetry: memoryTelemetry() },
      {
        id: `event-${n}`,
        data: { messageId: operationId, recipient: to.address, status: n === 0 ? 'Delivered' : 'Bounced' },
      },
    );
  desk.clock.advance(posted.world.now + second - desk.clock.now());
});

const ask = (
  name: keyof typeof deliveriesRoutes,
  query: Record<string, string> = {},
  token = 'auditor',
): Promise<Told> => caller(desk, deliveriesRoutes, handlers)(name, { token, query, params: { tenantId } });
const found = async (query: Record<string, string>): Promise<unknown[]> => {
  const items = at((await ask('listDeliveries', query)).json, 'items');
  return Array.isArray(items) ? items.map((item) => at(item, 'status')) : [];
};

describe('the search of deliveries', () => {
  it('finds mails by report, recipient, status and time, and pages through them', async () => {
    const [first] = posted.post.sent;
    const recipient = await posted.personOf(first?.to.address ?? '');
    expect(await found({})).toHaveLength(2);
    expect(await found({ recipient })).toEqual(['delivered']);
    expect(await found({ status: 'bounced' })).toEqual(['bounced']);
    expect(await found({ status: 'bounced', recipient })).toEqual([]);
    expect(await found({ report: posted.reportId })).toHaveLength(2);
    expect(await found({ report: '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11' })).toEqual([]);
    const sentAt = instantOf(posted.world.now - 40 * second);
    expect(await found({ from: sentAt })).toHaveLength(2);
    expect(await found({ to: sentAt })).toEqual([]);
    const page = (await ask('listDeliveries', { limit: '1' })).json;
    const rest = await found({ limit: '1', cursor: String(at(page, 'cursor')) });
    expect(new Set([at(page, 'items', 0, 'status'), ...rest])).toEqual(new Set(['delivered', 'bounced']));
  });

  it('shows addresses to those who audit alone', async () => {
    expect((await ask('listDeliveries')).text).toContain('@harbour.example');
    expect((await ask('listDeliveries', {}, 'viewer')).text).not.toContain('@harbour.example');
  });
});

describe('the statistics of deliveries', () => {
  it('say each share and quantile with its sample', async () => {
    expect((await ask('deliveryStatistics')).json).toMatchObject({
      mails: 2,
      complete: true,
      statuses: { delivered: 1, bounced: 1, sending: 0 },
      successRate: { state: 'observed', value: 0.5, sample: 2 },
      bounceRate: { state: 'observed', value: 0.5, sample: 2 },
      medianSeconds: { state: 'observed', value: 40, sample: 1 },
      p95Seconds: { state: 'observed', value: 40, sample: 1 },
      approvalMedianSeconds: { state: 'observed', sample: 1 },
    });
  });

  it('say not observed where there is nothing to say, and never nought', async () => {
    const { json } = await ask('deliveryStatistics', {
      from: '2020-01-01T00:00:00Z',
      to: '2020-02-01T00:00:00Z',
    });
    for (const name of ['successRate', 'bounceRate', 'medianSeconds', 'p95Seconds', 'approvalP95Seconds'])
      expect([name, at(json, name)]).toEqual([name, { state: 'not_observed', sample: 0 }]);
    expect(
      (await ask('deliveryStatistics', { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).status,
    ).toBe(400);
  });

  it('take each quantile from the mails themselves: so many are not above it, and no fewer would do', () => {
    const mail = (seconds: number): Delivery => ({
      id: 'delivery:x',
      kind: 'delivery',
      operation: 'x',
      report: 'r',
      reportType: 'ciso',
      recipient: 'psn:1',
      status: 'delivered',
      sentAt: instantOf(0),
      at: instantOf(seconds * second),
      rank: instantOf(0),
    });
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 60 }), (all) => {
        const { p95Seconds, medianSeconds } = figuresOf(all.map(mail), []);
        for (const [figure, share] of [
          [p95Seconds, 0.95],
          [medianSeconds, 0.5],
        ] as const) {
          if (figure.state !== 'observed') throw new Error('not observed');
          const { value } = figure;
          expect(all).toContain(value);
          expect(all.filter((one) => one <= value).length).toBeGreaterThanOrEqual(share * all.length);
          expect(all.filter((one) => one < value).length).toBeLessThan(share * all.length);
        }
      }),
    );
  });
});

describe('the export of the delivery audit', () => {
  it('is a line an event in the shape of CAVRA’s, oldest first, and names nobody', async () => {
    const told = await deliveriesText();
    const lines = told
      .trimEnd()
      .split('\n')
      .map((line) => deliveryAuditEventSchema.parse(JSON.parse(line)));
    // Within one instant, which the clock of this world makes of many, the order is that of the ids.
    const words = lines.map(({ audit_event: { action, status } }) => `${action} ${status}`);
    expect(words.slice(0, 3).sort()).toEqual(['render rendered', 'send accepted', 'send accepted']);
    expect(words.slice(3).sort()).toEqual(['send failed', 'send sent']);
    expect(
      lines.every(({ approval }) => approval.approval_required && approval.decision === 'approved'),
    ).toBe(true);
    expect(lines.at(-1)?.retry.terminal).toBe(true);
    expect(told).not.toContain('@');
    const rendered = lines.find(({ audit_event }) => audit_event.action === 'render');
    const [ref = ''] = rendered?.evidence.evidence_refs ?? [];
    const evidence = await posted.world.stores.open(tenantId).evidence.get(ref.slice('evidence:'.length));
    expect(evidence?.event.type).toBe('aispm.report.rendered');
  });

  it('is for those who audit alone, and empty where nothing happened', async () => {
    expect((await ask('exportDeliveries', {}, 'viewer')).status).toBe(403);
    expect(await deliveriesText({ from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' })).toBe('');
  });

  async function deliveriesText(query: Record<string, string> = {}): Promise<string> {
    const handler = handlers.exportDeliveries;
    const stores = posted.world.stores.open(tenantId);
    const document = await stores.tenant.get();
    const reply = await handler({ query, document, stores } as never, { ...desk, stores } as never);
    return String(reply.body);
  }
});
