import { describe, expect, it } from 'vitest';

import { environmentSchema } from '../../schemas/primitives.js';
import type { ValidatorFacts } from '../../shared/core/readiness/validators/facts.js';
import { allValidators, packetOf } from '../../shared/core/readiness/validators/packet.js';
import { wholeFacts } from './whole-facts.js';

/* Production is judged by what was shown in production: what says that it is of elsewhere, or does not say, is not it. */

const others = [undefined, ...environmentSchema.options.filter((one) => one !== 'production')];

/** Checks that block, of all validators. */
const blocking = (facts: ValidatorFacts): string[] =>
  allValidators.flatMap((validator) =>
    packetOf(validator, facts, { tenantId: 'harbour', position: 99 })
      .checks.filter(({ status }) => status === 'blocker')
      .map(({ name }) => name),
  );

function present<T>(fact: T | null): T {
  if (fact === null) throw new Error('the facts are not whole');
  return fact;
}

describe.each(others)('evidence of the environment %s', (environment) => {
  const whole = wholeFacts();
  const exercise = present(whole.exercise);

  it('shows no session of production', () => {
    const exercised = { ...exercise.exercised, environment };
    expect(blocking({ ...whole, exercise: { ...exercise, exercised } })).toEqual(['session_live']);
  });

  it('shows no element of one, though the session was run there', () => {
    for (const [name, decisions] of Object.entries(exercise.elements)) {
      const elsewhere = decisions.map((decision) => ({ ...decision, environment }));
      const elements = { ...exercise.elements, [name]: elsewhere };
      expect(blocking({ ...whole, exercise: { ...exercise, elements } })).toEqual([name]);
    }
  });

  it('shows no deployment to production', () => {
    const deployment = { ...present(whole.deployment), environment };
    expect(blocking({ ...whole, deployment })).toEqual(['release_deployed']);
  });
});

it('the same of production blocks nothing', () => {
  expect(blocking(wholeFacts())).toEqual([]);
});
