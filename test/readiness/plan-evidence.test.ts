import { describe, expect, it } from 'vitest';

import type { Plan } from '../../schemas/plan.js';
import { originOf } from '../../shared/core/kernel/note.js';
import { verifyAnswer } from '../../shared/core/readiness/verify-answer.js';
import { planReadiness } from '../../shared/usecases/readiness/plan.js';
import { decideGate, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { tenantId } from '../laws/tenant-events.js';
import { pipelineActor } from '../tenants.js';
import { bareTenant, carryOut, release } from './carry-out.js';

/*
 * The plan against the log: the evidence of everything that it lists, and the decision with production settings is ready;
 * without any one of it, it is not.
 */

type Item = Plan['items'][number];
const nameOf = ({ check, blocker }: Item): string => check ?? blocker;
const plan = async (deps: ReadinessDeps): Promise<Item[]> =>
  (await planReadiness(deps, 'production', release)).items;
const decide = (deps: ReadinessDeps) => decideGate(deps, 'production', release, pipelineActor);

const items = await plan((await bareTenant()).deps);

describe('the plan for production, from nothing', () => {
  it('makes the decision ready when the evidence of all of it is in the log, which holds what each item leaves', async () => {
    const deps = await carryOut(await bareTenant(), (name) => items.some((item) => nameOf(item) === name));
    expect(await plan(deps)).toEqual([]);
    const answer = await decide(deps);
    expect([answer.ready_for_aispm_production, answer.blockers]).toEqual([true, []]);
    const trust = { tenantId, origin: originOf(tenantId), keys: [await deps.keys.ensure(tenantId)] };
    expect(verifyAnswer(answer, trust).filter(({ passed }) => !passed)).toEqual([]);
    const logged = await deps.stores.evidence.search({ limit: 1000 });
    const types = new Set<string>(logged.items.map(({ event }) => event.type));
    for (const { leaves } of items) for (const type of leaves) expect([...types]).toContain(type);
  });

  it('is of the build that is asked about: the same evidence does nothing for another, and the plan says what it must name', async () => {
    const deps = await carryOut(await bareTenant(), (name) => items.some((item) => nameOf(item) === name));
    const other = { ...release, digest: 'e'.repeat(64) };
    const left = (await planReadiness(deps, 'production', other)).items;
    expect(left.map(nameOf).sort()).toEqual([
      'connector_live:runtime',
      'isolation_proven',
      'release_deployed',
      'session_live',
      'validation_delivered',
    ]);
    for (const { action, found } of left) {
      expect(action).toContain(other.digest);
      expect(found).toContain(`it is of another build: v1, digest ${release.digest}`);
    }
    expect((await decideGate(deps, 'production', other, pipelineActor)).ready_for_aispm_production).toBe(
      false,
    );
  });

  it.each(items.map((item) => ({ left: nameOf(item), item })))(
    'is not done without $left',
    async ({ left, item }) => {
      const done = (name: string): boolean => name !== left && items.some((one) => nameOf(one) === name);
      const deps = await carryOut(await bareTenant(), done);
      expect((await decide(deps)).ready_for_aispm_production).toBe(false);
      expect((await plan(deps)).map(({ blocker }) => blocker)).toContain(item.blocker);
    },
  );
});
