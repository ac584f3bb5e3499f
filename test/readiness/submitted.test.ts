import { beforeEach, describe, expect, it } from 'vitest';

import type { EventData } from '../../schemas/events/types.js';
import type { PacketCheck } from '../../schemas/packets.js';
import { tenantSchema } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { day } from '../../shared/core/kernel/time.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { previewPackets, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command } from '../posture/told.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

/* A packet from outside needs a trusted source, its references must resolve, and it never makes anything ready. */

let now: number;
let deps: ReadinessDeps;
let told: number;
let known: string;

beforeEach(async () => {
  now = start;
  told = 0;
  deps = {
    stores: memoryStores().open(tenantId),
    blobs: memoryBlobs().open(tenantId),
    keys: memoryKeyRing('submitted'),
    clock: { now: () => now },
    rehearsal: false,
    telemetry: suiteTelemetry(),
    renderer: reportRenderer,
  };
  known = await tell('decision.recorded', command(), {});
});

async function tell<N extends 'packet.submitted' | 'decision.recorded'>(
  name: N,
  data: EventData<N>,
  how: Parameters<typeof evidenceOf>[4],
): Promise<string> {
  const evidence = evidenceOf(name, data, now, `told-${told++}`, how);
  await deps.stores.evidence.create(evidence);
  await foldEvents({ ledger: deps.stores.ledger, now: () => now }, [{ evidence }]);
  return evidence.id;
}
type Submitted = EventData<'packet.submitted'>;
const submit = (
  change: Partial<Submitted['checks'][number]> & Partial<Pick<Submitted, 'validator' | 'target'>> = {},
  how: Parameters<typeof evidenceOf>[4] = {},
): Promise<string> => {
  const { validator = 'runtime_workflow', target = 'production', ...check } = change;
  const checks = [
    { name: 'sandbox', status: 'pass' as const, message: 'held', evidenceIds: [known], ...check },
  ];
  return tell('packet.submitted', { packet: 'p1', validator, target, digest: 'd'.repeat(64), checks }, how);
};
/** The check that a submitted packet adds to the packet of its validator. */
const added = async (validator = 'runtime_workflow'): Promise<PacketCheck | undefined> =>
  (await previewPackets(deps))
    .find((packet) => packet.validator === validator)
    ?.checks.find(({ name }) => name === 'submitted_packet');

describe('a packet from outside', () => {
  it('by a trusted source, whose references resolve, is a check that passes, and nothing more', async () => {
    const before = await previewPackets(deps);
    const id = await submit();
    expect(await added()).toMatchObject({ status: 'pass', evidenceIds: [id] });
    expect(await added('ga_operating_archive')).toBeUndefined();
    for (const { validator, ready } of await previewPackets(deps))
      expect(ready).toBe(before.find((one) => one.validator === validator)?.ready);
  });

  it('counts for nothing unsigned, as a sample, or of another target', async () => {
    await submit({}, { signed: false });
    await submit({}, { provenance: 'sample' });
    await submit({ target: 'trial' });
    expect(await added()).toBeUndefined();
  });

  it.each([
    ['refers to an event that the log does not have', { evidenceIds: ['0'.repeat(64)] }, 'does not have'],
    ['refers to nothing', { evidenceIds: [] }, 'does not have'],
    [
      'says that something blocks',
      { status: 'blocker' as const, message: 'it escaped' },
      'sandbox: it escaped',
    ],
  ])('that %s blocks', async (_, change, words) => {
    await submit(change);
    const check = await added();
    expect(check?.status).toBe('blocker');
    expect(check?.message).toContain(words);
  });

  it('is replaced by the next of its validator', async () => {
    await submit({ status: 'blocker' });
    now += day;
    await submit();
    expect((await added())?.status).toBe('pass');
  });

  it.each([
    [undefined, 7],
    [2, 2],
  ])('counts for as many days as the tenant says (%s), and then not at all', async (packetDays, days) => {
    const readiness = packetDays === undefined ? {} : { readiness: { packetDays } };
    const settings = { displayName: 'Harbour', timeZone: 'UTC', ...readiness };
    const common = { tenantId, revision: 1, createdAt: '2026-10-01T00:00:00Z', sample: false };
    await deps.stores.tenant.put(
      tenantSchema.parse({ ...common, settings, sources: [], members: [], keys: [] }),
      null,
    );
    await submit({ status: 'blocker' });
    now += days * day;
    await foldUntil({ ledger: deps.stores.ledger, now: () => now }, now);
    expect((await added())?.status).toBe('blocker');
    now += 1;
    await foldUntil({ ledger: deps.stores.ledger, now: () => now }, now);
    expect(await added()).toBeUndefined();
  });

  it('lives no longer than seven days, whatever the tenant would like', () => {
    const settings = { displayName: 'Harbour', timeZone: 'UTC', readiness: { packetDays: 8 } };
    expect(tenantSchema.shape.settings.safeParse(settings).success).toBe(false);
  });
});
