import { expect, it } from 'vitest';

import { readinessTargetSchema, type ReadinessTarget } from '../../schemas/readiness.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { decideGate, previewReadiness } from '../../shared/usecases/readiness/gate.js';
import { start, tenantId } from '../laws/tenant-events.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor } from '../tenants.js';

const flags: Readonly<Record<ReadinessTarget, string>> = {
  trial: 'ready_for_trial',
  pilot: 'ready_for_pilot',
  production: 'ready_for_aispm_production',
};

it.each(readinessTargetSchema.options)(
  'an answer about %s sets the flag of that target and no other',
  async (target) => {
    const keys = memoryKeyRing('flags');
    await keys.ensure(tenantId);
    const deps = {
      stores: memoryStores().open(tenantId),
      blobs: memoryBlobs().open(tenantId),
      keys,
      clock: { now: () => start },
      rehearsal: false,
      telemetry: suiteTelemetry(),
      renderer: reportRenderer,
    };
    for (const answer of [
      await previewReadiness(deps, target),
      await decideGate(deps, target, null, pipelineActor),
    ])
      expect(Object.keys(answer).filter((name) => name.startsWith('ready_for'))).toEqual([flags[target]]);
  },
);
