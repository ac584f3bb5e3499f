import { beforeEach, describe, expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryClock } from '../../shared/adapters/memory/clock.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { pseudonymOf } from '../../shared/core/ingest/people.js';
import { uuidOf } from '../../shared/core/kernel/ids.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { closeDeliveries } from '../../shared/usecases/reports/close-report.js';
import { decideReport, expireReport, reportInLog } from '../../shared/usecases/reports/decide-report.js';
import {
  operationRecordId,
  reportRecordId,
  type ReportDeps,
  type ReportRecord,
} from '../../shared/usecases/reports/report-record.js';
import { tenant } from '../faults/story.js';
import { start, tenantId } from '../laws/tenant-events.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

const id = uuidOf('report', 'test');
const address = 'ciso@harbour.example';
const manifestDigest = 'a'.repeat(64);
let deps: ReportDeps;

async function rendered(approvalRequired: boolean): Promise<ReportRecord> {
  const macKey = await deps.keys.macKey(tenantId);
  const record: ReportRecord = {
    id,
    type: 'ciso',
    requestedBy: pseudonymOf(macKey, 'operator'),
    approvalRequired,
    publicSafe: false,
    approvalExpiresHours: 72,
    recipients: [pseudonymOf(macKey, address)],
    period: { label: 'November 2026', from: '2026-11-01', to: '2026-11-02', zone: 'UTC' },
    rendered: { artifacts: [], manifestDigest },
  };
  await deps.stores.records.put(reportRecordId(id), 'report', record, null);
  await recordStatement(deps, {
    name: 'report.requested',
    id: `report-requested-${id}`,
    data: {
      report: id,
      reportType: 'ciso',
      actor: record.requestedBy,
      recipients: record.recipients,
      approvalRequired,
      period: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', zone: 'UTC' },
    },
  });
  await recordStatement(deps, {
    name: 'report.rendered',
    id: `report-rendered-${id}`,
    data: {
      report: id,
      documentDigest: manifestDigest,
      manifestDigest,
      position: 1,
      asOf: '2026-11-02T00:00:00Z',
      artifacts: [{ format: 'pdf', digest: manifestDigest, bytes: 1 }],
    },
  });
  return record;
}

beforeEach(async () => {
  const stores = memoryStores();
  const keys = memoryKeyRing('seed');
  await keys.ensure(tenantId);
  await stores.open(tenantId).tenant.put({ ...tenant, tenantId }, null);
  deps = {
    stores: stores.open(tenantId),
    registry: stores,
    blobs: memoryBlobs().open(tenantId),
    keys,
    clock: memoryClock(start),
    renderer: reportRenderer,
    mail: memoryMail(),
    exporter: memoryMail('export'),
    mailRate: { perMinute: 30, perHour: 100 },
    telemetry: suiteTelemetry(),
    rehearsal: true,
  };
});

describe('a decision on a report is what happens to it', () => {
  it('is refused where the mails leave without one', async () => {
    await rendered(false);
    for (const outcome of ['approved', 'rejected'] as const)
      await expect(decideReport(deps, id, outcome, 'approver')).rejects.toMatchObject({ code: 'conflict' });
    expect((await reportInLog(deps, id)).status).toBe('rendered');
  });

  it('stands when the time runs out just behind it, and delivery is told so', async () => {
    await rendered(true);
    await decideReport(deps, id, 'approved', 'approver');
    await expect(expireReport(deps, id)).resolves.toBe('approved');
  });

  it('expires where nobody decided', async () => {
    await rendered(true);
    await expect(expireReport(deps, id)).resolves.toBe('expired');
    await expect(decideReport(deps, id, 'approved', 'approver')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps neither secrets nor addresses of its reason', async () => {
    await rendered(true);
    await decideReport(deps, id, 'rejected', 'approver', `ask ${address}, password=hunter22`);
    const { items } = await deps.stores.evidence.search({ limit: 10, type: 'aispm.report.approved' });
    expect(JSON.stringify(items)).not.toMatch(/harbour\.example|hunter22/);
  });
});

describe('the end of the delivery window says nothing against the provider', () => {
  it('leaves a mail alone whose delivery is in the log, though its working record missed it', async () => {
    const record = await rendered(true);
    const [recipient = ''] = record.recipients;
    const operationId = uuidOf('mail', tenantId, manifestDigest, recipient);
    const common = { report: id, operation: operationId, recipient, provider: 'acs' as const };
    const intendedAt = '2026-11-02T08:00:00Z';
    await recordStatement(deps, { name: 'report.sending', id: 'sending', data: { ...common, intendedAt } });
    await recordStatement(deps, {
      name: 'report.delivered',
      id: 'delivered',
      data: { ...common, providerEvent: 'e', deliveredAt: intendedAt },
    });
    const operation = {
      operationId,
      reportId: id,
      recipient,
      intendedAt,
      round: 0,
      attempts: 1,
      pending: null,
    };
    await deps.stores.records.put(
      operationRecordId(operationId),
      'operation',
      { ...operation, status: 'accepted' },
      null,
    );
    await closeDeliveries(deps, id);
    const { items } = await deps.stores.evidence.search({ limit: 10, type: 'aispm.report.failed' });
    expect(items).toEqual([]);
  });
});
