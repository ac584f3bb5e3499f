import fc from 'fast-check';
import { expect } from 'vitest';

import type { EventData, EventName } from '../../schemas/events/types.js';
import { day, hour, instantOf, millisOf } from '../../shared/core/kernel/time.js';
import { longestGrant } from '../../shared/core/posture/finding-acts.js';
import type { Finding } from '../../shared/core/projections/documents.js';
import { findingId } from '../../shared/core/projections/keys.js';
import { newTold, person, start } from './told.js';

/*
 * A finding's whole life against a model that knows the rules in days and names only: no documents, no sort keys, no
 * history. The real side goes through the log, as an operator's commands do.
 */

type Told = ReturnType<typeof newTold>;
type Real = { told: Told; fingerprint: string; lastRequest: string; lastClaim: string };
type Model = {
  now: number;
  state: Finding['state'];
  due: number;
  firstSeen: number;
  request: { change: 'acceptance' | 'dismissal'; by: number; until: number } | null;
  until: number | null;
  claimant: number | null;
  gone: boolean;
  /** Evidence shows the cause now. Where it does not, evidence has nothing left to disprove. */
  standing: boolean;
};

/** Days of a medium finding. */
export const days = 90 * day;
export const own = { sourceId: 'aispm', signed: false };

/** An exception that nobody owns: a cause that time alone neither ends nor makes worse. */
const grant = (owned: boolean): EventData<'exception.granted'> => ({
  exception: 'x1',
  scope: 'billing',
  ...(owned
    ? {
        owner: person(4),
        requestedBy: person(5),
        approvedBy: person(6),
        expiresAt: instantOf(start + 9999 * day),
      }
    : {}),
});
export const theFinding = (told: Told): Promise<Finding> =>
  told.finding('control_unmet', 'exception:x1', 'exceptions-owned');

/** What the model says time alone has done by now: everything at its own instant, in order. */
function settle(model: Model): void {
  if (model.request !== null && model.request.until <= model.now) model.request = null;
  if (model.until === null || model.until > model.now) return;
  model.state = model.gone ? 'closed' : 'open';
  model.due = model.until + days;
  model.until = null;
  model.gone = false;
}

const overdue = (model: Model): boolean =>
  (model.state === 'open' || model.state === 'resolved') && model.due <= model.now;

async function agrees(model: Model, real: Real): Promise<void> {
  const finding = await theFinding(real.told);
  expect(finding.state).toBe(model.state);
  expect(finding.firstSeen).toBe(instantOf(model.firstSeen));
  expect(finding.overdue).toBe(overdue(model));
  if (model.state === 'open' || model.state === 'resolved') expect(finding.dueOn).toBe(instantOf(model.due));
  expect(finding.request?.change).toBe(model.request?.change);
  const inForce = finding.acceptance ?? finding.dismissal;
  expect(inForce?.expiresAt).toBe(model.until === null ? undefined : instantOf(model.until));
  // No acceptance without an end, an owner, and two different persons.
  if (finding.state === 'accepted') {
    expect(finding.acceptance?.owner).toBeDefined();
    expect(finding.acceptance?.approvedBy).not.toBe(finding.acceptance?.requestedBy);
  }
  // Whatever ends by itself is found by the next run: its instant is in the index.
  const ends = [inForce?.expiresAt, finding.request?.expiresAt].filter((end) => end !== undefined).sort();
  if (ends[0] !== undefined) expect((finding.dueAt ?? '9999') <= ends[0]).toBe(true);
  if (finding.dueAt !== undefined) expect(millisOf(finding.dueAt)).toBeGreaterThan(model.now);
}

type Step = fc.AsyncCommand<Model, Real>;
/** A step: what the model makes of it, and what is told to the log. */
const step = (name: string, expected: (model: Model) => void, told: (real: Real) => Promise<void>): Step => ({
  check: () => true,
  run: async (model, real) => {
    // No two things at one instant: which of two facts is later must not hang on their ids.
    model.now += 1;
    await real.told.passTo(model.now);
    settle(model);
    expected(model);
    await told(real);
    await agrees(model, real);
  },
  toString: () => name,
});

async function act<N extends EventName & `finding.${string}`>(
  { told, fingerprint }: Real,
  name: N,
  data: Omit<EventData<N>, 'finding' | 'reason'>,
): Promise<string> {
  const whole = { ...data, finding: fingerprint, reason: 'because' } as unknown as EventData<N>;
  return told.tell(name, whole, own);
}

export const passes = (hours: number): Step =>
  step(
    `${hours} hours pass`,
    (model) => {
      model.now += hours * hour;
      settle(model);
    },
    async ({ told }) => told.passTo(told.now() + hours * hour),
  );

