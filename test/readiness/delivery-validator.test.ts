import { describe, expect, it } from 'vitest';

import { day, instantOf } from '../../shared/core/kernel/time.js';
import { validateDelivery } from '../../shared/core/readiness/validators/delivery.js';
import type { ExercisedDecision, ValidatorFacts } from '../../shared/core/readiness/validators/facts.js';
import { validateWorkflow } from '../../shared/core/readiness/validators/workflow.js';
import { asOf, wholeFacts } from './whole-facts.js';

type Validated = NonNullable<ValidatorFacts['delivery']['validated']>;
const ago = (days: number): string => instantOf(asOf - days * day);

/** Checks that do not pass where the validation report is changed like this. */
function failing(change: Partial<Validated>): string[] {
  const facts = wholeFacts();
  const { validated } = facts.delivery;
  if (validated === null) throw new Error('a validation report arrived');
  const delivery = { ...facts.delivery, validated: { ...validated, ...change } };
  return validateDelivery({ ...facts, delivery })
    .filter(({ status }) => status !== 'pass')
    .map(({ name }) => name);
}

describe('the validation report that arrived', () => {
  it('counts for 35 days, and for a release from its build on', () => {
    expect(failing({ time: ago(36) })).toEqual(['validation_delivered']);
    expect(failing({ time: ago(4) })).toEqual(['validation_delivered']);
    expect(failing({ time: ago(2) })).toEqual([]);
  });

  it.each<[string, Validated['channel'], string[]]>([
    ['a provider, a sender and TLS', { provider: 'smtp', sender: 'a.example', transport: 'tls' }, []],
    [
      'that it left in the clear',
      { provider: 'acs', sender: 'a.example', transport: 'plain' },
      ['channel_proven'],
    ],
    ['no sender', { provider: 'acs', sender: null, transport: 'tls' }, ['channel_proven']],
    ['an export, which nobody sends', { provider: 'export', sender: null, transport: 'tls' }, []],
    // A rehearsal, which blocks by itself: nothing left the machine.
    ['a loopback', { provider: 'acs', sender: 'a.example', transport: 'loopback' }, []],
  ])('shows %s', (_what, channel, checks) => {
    expect(failing({ channel })).toEqual(checks);
  });

  it('says by what it came, with the event that shows it', () => {
    const found = validateDelivery(wholeFacts()).find(({ name }) => name === 'channel_proven');
    expect(found?.message).toBe('it came by acs from mail.example, over tls');
    expect(found?.evidenceIds).toHaveLength(1);
  });
});

describe('an attempt to get around the runtime', () => {
  const told = (change: Partial<ExercisedDecision>): string | undefined => {
    const { exercise, ...facts } = wholeFacts();
    const [attempt] = exercise?.elements['bypass_attempt'] ?? [];
    if (exercise === null || attempt === undefined) throw new Error('an attempt was exercised');
    const elements = { ...exercise.elements, bypass_attempt: [{ ...attempt, ...change }] };
    return validateWorkflow({ ...facts, exercise: { ...exercise, elements } }).find(
      ({ name }) => name === 'bypass_attempt',
    )?.status;
  };

  it('was blocked, or detected for what it is', () => {
    expect(told({})).toBe('pass');
    for (const decision of ['warn', 'require_approval'] as const) {
      expect(told({ decision, highRisk: true, ran: true })).toBe('pass');
      expect(told({ decision, highRisk: false, ran: true })).toBe('blocker');
      expect(told({ decision, highRisk: true, mode: 'shadow' })).toBe('blocker');
    }
    expect(told({ decision: 'allow', highRisk: true, ran: true })).toBe('blocker');
  });
});
