import type { EventName } from '../../../schemas/events/types.js';
import type { StepId } from '../../../schemas/journey-steps.js';
import type { Posture } from '../../../schemas/posture.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import type { Role } from '../../../schemas/members.js';
import { day, instantOf, millisOf } from '../kernel/time.js';
import type { Journey } from '../projections/journey.js';
import { labsOpen, noAccess, noPilot, openGrants } from '../readiness/journey-rules.js';
import { deliveryUnverified } from '../readiness/posture-rules.js';
import { labs } from '../reports/trial/labs.js';

/** What the steps are judged by: all of it from the log, and the instant. */
export type JourneyFacts = { journey: Journey; posture: Posture; asOf: string };

/** What is missing, in words; null where nothing is. */
type Predicate = (facts: JourneyFacts) => string | null;

export type Step = {
  id: StepId;
  title: string;
  /** Event types that prove it. */
  proves: readonly EventName[];
  /** Who confirms it; an admin may too. */
  confirms: Role;
  /** What must hold before work on it counts. */
  entry: Predicate;
  /** What must hold for it to be confirmed. */
  exit: Predicate;
  /** Evidence that its exit rests on. */
  evidence: (facts: JourneyFacts) => string[];
  /** A person who may not confirm it, because it is theirs. */
  notBy?: (facts: JourneyFacts) => string | undefined;
};

/** A recorded decision carries a step this long. */
const decisionDays = 7;

const nothing: Predicate = () => null;
const trialOpen: Predicate = ({ journey, asOf }) => noAccess(journey, 'trial', asOf);
const seenOf =
  (types: readonly EventName[]) =>
  ({ journey: { seen } }: JourneyFacts): string[] => [
    ...new Set(types.flatMap((type) => seen[type]?.id ?? [])),
  ];

/** A ready decision for a target, recent, and later than what it has to cover. */
const decided =
  (target: ReadinessTarget, since: (journey: Journey) => string | undefined): Predicate =>
  ({ journey, asOf }) => {
    const last = journey.decided[target];
    if (last === undefined) return `the gate has not decided on ${target}`;
    if (!last.ready) return `the last decision on ${target} was not ready`;
    if (millisOf(last.time) < millisOf(asOf) - decisionDays * day)
      return `the last decision on ${target} is more than ${decisionDays} days old`;
    const after = since(journey);
    return after !== undefined && last.time < after ? 'the decision is older than what it must cover' : null;
  };
const decisionOf =
  (target: ReadinessTarget) =>
  ({ journey }: JourneyFacts): string[] =>
    journey.decided[target]?.id === undefined ? [] : [journey.decided[target].id];

const collecting = [
  'inventory.declared',
  'policy.published',
  'decision.recorded',
  'session.recorded',
] as const;

/** The journey from a trial to production: all there is to know about a step stands in its row. */
export const steps: readonly Step[] = [
  {
    id: 'trial_access_approved',
    title: 'Trial access approved',
    proves: ['tenant.configured'],
    confirms: 'approver',
    entry: nothing,
    exit: trialOpen,
    evidence: ({ journey, asOf }) => openGrants(journey, 'trial', asOf).map(({ id }) => id),
  },
  {
    id: 'guided_labs_run',
    title: 'Guided labs run',
    proves: [...new Set(labs.flatMap(({ types }) => types))],
    confirms: 'operator',
    entry: trialOpen,
    exit: ({ journey }) => labsOpen(journey),
    evidence: seenOf(labs.flatMap(({ types }) => types)),
  },
  {
    id: 'trial_evidence_collected',
    title: 'Trial evidence collected',
    proves: collecting,
    confirms: 'operator',
    entry: (facts) => trialOpen(facts) ?? labsOpen(facts.journey),
    exit: ({ journey, posture }) => notCollected(journey, posture),
    evidence: seenOf(collecting),
  },
  {
    id: 'report_delivery_validated',
    title: 'Report delivery validated',
    proves: ['report.requested', 'report.delivered'],
    confirms: 'operator',
    entry: (facts) => trialOpen(facts) ?? notCollected(facts.journey, facts.posture),
    exit: ({ posture }) => deliveryUnverified(posture),
    evidence: seenOf(['report.requested', 'report.delivered']),
  },
  {
    id: 'pilot_scope_proposed',
    title: 'Pilot scope proposed',
    proves: ['pilot.proposed'],
    confirms: 'approver',
    entry: ({ posture }) => deliveryUnverified(posture),
    exit: ({ journey, asOf }) => noPilot(journey, asOf),
    evidence: ({ journey: { pilot } }) => (pilot === undefined ? [] : [pilot.id]),
    notBy: ({ journey: { pilot } }) => pilot?.actor,
  },
  {
    id: 'pilot_control_readiness_reviewed',
    title: 'Pilot control readiness reviewed',
    proves: ['isolation.tested', 'readiness.decided'],
    confirms: 'approver',
    entry: ({ journey, asOf }) => noPilot(journey, asOf),
    exit: decided('pilot', ({ pilot }) => pilot?.time),
    evidence: decisionOf('pilot'),
  },
  {
    id: 'evidence_room_prepared',
    title: 'Production evidence room prepared',
    proves: ['tenant.configured', 'access.used'],
    confirms: 'auditor',
    entry: ({ journey, asOf }) => noPilot(journey, asOf),
    exit: ({ journey, asOf }) => noAccess(journey, 'evidence_room', asOf),
    evidence: ({ journey, asOf }) => openGrants(journey, 'evidence_room', asOf).map(({ id }) => id),
  },
  {
    id: 'production_readiness_validated',
    title: 'Final production readiness validated',
    proves: [
      'archive.closed',
      'connector.validated',
      'deployment.validated',
      'isolation.tested',
      'workflow.exercised',
      'readiness.decided',
    ],
    confirms: 'approver',
    entry: ({ journey, asOf }) => noAccess(journey, 'evidence_room', asOf),
    exit: decided('production', ({ confirmed }) => confirmed.evidence_room_prepared?.time),
    evidence: decisionOf('production'),
  },
];

function notCollected({ seen }: Journey, { score }: Posture): string | null {
  const missing = collecting.filter((type) => seen[type] === undefined);
  if (missing.length > 0) return `no evidence yet of: ${missing.join(', ')}`;
  return score.tenths === null ? `the score is not observed: ${score.notObserved ?? 'unknown'}` : null;
}

export const stepOf = (id: StepId): Step => {
  const found = steps.find((step) => step.id === id);
  if (found === undefined) throw new TypeError(`no step ${id}`);
  return found;
};

/** The instant of the facts, in the one text form. */
export const factsOf = (journey: Journey, posture: Posture, now: number): JourneyFacts => ({
  journey,
  posture,
  asOf: instantOf(now),
});