export const asks = (change: 'acceptance' | 'dismissal', by: number, dayCount: number): Step =>
  step(
    `${by} asks for ${change} of ${dayCount} days`,
    (model) => {
      const states = change === 'acceptance' ? ['open', 'accepted'] : ['open', 'accepted', 'dismissed'];
      const until = model.now + dayCount * day;
      if (states.includes(model.state) && dayCount > 0 && dayCount * day <= longestGrant)
        model.request = { change, by, until };
    },
    async (real) => {
      const expiresAt = instantOf(real.told.now() + dayCount * day);
      const owner = change === 'acceptance' ? { owner: person(8) } : {};
      const id = await act(real, 'finding.requested', { actor: person(by), change, expiresAt, ...owner });
      if ((await theFinding(real.told)).request?.evidenceId === id) real.lastRequest = id;
    },
  );

export const approves = (change: 'acceptance' | 'dismissal', by: number): Step =>
  step(
    `${by} approves ${change}`,
    (model) => {
      const { request } = model;
      if (request === null || request.change !== change || request.by === by) return;
      model.state = change === 'acceptance' ? 'accepted' : 'dismissed';
      model.until = request.until;
      model.request = null;
      // An acceptance is only ever asked for where the cause stands.
      if (change === 'acceptance') model.gone = false;
    },
    async (real) => {
      const agreed = { actor: person(by), request: real.lastRequest, requestedBy: person(9) };
      const expiresAt = instantOf(real.told.now() + 400 * day);
      if (change === 'acceptance')
        await act(real, 'finding.accepted', { ...agreed, expiresAt, owner: person(8) });
      else await act(real, 'finding.dismissed', { ...agreed, expiresAt });
    },
  );

export const claims = (by: number): Step =>
  step(
    `${by} claims`,
    (model) => {
      if (model.state !== 'open' && model.state !== 'accepted') return;
      if (model.state === 'accepted') model.due = model.now + days;
      Object.assign(model, { state: 'resolved', claimant: by, until: null, request: null });
    },
    async (real) => {
      const id = await act(real, 'finding.resolved', { actor: person(by) });
      if ((await theFinding(real.told)).claim?.evidenceId === id) real.lastClaim = id;
    },
  );

const verifies = (by: number): Step =>
  step(
    `${by} verifies`,
    (model) => {
      if (model.state === 'resolved' && model.claimant !== by)
        Object.assign(model, { state: 'closed', request: null });
    },
    async (real) => void (await act(real, 'finding.resolved', { actor: person(by), claim: real.lastClaim })),
  );

const reopens: Step = step(
  'reopened',
  (model) => {
    if (model.state !== 'open' && model.state !== 'resolved') model.due = model.now + days;
    Object.assign(model, { state: 'open', until: null, request: null, gone: false });
  },
  async (real) => void (await act(real, 'finding.reopened', { actor: person(1) })),
);

/** Nobody owns it any more. */
export const recurs: Step = step(
  'it happens again',
  (model) => {
    Object.assign(model, { gone: false, standing: true });
    if (model.state === 'closed') Object.assign(model, { state: 'open', due: model.now + days });
    if (model.state === 'resolved') model.state = 'open';
  },
  async ({ told }) => void (await told.tell('exception.granted', grant(false))),
);

/** Someone owns it. */
export const disproved: Step = step(
  'evidence disproves it',
  (model) => {
    if (!model.standing) return;
    model.standing = false;
    if (model.state === 'dismissed') model.gone = true;
    else Object.assign(model, { state: 'closed', until: null, request: null });
  },
  async ({ told }) => void (await told.tell('exception.granted', grant(true))),
);

const person3 = fc.integer({ min: 1, max: 3 });
const change = fc.constantFrom('acceptance', 'dismissal' as const);
export const steps: fc.Arbitrary<Step>[] = [
  fc.constantFrom(1, 24, 7 * 24, 40 * 24, 100 * 24).map(passes),
  fc.tuple(change, person3, fc.constantFrom(0, 1, 5, 30, 180, 181)).map(([c, by, n]) => asks(c, by, n)),
  fc.tuple(change, person3).map(([c, by]) => approves(c, by)),
  person3.map(claims),
  person3.map(verifies),
  fc.constant(reopens),
  fc.constant(recurs),
  fc.constant(disproved),
];

export async function setup(): Promise<{ model: Model; real: Real }> {
  const told = newTold();
  await told.tell('exception.granted', grant(false));
  const finding = await theFinding(told);
  expect(finding.severity).toBe('medium');
  const fingerprint = finding.id.slice(findingId('').length);
  const none = 'f'.repeat(64);
  return {
    model: {
      now: start,
      state: 'open',
      due: start + days,
      firstSeen: start,
      request: null,
      until: null,
      claimant: null,
      gone: false,
      standing: true,
    },
    real: { told, fingerprint, lastRequest: none, lastClaim: none },
  };
}

export async function run(script: readonly Step[]): Promise<Real> {
  const { model, real } = await setup();
  for (const one of script) await one.run(model, real);
  return real;
}
