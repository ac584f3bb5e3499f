import { beforeEach, describe, expect, it } from 'vitest';

import { memoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { hour, second } from '../../shared/core/kernel/time.js';
import { remindApproval } from '../../shared/usecases/delivery/remind-approval.js';
import { decideReport, reportInLog } from '../../shared/usecases/reports/decide-report.js';
import { deliverMail, planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import type { ReportDeps, ReportRecord } from '../../shared/usecases/reports/report-record.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import { tenantSettingsSchema, type Tenant } from '../../schemas/tenant.js';
import { Died, processWith, type Death } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, tenant, tenantId, type World } from '../faults/story.js';
import { newPost, type Post } from './posted.js';

/* The reminder of an approval: a mail of the service's own to those who may approve, once, whatever happens on its way. */

const approvers: Tenant['settings']['reports']['recipients'] = [
  { address: 'ciso@harbour.example', audience: ['ciso'] },
  { address: 'first@harbour.example', audience: ['approver'] },
  { address: 'second@harbour.example', audience: ['approver'], member: 'reader', reports: ['cso'] },
  { address: 'asked@harbour.example', audience: ['approver'], member: 'operator' },
  { address: 'third@harbour.example', audience: ['approver'], member: 'third' },
  { address: 'far@elsewhere.example', audience: ['approver'] },
];

let world: World;
let post: Post;
let reportId: string;
let started: string[];
let counting = processWith(null);

const deps = (death: Death | null = null): ReportDeps => {
  const process = processWith(death);
  counting = process;
  return {
    ...reportDeps(servicesOf(world, process)),
    renderer: reportRenderer,
    mail: process.wrap('mail', post),
    publicUrl: 'https://aispm.example/api',
  };
};
const produce = (record: ReportRecord): Promise<void> => {
  started.push(record.id);
  return Promise.resolve();
};
const remind = (own = deps()) => remindApproval(own, produce, reportId);
const statements = async (name: string) =>
  (
    await world.stores
      .open(tenantId)
      .evidence.search({ type: `aispm.report.${name}`, order: 'oldest', limit: 50 })
  ).items.map(({ event }) => event.data);

/** What the durable flow does for a notice, each step again where the process died in it. */
async function send(death: Death | null = null): Promise<void> {
  let own = deps(death);
  const again = async <T>(step: (own: ReportDeps) => Promise<T>): Promise<T> => {
    try {
      return await step(own);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      own = deps();
      world.now += 31 * second;
      return step(own);
    }
  };
  await again((to) => remindApproval(to, produce, reportId));
  for (const id of new Set(started)) {
    const { operationIds } = await again((to) => planDelivery(to, id));
    for (const operation of operationIds)
      for (;;) {
        const { status, afterMs } = await again((to) => deliverMail(to, id, operation));
        if (status === 'done') break;
        world.now += afterMs;
      }
  }
}

async function aReportThatWaits(): Promise<void> {
  world = await newWorld();
  post = newPost();
  started = [];
  const store = world.stores.open(tenantId).tenant;
  const found = await store.get();
  const { reports } = tenant.settings;
  const settings = tenantSettingsSchema.parse({
    ...tenant.settings,
    reports: { ...reports, recipients: approvers },
  });
  const members: Tenant['members'] = [
    { subject: 'reader', roles: ['viewer'] },
    { subject: 'third', roles: ['approver'] },
  ];
  await store.put({ ...tenant, settings, members }, found?.etag ?? null);
  const record = await requestReport(
    deps(),
    { ...tenant, settings },
    { subject: 'operator' },
    { type: 'cso', recipients: ['ciso@harbour.example'] },
    'waits',
  );
  reportId = record.id;
  const plain = reportDeps(servicesOf(world, processWith(null)));
  await freezeReport(plain, reportId);
  await renderReport(plain, reportId);
  world.now += 36 * hour;
}
beforeEach(aReportThatWaits);

describe('the reminder of a report that waits for its approval', () => {
  it('goes to those who may approve it: not to its requester, to no stranger, to nobody without the role', async () => {
    await send();
    expect(post.sent.map(({ to }) => to.address).sort()).toEqual([
      'first@harbour.example',
      'third@harbour.example',
    ]);
  });

  it('says what waits, until when and where, and nothing of what the report says', async () => {
    await send();
    const [mail] = post.sent;
    expect(mail?.subject).toBe('[Harbour Mutual] A report waits for your approval');
    expect(mail?.attachments).toEqual([]);
    const link = `https://aispm.example/api/console/tenants/harbour/reports/${reportId}`;
    expect(mail?.text).toContain(`Open it:\n${link}`);
    expect(mail?.html).toContain(`href="${link}"`);
    expect(mail?.text.replace(/\s+/g, ' ')).toContain(
      'CSO report, 1–24 Nov 2026: half of the time for its approval is over. ' +
        'Without a decision by 27 Nov 2026, 09:00 UTC it expires and goes to nobody.',
    );
    expect(mail?.text).not.toMatch(/On target|Off target|Not enough evidence|@/);
  });

  it('is evidence: that it was due, that it was sent, and that it arrived', async () => {
    await send();
    const [notice = ''] = started;
    expect(await statements('reminded')).toEqual([
      { report: reportId, notice, expiresAt: '2026-11-27T09:00:00.000Z' },
    ]);
    expect(await statements('requested')).toContainEqual(
      expect.objectContaining({ report: notice, reportType: 'notice', approvalRequired: false }),
    );
    expect(await statements('sending')).toHaveLength(2);
    for (const { operationId, to } of post.sent) {
      const data = { messageId: operationId, recipient: to.address, status: 'Delivered' };
      await receiveDelivery(
        {
          stores: world.stores,
          keys: world.keys,
          clock: { now: () => world.now },
          telemetry: memoryTelemetry(),
        },
        { id: `event-${operationId}`, data },
      );
    }
    expect((await reportInLog(deps(), notice)).status).toBe('delivered');
  });

  it('is one mail to each, however often the step runs and however late', async () => {
    await remind();
    world.now += hour;
    await remind();
    await send();
    await send();
    expect(new Set(started).size).toBe(1);
    expect(post.sent).toHaveLength(2);
    expect(await statements('reminded')).toHaveLength(1);
  });

  it('is the same mail when it is sent again, to the letter', async () => {
    post.fate = { leaves: false, told: { status: 'retry', afterMs: 0, detail: 'HTTP 503' } };
    const bodies: string[] = [];
    const inner = post.send.bind(post);
    post.send = (message) => {
      const { firstSentAt, operationId, text, html } = message;
      bodies.push(JSON.stringify({ firstSentAt, operationId, text, html }));
      if (bodies.length === 4) post.fate = { leaves: true, told: { status: 'accepted' } };
      return inner(message);
    };
    await send();
    expect(post.sent).toHaveLength(2);
    expect(new Set(bodies).size).toBe(2);
  });

  it('does not leave once the report is decided, and that is no failed delivery', async () => {
    await remind();
    await decideReport(deps(), reportId, 'approved', 'approver');
    await send();
    const [notice = ''] = started;
    expect(post.sent).toEqual([]);
    expect((await reportInLog(deps(), notice)).status).toBe('cancelled');
    const { items } = await world.stores.open(tenantId).ledger.list({ kind: 'finding', limit: 50 });
    expect(items.filter((d) => d.kind === 'finding' && d.rule === 'report_undelivered')).toEqual([]);
  });

  it('is said in the log where nobody is listed as an approver, and nothing is sent', async () => {
    const store = world.stores.open(tenantId).tenant;
    const found = await store.get();
    await store.put(tenant, found?.etag ?? null);
    await send();
    expect(started).toEqual([]);
    expect(await statements('reminded')).toEqual([
      { report: reportId, expiresAt: '2026-11-27T09:00:00.000Z' },
    ]);
  });
});

describe('the reminder, its process dying at one step after the other', () => {
  it('reaches each approver exactly once', async () => {
    await send();
    const counted = counting.calls.length;
    expect(counted).toBeGreaterThan(50);
    for (const when of ['before', 'after'] as const)
      for (let at = 0; at < counted; at += 1) {
        await aReportThatWaits();
        await send({ at, when });
        expect(post.sent.map(({ to }) => to.address).sort(), `${when} call ${at}`).toEqual([
          'first@harbour.example',
          'third@harbour.example',
        ]);
        expect(await statements('reminded'), `${when} call ${at}`).toHaveLength(1);
      }
  }, 120_000);
});
