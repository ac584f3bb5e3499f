import type { EventName } from '../../../schemas/events/types.js';
import { placeSchema } from '../../../schemas/journey-steps.js';
import type { JourneyAnswer } from '../../../schemas/journey.js';
import { factsOf, steps, type JourneyFacts, type Step } from '../../core/journey/steps.js';
import { postureOf } from '../../core/posture/posture.js';
import type { Stamp } from '../../core/projections/facts.js';
import { newJourney } from '../../core/projections/journey.js';
import { labStates } from '../../core/readiness/journey-rules.js';
import type { Clock, TenantStores } from '../../ports.js';
import { emptySummary } from '../readiness/gather-gate.js';
import { linksOf } from '../links.js';

export type JourneyDeps = { stores: TenantStores; clock: Clock };

/** The journey as the log has it, judged at this moment. */
export async function journeyFacts({ stores, clock }: JourneyDeps): Promise<JourneyFacts> {
  const found = await stores.ledger.read(['journey', 'summary']);
  const [journey, summary] = [found.get('journey'), found.get('summary')];
  return factsOf(
    journey?.kind === 'journey' ? journey : newJourney,
    postureOf(stores.tenantId, summary?.kind === 'summary' ? summary : emptySummary),
    clock.now(),
  );
}

/** Where the journey stands, what each step needs, and which evidence there is for it: three point reads. */
export async function readJourney(deps: JourneyDeps): Promise<JourneyAnswer> {
  const facts = await journeyFacts(deps);
  const { journey, posture, asOf } = facts;
  const { at } = linksOf(deps.stores.tenantId);
  const { pilot } = journey;
  return {
    at: journey.at,
    asOf,
    position: posture.position,
    steps: steps.map((step) => stepAnswer(step, facts)),
    labs: labStates(journey).map(({ evidence, ...lab }) => ({
      ...lab,
      proofs: evidence.map(({ type, said }) => proof(type, said)),
    })),
    access: Object.entries(journey.grants).map(([grant, { purpose, person, state, until, id }]) => ({
      grant,
      purpose,
      person,
      state: isOver(state, until, asOf) ? 'expired' : state,
      until,
      evidenceId: id,
    })),
    pilot:
      pilot === undefined
        ? null
        : {
            scope: pilot.scope,
            from: pilot.from,
            until: pilot.until,
            sponsor: pilot.sponsor,
            goal: pilot.goal,
            measures: pilot.measures,
            proposedBy: pilot.actor,
            evidenceId: pilot.id,
          },
    history: journey.history.toReversed(),
    links: { evidence: at('evidence'), readiness: at('readiness'), posture: at('posture') },
  };
}

/** Past its end, whether or not that is on record yet. */
export const isOver = (state: string, until: string, asOf: string): boolean =>
  state !== 'revoked' && asOf >= until;

const proof = (type: EventName, said: Stamp | null): JourneyAnswer['labs'][number]['proofs'][number] => ({
  type: `aispm.${type}`,
  id: said?.id ?? null,
  time: said?.time ?? null,
});

function stepAnswer(step: Step, facts: JourneyFacts): JourneyAnswer['steps'][number] {
  const { journey } = facts;
  const [stands, own] = [journey.at, step.id].map((place) =>
    placeSchema.options.findIndex((one) => one === place),
  );
  const confirmed = journey.confirmed[step.id];
  const [entry, exit] = [step.entry(facts), step.exit(facts)];
  return {
    id: step.id,
    title: step.title,
    state: own === stands ? 'current' : confirmed === undefined ? 'ahead' : 'confirmed',
    confirms: step.confirms,
    entry: { met: entry === null, missing: entry },
    exit: { met: exit === null, missing: exit },
    proofs: step.proves.map((type) => proof(type, journey.seen[type] ?? null)),
    confirmed:
      confirmed === undefined
        ? null
        : {
            at: confirmed.time,
            by: confirmed.by,
            evidenceId: confirmed.id,
            rests: confirmed.evidenceIds,
          },
  };
}
