import { afterAll, beforeAll, expect, it } from 'vitest';

import { labs } from '../../shared/core/reports/trial/labs.js';
import { stepIdSchema, type StepId } from '../../schemas/journey-steps.js';
import type { JourneyAnswer } from '../../schemas/journey.js';
import { startMovedStack, type MovedStack } from './moved-stack.js';
import {
  agents,
  begins,
  gate,
  newYear,
  people,
  runLabs,
  setUp,
  storyOf,
  tenant,
  type Person,
  type Story,
} from './production-tenant.js';
import {
  allConnectors,
  closeArchive,
  drill,
  exercise,
  proveConnector,
  proveDelivery,
  review,
  sendReport,
  setUpCanaries,
  tryIsolation,
} from './proofs.js';

/*
 * One tenant from the first step of the journey to the last, through public routes alone: the compiled app on the local
 * host and its stand-ins, taken for a place in production, without which the gate would never let a pilot begin.
 */

const minute = 60_000;
const hour = 60 * minute;
let moved: MovedStack;
let story: Story;

beforeAll(async () => {
  moved = await startMovedStack(begins, [new URL('production-place.mjs', import.meta.url).href]);
  story = storyOf(moved);
}, 120_000);
afterAll(() => moved.close());

const later = (ms: number): string => new Date(Date.now() + ms).toISOString();
const journey = (): Promise<JourneyAnswer> => story.ask<JourneyAnswer>('ciso', 'GET', '/journey');
const openLabs = async (): Promise<string[]> =>
  (await journey()).labs.filter(({ done }) => !done).map(({ id }) => id);

async function answer(who: Person, method: string, path: string, body?: unknown): Promise<number> {
  return (await story.service().call(people[who], method, path, body)).status;
}
const confirm = (who: Person, step: StepId): Promise<number> =>
  answer(who, 'POST', '/journey/confirm', { step });

/** Confirmed by its role and by nobody else; the journey then stands at the next. What it rests on is in the log. */
async function confirmed(who: Person, notBy: Person, step: StepId): Promise<void> {
  const { at, steps } = await journey();
  const found = steps.find(({ id }) => id === step);
  expect([at, found?.entry, found?.exit]).toEqual([
    step,
    { met: true, missing: null },
    { met: true, missing: null },
  ]);
  expect([step, await confirm(notBy, step)]).toEqual([step, 403]);
  expect([step, await confirm(who, step)]).toEqual([step, 200]);
  const after = await journey();
  expect(after.at).toBe(stepIdSchema.options[stepIdSchema.options.indexOf(step) + 1] ?? 'completed');
  const rests = after.steps.find(({ id }) => id === step)?.confirmed?.rests ?? [];
  expect(rests.length).toBeGreaterThan(0);
  for (const id of rests) await story.logged(id);
}

