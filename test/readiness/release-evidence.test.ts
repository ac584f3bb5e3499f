import { describe, expect, it } from 'vitest';

import type { Build } from '../../schemas/release.js';
import type { Validator } from '../../schemas/packets.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import {
  releaseNamed,
  releaseOf,
  type ValidatorFacts,
} from '../../shared/core/readiness/validators/facts.js';
import { allValidators, packetOf } from '../../shared/core/readiness/validators/packet.js';
import { asOf, build, id, wholeFacts } from './whole-facts.js';

/*
 * For a release, evidence names its digest and postdates its build: every proof of every validator, but the operating
 * archive, which is the record of a quarter.
 */

const other: Build = { name: 'v0', digest: id(6) };
const unknown = { running: null };
const where = { tenantId: 'harbour', position: 99 };
const blocking = (facts: ValidatorFacts): [string, string][] =>
  allValidators.flatMap((validator) =>
    packetOf(validator, facts, where)
      .checks.filter(({ status }) => status === 'blocker')
      .map(({ name, message }): [string, string] => [name, message]),
  );

type Named = (build: Build | undefined, time?: string) => Partial<ValidatorFacts>;
const stamped = <T extends { data: object; time: string }>(
  proof: T | null,
  release: Build | undefined,
  time?: string,
): T | null => {
  if (proof === null) return null;
  const { release: _before, ...data } = { release: undefined, ...proof.data };
  return {
    ...proof,
    time: time ?? proof.time,
    data: { ...data, ...(release === undefined ? {} : { release }) },
  };
};
const whole = wholeFacts();
/** Each proof that can name a build, by the check that rests on it. */
const proofs: readonly [string, Validator, Named][] = [
  [
    'connector_live:runtime',
    'production_deployment_runtime',
    (of, time) => ({
      connectors: whole.connectors.map((one) => ({ ...one, validated: stamped(one.validated, of, time) })),
    }),
  ],
  [
    'isolation_proven',
    'production_deployment_runtime',
    (of, time) => ({ isolation: stamped(whole.isolation, of, time) }),
  ],
  [
    'validation_delivered',
    'report_delivery_production',
    (of, time) => ({
      delivery: {
        ...whole.delivery,
        validated: whole.delivery.validated && {
          ...whole.delivery.validated,
          build: of,
          time: time ?? whole.delivery.validated.time,
        },
      },
    }),
  ],
  [
    'session_live',
    'runtime_workflow',
    (of, time) => {
      const exercised = stamped(whole.exercise?.exercised ?? null, of, time);
      return { exercise: whole.exercise && exercised && { ...whole.exercise, exercised } };
    },
  ],
];

describe.each(proofs)('%s', (check, validator, named) => {
  const given = (of: Build | undefined, change: Partial<ValidatorFacts> = {}): ValidatorFacts => ({
    ...wholeFacts(),
    ...named(of),
    ...change,
  });

  it('counts for the build that it names, and for no other', () => {
    expect(blocking(given(build))).toEqual([]);
    expect(blocking(given(other))).toEqual([[check, `it is of another build: v0, digest ${other.digest}`]]);
    // A name alone is not the build.
    expect(blocking(given({ ...build, digest: other.digest }))).toEqual([
      [check, `it is of another build: v1, digest ${other.digest}`],
    ]);
  });

  it('does not count where it names none', () => {
    expect(blocking(given(undefined))).toEqual([[check, 'it names no release']]);
  });

  it('counts from the build on', () => {
    const before = instantOf(asOf - 4 * day);
    expect(blocking({ ...wholeFacts(), ...named(build, before) })).toEqual([
      [check, 'it is older than the build of the release'],
    ]);
  });

  it('need name none where no release is asked about', () => {
    for (const of of [undefined, build, other])
      expect(blocking(given(of, { release: null, ...unknown }))).toEqual([]);
  });

  it('must for a release by name alone name the build that its deployment was validated with', () => {
    const byName = { release: releaseNamed('v1') };
    expect(blocking(given(build, byName))).toEqual([]);
    expect(blocking(given(undefined, byName))).toEqual([[check, 'it names no release']]);
    expect(blocking(given(other, byName)).map(([name]) => name)).toEqual([check]);
  });

  it('makes the packet say which build it asked for', () => {
    expect(packetOf(validator, given(undefined), where)).toMatchObject({
      release: 'v1',
      release_digest: build.digest,
      ready: false,
    });
    expect(packetOf(validator, given(undefined, { release: null }), where).release_digest).toBeNull();
  });
});

describe('the deployment’s validation', () => {
  it('is held to the build that runs, whatever release is asked about', () => {
    for (const release of [whole.release, releaseNamed('v1'), null])
      expect(blocking({ ...wholeFacts(), release, running: other })).toEqual([
        ['release_deployed', `what runs is another build: v0, digest ${other.digest}`],
      ]);
  });

  it('of an untrusted source says of no release which build it is', () => {
    const { deployment } = wholeFacts();
    const facts = {
      ...wholeFacts(),
      release: releaseNamed('v1'),
      deployment: deployment && { ...deployment, trusted: false },
    };
    for (const validator of allValidators)
      expect(packetOf(validator, facts, where).release_digest).toBeNull();
    expect(blocking(facts)).toContainEqual([
      'release_deployed',
      'the validation was not signed by a trusted source',
    ]);
  });
});

it('a build of no release is refused, and never taken for no build at all', () => {
  expect(releaseOf({})).toBeNull();
  for (const build of [{ digest: other.digest }, { builtAt: whole.asOf }])
    expect(() => releaseOf(build)).toThrow(Refusal);
});

it('the operating archive is the record of a quarter: no build of a release is asked of it', () => {
  const facts = { ...wholeFacts(), release: { ...other, builtAt: instantOf(asOf) } };
  expect(packetOf('ga_operating_archive', facts, where).ready).toBe(true);
});
