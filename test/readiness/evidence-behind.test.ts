import { describe, expect, it } from 'vitest';

import type { BlockerId, ReadinessTarget } from '../../schemas/readiness.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { day } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { decideGate, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { aboutToDeliver } from '../delivery/posted.js';
import { evidenceOf, start } from '../laws/tenant-events.js';
import { command, person } from '../posture/told.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor, tenantNamed } from '../tenants.js';

/* Whoever is blocked can look at what shows it, also where that is no packet and no finding. */

let now = start;
function open() {
  now = start;
  const stores = memoryStores().open(tenantNamed('harbour'));
  const deps: ReadinessDeps = {
    stores,
    blobs: memoryBlobs().open(tenantNamed('harbour')),
    keys: memoryKeyRing('behind'),
    clock: { now: () => now },
    rehearsal: false,
    telemetry: suiteTelemetry(),
    renderer: reportRenderer,
  };
  const told = async (evidence: StoredEvidence, unfoldable?: string): Promise<string> => {
    await stores.evidence.create(evidence);
    const pending = { evidence, ...(unfoldable === undefined ? {} : { unfoldable }) };
    await foldEvents({ ledger: stores.ledger, now: () => now }, [pending]);
    return evidence.id;
  };
  return { deps, told };
}

/** The events that a decision names as what shows a blocker; undefined where it does not block. */
async function shownBy(
  deps: ReadinessDeps,
  blocker: BlockerId,
  target: ReadinessTarget = 'pilot',
): Promise<(StoredEvidence | null)[] | undefined> {
  const { blockers } = await decideGate(deps, target, null, pipelineActor);
  const ids = blockers.find(({ id }) => id === blocker)?.evidenceIds;
  return ids === undefined ? undefined : deps.stores.evidence.getMany(ids);
}
const inventory = () =>
  evidenceOf(
    'inventory.declared',
    { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] },
    now,
    'inv',
  );

describe('what shows a blocker', () => {
  it('where nothing was ever declared is that the tenant was taken in', async () => {
    const { deps } = open();
    await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Harbour', timeZone: 'UTC' }), 'ada');
    expect(await shownBy(deps, 'insufficient_evidence')).toMatchObject([
      { event: { type: 'aispm.tenant.configured', id: 'tenant-1' } },
    ]);
  });

  it('where the inventory is out of date is the inventory, under one blocker of each target', async () => {
    const { deps, told } = open();
    const id = await told(inventory());
    now += 31 * day;
    expect(await shownBy(deps, 'evidence_stale')).toMatchObject([{ id }]);
    expect(await shownBy(deps, 'insufficient_evidence')).toBeUndefined();
    expect(await shownBy(deps, 'insufficient_evidence', 'trial')).toMatchObject([{ id }]);
  });

  it('where an event says nothing is that event', async () => {
    const { deps, told } = open();
    await told(inventory());
    const poison = evidenceOf('decision.recorded', command({ decision: 'block', ran: false }), now, 'd1');
    const id = await told(poison, 'TypeError');
    expect(await shownBy(deps, 'log_integrity_broken')).toMatchObject([{ id }]);
  });

  it('where mails may or may not have left is what was said of each', async () => {
    const { world, post, deps, reportId, operationIds } = await aboutToDeliver();
    const own = { ...deps(), mail: { ...post, afterLoss: 'person' as const } };
    own.mail.send = () => Promise.resolve({ status: 'unknown', detail: 'the connection was lost' });
    for (const operation of operationIds)
      for (let steps = 0; steps < 9; steps++) {
        const progress = await deliverMail(own, reportId, operation);
        if (progress.status === 'done') break;
        world.now += progress.afterMs;
      }
    const shown = await shownBy(
      { ...own, renderer: reportRenderer, rehearsal: false },
      'delivery_unconfirmed',
    );
    expect(shown?.map((one) => one?.event.data)).toMatchObject(
      [...operationIds].sort().map((operation) => ({ operation, outcome: 'unconfirmed' })),
    );
  });
});
