import { beforeEach, describe, expect, it } from 'vitest';

import type { RequestReport } from '../../schemas/reports.js';
import type { Tenant } from '../../schemas/tenant.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import type { DsseEnvelope } from '../../shared/core/kernel/dsse.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { day } from '../../shared/core/kernel/time.js';
import { originOf } from '../../shared/core/kernel/note.js';
import { verifyPacket } from '../../shared/core/reports/manifest.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { decideReport, reportInLog, type Outcome } from '../../shared/usecases/reports/decide-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { blobNames, loadReport, type ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { requestReport, stateRequest } from '../../shared/usecases/reports/request-report.js';
import { retrieveArtifact } from '../../shared/usecases/reports/view-report.js';
import { processWith } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, tenantId, type World } from '../faults/story.js';

let world: World;
let deps: ReportDeps;
let tenant: Tenant;
beforeEach(async () => {
  world = await newWorld();
  deps = { ...reportDeps(servicesOf(world, processWith(null))), renderer: reportRenderer };
  const found = await deps.stores.tenant.get();
  if (!found) throw new Error('the tenant is not there');
  tenant = found.tenant;
});

let nonce = 0;
async function request(change: Partial<RequestReport> = {}): Promise<string> {
  const ask: RequestReport = { type: 'ciso', ...change };
  const record = await requestReport(deps, tenant, { subject: 'operator' }, ask, `nonce-${nonce++}`);
  await stateRequest(deps, record);
  return record.id;
}
async function rendered(): Promise<string> {
  const id = await request();
  await freezeReport(deps, id);
  await renderReport(deps, id);
  return id;
}
const logged = async (name: string): Promise<StoredEvidence[]> =>
  (await deps.stores.evidence.search({ type: `aispm.report.${name}`, limit: 100 })).items;
const statusOf = async (id: string) => (await reportInLog(deps, id)).status;
const refusedWith = (code: string) => expect.objectContaining({ name: Refusal.name, code }) as unknown;

describe('a request', () => {
  it('repeated with its idempotency key is the same report, requested once', async () => {
    const one = await request({ idempotencyKey: 'november' });
    expect(await request({ idempotencyKey: 'november' })).toBe(one);
    expect(await request({ idempotencyKey: 'december' })).not.toBe(one);
    expect(await logged('requested')).toHaveLength(2);
  });

  it('without a key is a new report each time', async () => {
    expect(await request()).not.toBe(await request());
  });

  it('with a key used for other days is refused', async () => {
    await request({ idempotencyKey: 'k', period: { from: '2026-11-01', to: '2026-11-10' } });
    const other = { idempotencyKey: 'k', period: { from: '2026-11-01', to: '2026-11-11' } };
    await expect(request(other)).rejects.toEqual(refusedWith('conflict'));
  });

  it('is refused where a recipient is outside the allowed domains, and leaves nothing behind', async () => {
    const recipients = [{ address: 'ciso@harbour.example.evil.example', audience: ['ciso' as const] }];
    const { settings } = tenant;
    tenant = { ...tenant, settings: { ...settings, reports: { ...settings.reports, recipients } } };
    await expect(request()).rejects.toEqual(refusedWith('conflict'));
    expect(await logged('requested')).toEqual([]);
    expect((await deps.stores.records.list({ kind: 'report', limit: 5 })).items).toEqual([]);
  });

  it('names people in the log by pseudonym only', async () => {
    await request();
    expect(JSON.stringify(await logged('requested'))).not.toMatch(/@|"operator"/);
  });
});

describe('a document', () => {
  it('is frozen once: a later run returns the first, though the log has moved on', async () => {
    const id = await request();
    const first = await freezeReport(deps, id);
    world.now += day;
    await request();
    expect(await freezeReport(deps, id)).toEqual(first);
    expect(await deps.blobs.list('reports', `${tenantId}/documents/`)).toHaveLength(1);
  });

  it('gives the same bytes in every format whenever it is rendered', async () => {
    const id = await rendered();
    const { value: record } = await loadReport(deps.stores, id);
    const before = await deps.blobs.list('reports', `${tenantId}/`);
    world.now += day;
    const { rendered: _rendered, ...unrendered } = record;
    const { etag } = await loadReport(deps.stores, id);
    await deps.stores.records.put(`report:${id}`, 'report', unrendered, etag);
    expect(await renderReport(deps, id)).toEqual(record.rendered);
    expect(await deps.blobs.list('reports', `${tenantId}/`)).toEqual(before);
    expect(await logged('rendered')).toHaveLength(1);
  });

  it('has a manifest that verifies with its files, and with no file that was changed', async () => {
    const id = await rendered();
    const { value: record } = await loadReport(deps.stores, id);
    const trust = { tenantId, origin: originOf(tenantId), keys: [await deps.keys.ensure(tenantId)] };
    const bytesOf = async (format: string) => (await retrieveArtifact(deps, id, format, 'auditor')).bytes;
    const envelope = JSON.parse(fromUtf8(await bytesOf('manifest'))) as DsseEnvelope;
    const formats = (record.rendered?.artifacts ?? []).map((a) => a.format);
    expect(formats).toEqual(['pdf', 'html', 'xlsx', 'csv', 'md', 'json', 'jsonl', 'zip']);
    const files = [{ name: 'document.json', bytes: await bytesOf('document') }];
    for (const format of formats.filter((f) => f !== 'zip'))
      files.push({ name: `report.${format}`, bytes: await bytesOf(format) });
    expect(verifyPacket(envelope, files, trust).filter((c) => !c.passed)).toEqual([]);
    for (const [i, file] of files.entries()) {
      const bytes = Uint8Array.from(file.bytes);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      const changed = files.with(i, { ...file, bytes });
      expect(verifyPacket(envelope, changed, trust).some((c) => !c.passed)).toBe(true);
    }
  });
});

