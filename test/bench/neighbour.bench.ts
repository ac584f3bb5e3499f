import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cast } from '../../infra/local/demo/cast.js';
import { openService, type Service } from '../../infra/local/demo/service.js';
import { freePorts, startStack } from '../../infra/local/stack.js';
import { measure, onboard, tenant, type LatencyRow } from './latency.bench.js';
import { decisionData, eventOf, narrow } from './workload.js';

/** `taken` events of the flood and `refused` requests of it, while the quiet tenant was measured beside it. */
export type NeighbourRow = { alone: LatencyRow; beside: LatencyRow; taken: number; refused: number };

/** Batches under way at once, each as large as a batch may be. */
const streams = 4;
const batch = 500;

/** Posts as fast as it is answered, whatever the answer, until told to stop. */
async function flood(service: Service, stopped: () => boolean): Promise<{ taken: number; refused: number }> {
  const { url, token } = service.evidenceEndpoint(cast.collector);
  const headers = {
    'content-type': 'application/cloudevents-batch+json',
    authorization: `Bearer ${await token()}`,
  };
  const told = { taken: 0, refused: 0 };
  const stream = async (which: number): Promise<void> => {
    for (let n = 0; !stopped(); n++) {
      const events = Array.from({ length: batch }, (_, m) =>
        eventOf('decision.recorded', `flood-${which}-${n}-${m}`, Date.now(), decisionData(m, narrow)),
      );
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(events) });
      await answer.arrayBuffer();
      if (answer.status === 202) told.taken += batch;
      else told.refused += 1;
      if (answer.status !== 202) await sleep(100);
    }
  };
  await Promise.all(Array.from({ length: streams }, (_, which) => stream(which)));
  return told;
}

/** The whole system with two tenants: one posts steadily, first alone, then while the other floods. */
export async function neighbourBench(perSecond: number, events: number): Promise<NeighbourRow> {
  const directory = await mkdtemp(join(tmpdir(), 'aispm-bench-'));
  const stack = await startStack({ directory, ports: freePorts });
  try {
    const { hostUrl, issuer } = stack;
    const quiet = openService({ hostUrl, issuer, tenant });
    const loud = openService({ hostUrl, issuer, tenant: 'loud' });
    for (const service of [quiet, loud]) await onboard(service);
    await sleep(4_000);
    const alone = await measure(stack, quiet, perSecond, events, 'alone');
    let stop = false;
    const flooding = flood(loud, () => stop);
    await sleep(2_000);
    const beside = await measure(stack, quiet, perSecond, events, 'beside').finally(() => (stop = true));
    return { alone, beside, ...(await flooding) };
  } finally {
    await stack.close();
    await rm(directory, { recursive: true, force: true });
  }
}
