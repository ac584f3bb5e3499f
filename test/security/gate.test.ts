import { describe, expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryClock } from '../../shared/adapters/memory/clock.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { StoreUnavailable } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { sealBundles } from '../../shared/usecases/log/checkpoints.js';
import { decideGate, previewPackets, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor } from '../tenants.js';

type Said = Parameters<typeof evidenceOf>[4] & { outcome?: 'passed' | 'failed' };

async function gate(): Promise<{ deps: ReadinessDeps; say: (said: Said) => Promise<void> }> {
  const keys = memoryKeyRing('seed');
  await keys.ensure(tenantId);
  const deps = {
    stores: memoryStores().open(tenantId),
    blobs: memoryBlobs().open(tenantId),
    keys,
    clock: memoryClock(start),
    rehearsal: false,
    telemetry: suiteTelemetry(),
    renderer: reportRenderer,
  };
  let n = 0;
  const say = async ({ outcome = 'passed', ...how }: Said): Promise<void> => {
    const checks = ['identity', 'key_custody', 'telemetry'].map((name) => ({
      name,
      status: 'pass' as const,
      message: 'as it must be',
      evidenceIds: [],
    }));
    const data = { deployment: 'd', release: 'r', digest: 'a'.repeat(64), outcome, checks };
    const from = { environment: 'production', ...how } as const;
    const evidence = evidenceOf('deployment.validated', data, start, `proof-${n++}`, from);
    await deps.stores.evidence.create(evidence);
    await foldEvents({ ledger: deps.stores.ledger, now: () => start }, [{ evidence }]);
  };
  return { deps, say };
}

const deploymentIn = async (deps: ReadinessDeps): Promise<string | undefined> =>
  (await previewPackets(deps)).flatMap(({ checks }) => checks).find(({ name }) => name === 'release_deployed')
    ?.status;

describe('the gate rests on proofs that count', () => {
  it('not on sample evidence, not on an unsigned source, not on another environment, not on a failure', async () => {
    const said: Said[] = [
      { provenance: 'sample' },
      { signed: false },
      { environment: 'staging' },
      { outcome: 'failed' },
    ];
    for (const what of said) {
      const { deps, say } = await gate();
      await say(what);
      expect([what, await deploymentIn(deps)]).toEqual([what, 'blocker']);
    }
    const { deps, say } = await gate();
    await say({});
    expect(await deploymentIn(deps)).toBe('pass');
  });

  it('does not call the log broken because a key cannot be had, and decides nothing then', async () => {
    const { deps, say } = await gate();
    await say({});
    const keys = { ...deps.keys, sign: () => Promise.reject(new Error('the vault has no secret')) };
    await expect(decideGate({ ...deps, keys }, 'trial', null, pipelineActor)).rejects.toThrow('no secret');
    const { items } = await deps.stores.evidence.search({ limit: 10, type: 'aispm.readiness.decided' });
    expect(items).toEqual([]);
  });
});

describe('bundles of the log have no gap', () => {
  it('after the store failed in the middle of writing several', async () => {
    const { deps } = await gate();
    const events = Array.from({ length: 3 * 256 }, (_, n) =>
      evidenceOf('intent.declared', { session: 's', agent: 'a', intent: 'work' }, start, `intent-${n}`),
    );
    await foldEvents(
      { ledger: deps.stores.ledger, now: () => start },
      events.map((evidence) => ({ evidence })),
    );
    let writes = 0;
    const blobs = {
      ...deps.blobs,
      create: (...args: Parameters<typeof deps.blobs.create>) =>
        ++writes > 1 ? Promise.reject(new StoreUnavailable('down', 0)) : deps.blobs.create(...args),
    };
    await expect(sealBundles({ ...deps, blobs })).rejects.toThrow('down');
    await sealBundles(deps);
    expect(await deps.blobs.list('log', `${tenantId}/bundles/`)).toHaveLength(3);
    expect(await sealBundles(deps)).toBe(0);
  });
});