/** Somebody from outside, whose token gives no right to anything: what they may comes from the tenant alone. */
async function guest(subject: string, path: string): Promise<number> {
  const token = await moved.stack.issuer.token({ sub: subject, roles: [], tenants: [] });
  const url = `${moved.stack.hostUrl}/api/tenants/${tenant}${path}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

/** Asked for by one person, and opened by another alone. @returns the grant's id */
async function letIn(grant: Record<string, unknown>): Promise<string> {
  const { id } = await story.ask<{ id: string }>('operator', 'POST', '/access-grants', grant);
  expect(await answer('operator', 'POST', `/access-grants/${id}/approve`)).toBe(403);
  await story.ask('approver', 'POST', `/access-grants/${id}/approve`);
  return id;
}
const trialFor = (ms: number): Promise<string> =>
  letIn({ purpose: 'trial', subject: 'eve.evaluator', roles: ['viewer'], until: later(ms) });

type Event = { event: { data: Record<string, unknown> } };
/** What the log says of something, oldest first. */
async function told(query: string): Promise<Record<string, unknown>[]> {
  const { items } = await story.ask<{ items: { id: string }[] }>('auditor', 'GET', `/evidence?${query}`);
  const events = await Promise.all(
    items.map(({ id }) => story.ask<Event>('auditor', 'GET', `/evidence/${id}`)),
  );
  return events.map(({ event }) => event.data).reverse();
}
const lifeOf = async (grant: string): Promise<unknown[]> =>
  (await told(`subject=grant:${grant}`)).map(({ grant: change }) => (change as { state: string }).state);

it('a tenant goes from trial access to validated production readiness, back once, and its trials end', async () => {
  await setUp(story);

  // 1. Trial access, which another than who asked for it opens.
  expect(await confirm('approver', 'trial_access_approved')).toBe(409);
  const first = await trialFor(30 * 24 * hour);
  expect(await guest('eve.evaluator', '/posture')).toBe(200);
  await confirmed('approver', 'operator', 'trial_access_approved');

  // 2. Guided labs, each checked off by the evidence that it leaves and by nothing else.
  expect(await openLabs()).toEqual(labs.map(({ id }) => id).filter((id) => id !== 'connect_a_source'));
  expect(await confirm('operator', 'guided_labs_run')).toBe(409);
  await runLabs(story);
  expect(await openLabs()).toEqual(['deliver_a_report', 'ask_the_gate']);
  expect(await sendReport(story)).toBe('delivered');
  expect(await openLabs()).toEqual(['ask_the_gate']);
  await story.ask('pipeline', 'POST', '/readiness', { target: 'trial' });
  expect(await openLabs()).toEqual([]);
  await confirmed('operator', 'auditor', 'guided_labs_run');

  // 3. and 4. The evidence of the trial, and its delivery, proven by a validation.
  expect(await confirm('operator', 'trial_evidence_collected')).toBe(409);
  await story.say('runtime', 'session.recorded', { session: 'trial-1', agent: 'builder', state: 'started' });
  await story.settled();
  await confirmed('operator', 'approver', 'trial_evidence_collected');
  await proveDelivery(story);
  await confirmed('operator', 'approver', 'report_delivery_validated');
  expect(await gate(story, 'trial')).toEqual([]);

  // The trial is revoked: access ends at once, and the journey goes back to where that matters.
  const reason = 'the evaluator left the company';
  await story.ask('operator', 'POST', `/access-grants/${first}/revoke`, { reason });
  expect(await guest('eve.evaluator', '/posture')).toBe(404);
  expect(await lifeOf(first)).toEqual(['requested', 'approved', 'revoked']);
  expect((await gate(story, 'trial')).map(({ id }) => id)).toEqual(['trial_access_not_approved']);
  const back = { step: 'trial_access_approved', reason };
  await story.ask('operator', 'POST', '/journey/step-back', back);
  expect((await journey()).history[0]).toMatchObject({ act: 'stepped_back', ...back });
  expect(await confirm('approver', 'trial_access_approved')).toBe(409);
  const second = await trialFor(2 * hour);
  await confirmed('approver', 'operator', 'trial_access_approved');
  await confirmed('operator', 'auditor', 'guided_labs_run');
  await confirmed('operator', 'approver', 'trial_evidence_collected');
  await confirmed('operator', 'approver', 'report_delivery_validated');

  // The second one ends by itself, to the instant; the tick puts that on record.
  await moved.moveTo(Date.now() + 2 * hour);
  expect(await guest('eve.evaluator', '/posture')).toBe(404);
  await moved.tick('reviewDaily');
  await story
    .service()
    .until('the end of the trial to be on record', 30_000, async () =>
      (await lifeOf(second)).includes('expired') ? true : undefined,
    );

  // 5. The pilot is proposed, and confirmed by another.
  expect(await confirm('approver', 'pilot_scope_proposed')).toBe(409);
  await story.ask('operator', 'POST', '/journey/pilot', {
    scope: { agents: [...agents] },
    from: later(0),
    until: later(60 * 24 * hour),
    sponsor: 'Grace Hopper',
    goal: 'Reviews take half the time.',
  });
  await confirmed('approver', 'operator', 'pilot_scope_proposed');

  // 6. Its controls are reviewed by the gate, which asks that tenants are proven apart.
  expect((await gate(story, 'pilot')).map(({ id }) => id)).toEqual(['tenant_isolation_not_proven']);
  expect(await confirm('approver', 'pilot_control_readiness_reviewed')).toBe(409);
  await setUpCanaries(story);
  expect(await tryIsolation(story)).toBe('passed');
  expect(await gate(story, 'pilot')).toEqual([]);
  await confirmed('approver', 'operator', 'pilot_control_readiness_reviewed');

  // 7. The evidence room: scoped, ending, and each look of its guest on record.
  expect(await confirm('auditor', 'evidence_room_prepared')).toBe(409);
  const sections = ['posture', 'reviews', 'archives'];
  const until = later(30 * 24 * hour);
  const room = await letIn({ purpose: 'evidence_room', subject: 'otto.outside', sections, until });
  expect(await guest('otto.outside', '/posture')).toBe(200);
  expect(await guest('otto.outside', '/evidence')).toBe(403);
  await confirmed('auditor', 'approver', 'evidence_room_prepared');

  // 8. The quarter ends, and everything that production rests on is shown.
  await moved.moveTo(newYear);
  await review(story);
  for (const connector of allConnectors) await proveConnector(story, connector);
  expect(await exercise(story)).toMatchObject({ exit: 0 });
  expect(await confirm('approver', 'production_readiness_validated')).toBe(409);
  await drill(story);
  await closeArchive(story, '2028-Q4');
  expect(await gate(story)).toEqual([]);
  await confirmed('approver', 'auditor', 'production_readiness_validated');

  // The auditor from outside takes the archive and reads a review; then the room is closed.
  expect(await guest('otto.outside', '/archives/2028-Q4/file')).toBe(200);
  expect(await guest('otto.outside', '/reviews/quarterly/2028-Q4')).toBe(200);
  await story.ask('auditor', 'GET', '/posture');
  const uses = await told('type=aispm.access.used');
  expect(uses.map(({ grant, use, path }) => [grant, use, path])).toEqual([
    [room, 'view', 'posture'],
    [room, 'download', 'archives/2028-Q4/file'],
    [room, 'view', 'reviews/quarterly/2028-Q4'],
  ]);
  await story.ask('approver', 'POST', `/access-grants/${room}/revoke`);
  expect(await guest('otto.outside', '/posture')).toBe(404);

  const { at, history } = await journey();
  const again = stepIdSchema.options.slice(0, 4);
  expect([at, history.map(({ act, step }) => `${act} ${step}`).reverse()]).toEqual([
    'completed',
    [
      ...again.map((step) => `confirmed ${step}`),
      'stepped_back trial_access_approved',
      ...stepIdSchema.options.map((step) => `confirmed ${step}`),
    ],
  ]);
  expect(await told('type=aispm.journey.advanced')).toHaveLength(history.length);
}, 400_000);