describe('a decision', () => {
  it('is never an approval by who requested the report', async () => {
    const id = await rendered();
    await expect(decideReport(deps, id, 'approved', 'operator')).rejects.toEqual(
      refusedWith('separation_of_duties'),
    );
    expect(await statusOf(id)).toBe('rendered');
    await decideReport(deps, id, 'cancelled', 'operator');
    expect(await statusOf(id)).toBe('cancelled');
  });

  for (const outcome of ['approved', 'rejected', 'cancelled', 'expired'] as const satisfies Outcome[])
    it(`${outcome} stands: no other outcome comes after it`, async () => {
      const id = await rendered();
      await decideReport(deps, id, outcome, 'approver');
      expect(await statusOf(id)).toBe(outcome);
      for (const later of [
        'approved',
        'rejected',
        ...(outcome === 'approved' ? [] : ['cancelled' as const]),
      ] as const)
        await expect(decideReport(deps, id, later, 'another')).rejects.toEqual(refusedWith('conflict'));
      expect(await statusOf(id)).toBe(outcome);
      expect(await logged('approved')).toHaveLength(1);
    });

  it('is overruled by a cancellation alone, which stops what was approved', async () => {
    const id = await rendered();
    await decideReport(deps, id, 'approved', 'approver');
    await decideReport(deps, id, 'cancelled', 'operator');
    expect(await statusOf(id)).toBe('cancelled');
    expect(await logged('approved')).toHaveLength(2);
  });

  it('of two at once is one, and the other is a conflict', async () => {
    const id = await rendered();
    const both = await Promise.allSettled([
      decideReport(deps, id, 'approved', 'approver'),
      decideReport(deps, id, 'rejected', 'another'),
    ]);
    expect(both.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = both.find((r) => r.status === 'rejected');
    expect(lost?.reason).toEqual(refusedWith('conflict'));
    expect(await statusOf(id)).toBe(both[0].status === 'fulfilled' ? 'approved' : 'rejected');
    expect(await logged('approved')).toHaveLength(1);
  });

  it('comes only after the report can be read', async () => {
    const id = await request();
    await expect(decideReport(deps, id, 'approved', 'approver')).rejects.toEqual(refusedWith('conflict'));
  });
});

describe('an artifact', () => {
  it('is served as the manifest names it, and each retrieval is evidence without a name', async () => {
    const id = await rendered();
    const { bytes, digest } = await retrieveArtifact(deps, id, 'pdf', 'auditor');
    expect(sha256Hex(bytes)).toBe(digest);
    world.now += 1000;
    await retrieveArtifact(deps, id, 'pdf', 'auditor');
    const retrievals = await logged('retrieved');
    expect(retrievals).toHaveLength(2);
    expect(JSON.stringify(retrievals)).not.toContain('"auditor"');
  });

  it('that was changed is not served, and no retrieval is recorded', async () => {
    const id = await rendered();
    const { value: record } = await loadReport(deps.stores, id);
    const pdf = record.rendered?.artifacts.find((a) => a.format === 'pdf');
    const name = blobNames.artifact(tenantId, pdf?.digest ?? '', 'pdf');
    const { blobs } = deps;
    const get: typeof blobs.get = async (container, asked) => {
      const bytes = await blobs.get(container, asked);
      return asked === name && bytes ? bytes.with(100, (bytes[100] ?? 0) ^ 1) : bytes;
    };
    const tampered = { ...deps, blobs: { ...blobs, get } };
    await expect(retrieveArtifact(tampered, id, 'pdf', 'auditor')).rejects.toThrow('changed');
    expect(await logged('retrieved')).toEqual([]);
  });

  it('that is not rendered yet does not exist', async () => {
    const id = await request();
    await expect(retrieveArtifact(deps, id, 'pdf', 'auditor')).rejects.toEqual(refusedWith('not_found'));
  });
});
