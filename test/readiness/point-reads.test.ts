import { describe, expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { uuidOf } from '../../shared/core/kernel/ids.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import type { BlobStore } from '../../shared/ports.js';
import { decideGate, previewReadiness, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { closeArchive } from '../../shared/usecases/archive/close-archive.js';
import { processWith } from '../faults/dying.js';
import { start, tenantId } from '../laws/tenant-events.js';
import { person } from '../posture/told.js';
import { closedArchive, onboarded, quarterNow } from '../reviews/signed-off.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor } from '../tenants.js';

/* What the gate reads for one answer is the same for a tenant that has little and one that has much. */

type World = { deps: ReadinessDeps; opened: string[]; calls: string[] };

/** A tenant with so many reports, each mailed, and so many archives. `opened`: the blobs whose bytes were read. */
async function tenantWith(reports: number, archives: number): Promise<World> {
  let now = start + hour;
  const opened: string[] = [];
  const kept = memoryBlobs().open(tenantId);
  const blobs: BlobStore = {
    ...kept,
    get: (container, name) => {
      opened.push(name);
      return kept.get(container, name);
    },
  };
  const stores = memoryStores().open(tenantId);
  const keys = memoryKeyRing('reads');
  const given = { stores, blobs, keys, clock: { now: () => now }, renderer: reportRenderer };
  for (let n = 0; n < reports; n++) await mailed({ ...given }, n);
  await closedArchive(given, () => now);
  for (let n = 1; n < archives; n++) {
    now += hour;
    await closeArchive(given, await onboarded(given), quarterNow(now), 'operator-1', `key-${n + 1}`);
  }
  const process = processWith(null);
  const deps = {
    ...given,
    stores: process.wrap('stores', stores),
    blobs: process.wrap('blobs', blobs),
    rehearsal: false,
    telemetry: suiteTelemetry(),
  };
  opened.length = 0;
  return { deps, opened, calls: process.calls };
}

async function mailed(deps: Parameters<typeof recordStatement>[0], n: number): Promise<void> {
  const [report, operation] = [`rep-${n}`, uuidOf('mail', String(n))];
  const mail = { report, operation, recipient: person(1), provider: 'acs' as const };
  const at = instantOf(deps.clock.now());
  await recordStatement(deps, {
    name: 'report.requested',
    id: `${report}-requested`,
    data: {
      report,
      reportType: 'ciso',
      actor: person(2),
      recipients: [person(1)],
      approvalRequired: false,
      period: { from: at, to: at, zone: 'UTC' },
    },
  });
  const sending = { ...mail, intendedAt: at };
  await recordStatement(deps, { name: 'report.sending', id: `${report}-sending`, data: sending });
  const arrived = { ...mail, providerEvent: `p${n}`, deliveredAt: at };
  await recordStatement(deps, { name: 'report.delivered', id: `${report}-delivered`, data: arrived });
}

describe('an answer of the gate', () => {
  it('costs the same reads whatever was reported and archived before, and few of them', async () => {
    const [little, much] = [await tenantWith(1, 1), await tenantWith(230, 3)];
    for (const { deps } of [little, much]) await previewReadiness(deps, 'production');
    expect(much.calls).toEqual(little.calls);
    expect(much.calls.length).toBeLessThanOrEqual(25);
  }, 60_000);

  it('opens no archive: neither a preview nor a decision reads the bytes of one', async () => {
    const { deps, opened } = await tenantWith(1, 1);
    await previewReadiness(deps, 'production');
    const { checks } = await decideGate(deps, 'production', null, pipelineActor);
    expect(checks.find(({ name }) => name === 'ga_archive_not_closed')?.status).toBe('pass');
    expect(opened.filter((name) => !name.includes('/checkpoints/') && !name.includes('/bundles/'))).toEqual(
      [],
    );
  });

  it('counts every mail with and without its outcome, by the counters of the log', async () => {
    const { deps } = await tenantWith(3, 1);
    const audit = async (): Promise<string | undefined> =>
      (await decideGate(deps, 'production', null, pipelineActor)).checks.find(
        ({ name }) => name === 'report_delivery_unverified',
      )?.message;
    expect(await audit()).not.toContain('audit_complete');
    const at = instantOf(deps.clock.now());
    await recordStatement(deps, {
      name: 'report.sending',
      id: 'again',
      data: {
        report: 'rep-0',
        operation: uuidOf('mail', 'again'),
        recipient: person(3),
        provider: 'acs',
        intendedAt: at,
      },
    });
    expect(await audit()).toContain('audit_complete: 1 of 4 mails have no recorded outcome');
  });
});
