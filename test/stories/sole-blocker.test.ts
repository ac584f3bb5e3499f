import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { defects } from './defects.js';
import { startMovedStack, type MovedStack } from './moved-stack.js';
import {
  begins,
  gate,
  newYear,
  openTrialAndPilot,
  plan,
  releaseOf,
  runLabs,
  setUp,
  storyOf,
  type Story,
  type Target,
} from './production-tenant.js';
import {
  allConnectors,
  closeArchive,
  drill,
  exercise,
  proveConnector,
  proveDelivery,
  review,
  setUpCanaries,
  tryIsolation,
} from './proofs.js';

/*
 * A tenant reaches the state in which nothing but the place stands in the way, through public routes alone: the compiled
 * app on the local host, its stand-ins, and a clock that moves past the end of a day, a week, a month and a quarter.
 */

let moved: MovedStack;
let story: Story;

beforeAll(async () => {
  moved = await startMovedStack(begins);
  story = storyOf(moved);
}, 120_000);
afterAll(() => moved.close());

const blocking = async (target?: Target): Promise<string[]> =>
  (await gate(story, target)).map(({ id }) => id);

it('a tenant comes to where only the rehearsal is in the way of production, and of trial and pilot', async () => {
  await setUp(story);
  await runLabs(story);
  expect(await blocking()).toEqual([
    'report_delivery_unverified',
    'tenant_isolation_not_proven',
    'missing_live_connector_evidence',
    'runtime_workflow_synthetic_only',
    'deployment_not_validated',
    'ga_archive_not_closed',
    'rehearsal_environment',
  ]);

  await moved.moveTo(newYear);
  expect(await review(story)).toEqual(['2028-12', '2028-12-31', '2028-Q4', '2028-W52']);
  await setUpCanaries(story);
  await Promise.all([
    proveDelivery(story),
    ...allConnectors.map((connector) => proveConnector(story, connector)),
    tryIsolation(story).then((outcome) => expect(outcome).toBe('passed')),
  ]);
  expect(await exercise(story)).toMatchObject({ exit: 0 });
  await drill(story);
  await closeArchive(story, '2028-Q4');
  await openTrialAndPilot(story);

  for (const target of ['trial', 'pilot', 'production'] as const)
    expect([target, await blocking(target)]).toEqual([target, ['rehearsal_environment']]);
}, 240_000);

it('for another build, or by a name that nothing was deployed under, the same evidence shows nothing', async () => {
  const ids = async (change: object): Promise<string[]> =>
    (await gate(story, 'production', { ...releaseOf(story), ...change })).map(({ id }) => id);
  expect(await ids({ digest: 'c0ffee'.padEnd(64, '0') })).toEqual([
    'report_delivery_unverified',
    'tenant_isolation_not_proven',
    'missing_live_connector_evidence',
    'runtime_workflow_synthetic_only',
    'deployment_not_validated',
    'rehearsal_environment',
  ]);
  expect(await ids({ release: 'harbour-1.4.0' })).toEqual([
    'deployment_not_validated',
    'rehearsal_environment',
  ]);
});

describe('from there', () => {
  it.each(defects)(
    '$what',
    async ({ blocker, also, resolution, plant, repair }) => {
      await plant(story);
      const [planted, ...others] = await gate(story);
      expect([planted?.id, ...others.map(({ id }) => id)]).toEqual([blocker, 'rehearsal_environment']);
      expect([planted?.resolution, planted?.since]).toEqual([resolution, null]);
      // Whoever is blocked can look at what shows it.
      expect(planted?.evidenceIds.length).toBeGreaterThan(0);
      for (const id of planted?.evidenceIds ?? []) await story.logged(id);
      for (const target of ['trial', 'pilot'] as const) {
        const stands = also.includes(target) ? [blocker] : [];
        expect([target, await blocking(target)]).toEqual([target, [...stands, 'rehearsal_environment']]);
      }
      const todo = await plan(story);
      expect(todo.length).toBeGreaterThan(1);
      expect(
        todo.slice(0, -1).every((item) => item.blocker === blocker && item.action.startsWith(resolution)),
      ).toBe(true);
      expect((await gate(story))[0]?.since).not.toBeNull();

      await repair(story);
      expect(await blocking()).toEqual(['rehearsal_environment']);
      expect(await plan(story)).toMatchObject([{ blocker: 'rehearsal_environment' }]);
    },
    120_000,
  );
});
