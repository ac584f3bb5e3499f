import type { Packet } from '../../schemas/packets.js';
import type { Posture } from '../../schemas/posture.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { catalogue } from '../../shared/core/posture/catalogue.js';
import { basisOf, emptyHead } from '../../shared/core/posture/head.js';
import { postureOf } from '../../shared/core/posture/posture.js';
import { defaultConfig } from '../../shared/core/posture/settle.js';
import { newJourney, type Journey } from '../../shared/core/projections/journey.js';
import type { GateFacts } from '../../shared/core/readiness/gate-rules.js';
import type { ValidatorFacts } from '../../shared/core/readiness/validators/facts.js';
import { allValidators, packetOf } from '../../shared/core/readiness/validators/packet.js';
import { labs } from '../../shared/core/reports/trial/labs.js';
import { start } from '../posture/told.js';
import { wholeFacts } from './whole-facts.js';

/** A tenant for which everything is there: each control enforced, each layer proven, every proof recorded. */
const counts = Object.fromEntries(catalogue.map((c) => [`control/${c.id}/enforced`, 2]));
export const clock = instantOf(start);
export const posture = (changed: Record<string, number> = {}, totals: Record<string, number> = {}): Posture =>
  postureOf('harbour', {
    id: 'summary',
    kind: 'summary',
    counts: { ...counts, ...changed },
    totals: { events: 9, live: 9, trusted: 9, 'type/report.requested': 1, ...totals },
    inventoryAt: clock,
    basis: basisOf(defaultConfig, { ...emptyHead, size: 9, clock }),
  });
/** The packets of a tenant that has it all, changed. */
export const packetsOf = (change: Partial<ValidatorFacts> = {}): Packet[] => {
  const facts = { ...wholeFacts(), ...change };
  return allValidators.map((validator) => packetOf(validator, facts, { tenantId: 'harbour', position: 9 }));
};
/** A trial that is open, whose labs left all they must, and a pilot that is proposed. */
const said = { time: clock, id: 'e'.repeat(64) };
export const grantOfTrial = {
  ...said,
  purpose: 'trial' as const,
  person: 'psn:1',
  state: 'approved' as const,
  until: instantOf(start + day),
};
export const pilotOf = {
  ...said,
  scope: { agents: ['builder'], repositories: [], workflows: [], tools: [] },
  from: clock,
  until: instantOf(start + day),
  sponsor: 'psn:2',
  goal: 'less review',
  measures: [],
  actor: 'psn:3',
};
export const underWay: Journey = {
  ...newJourney,
  seen: Object.fromEntries(labs.flatMap(({ types }) => types.map((type) => [type, said]))),
  grants: { g1: grantOfTrial },
  pilot: pilotOf,
};
export const everything: GateFacts = {
  posture: posture(),
  packets: packetsOf(),
  journey: underWay,
  logVerified: true,
  rehearsal: false,
  added: [],
  evidenceIds: {},
};
export const without = (change: Partial<ValidatorFacts>): GateFacts => ({
  ...everything,
  packets: packetsOf(change),
});
const { pilot: _pilot, ...unproposed } = underWay;
export const noPilot: GateFacts = { ...everything, journey: unproposed };
export const onTheWay = (change: Partial<Journey>): GateFacts => ({
  ...everything,
  journey: { ...underWay, ...change },
});
export const withPosture = (
  changed: Record<string, number>,
  totals: Record<string, number> = {},
): GateFacts => ({
  ...everything,
  posture: posture(changed, totals),
});
export const scoreless = (notObserved: NonNullable<Posture['score']['notObserved']>): GateFacts => ({
  ...everything,
  posture: { ...posture(), score: { ...posture().score, tenths: null, notObserved } },
});
export const critical = (counts: Record<string, number>): GateFacts =>
  withPosture({ 'control/secret-files/enforced': 0, ...counts });
