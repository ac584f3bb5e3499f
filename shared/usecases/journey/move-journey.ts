import type { z } from 'zod';

import type { EventData } from '../../../schemas/events/types.js';
import type { confirmStepSchema, proposePilotSchema, stepBackSchema } from '../../../schemas/journey.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import { asPseudonym, isPseudonym, pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { stepOf, type JourneyFacts } from '../../core/journey/steps.js';
import { isLegal } from '../../core/projections/journey.js';
import { itemId } from '../../core/projections/keys.js';
import { utc } from '../../core/projections/stamps.js';
import { foldUntil } from '../log/fold.js';
import { recordStatement, serviceSource, type RecordDeps } from '../log/record.js';
import { journeyFacts } from './read-journey.js';

/*
 * Commands on the journey. What the log does not carry is refused before anything is written; the move itself is decided
 * in the conditional batch, and of two at once both are in the log, the second as refused.
 */

type Person = { subject: string; roles: readonly string[] };
type Move =
  | { act: 'confirmed'; body: z.infer<typeof confirmStepSchema> }
  | { act: 'stepped_back'; body: z.infer<typeof stepBackSchema> };

/**
 * Confirms the step where the journey stands, or goes back to an earlier one. A repeat under the same key is the same move.
 * @param nonce used where the body brings no key
 * @throws Refusal `conflict` where the journey stands elsewhere, or entry or exit of the step do not hold; `forbidden`
 * without the role that confirms; `separation_of_duties` for who proposed what is confirmed.
 */
export async function moveJourney(deps: RecordDeps, move: Move, by: Person, nonce: string): Promise<void> {
  const { stores, keys, clock } = deps;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const facts = await journeyFacts(deps);
  const { step, reason, idempotencyKey } = move.body;
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), by.subject);
  const id = `journey-${uuidOf(stores.tenantId, move.act, step, idempotencyKey ?? nonce)}`;
  const evidenceId = evidenceIdOf(serviceSource.uri, id);
  const before = await stores.evidence.get(evidenceId);
  if (before === null) {
    if (move.act === 'confirmed') refuseUnready(facts, step, actor, by.roles);
    const data = {
      act: move.act,
      step,
      from: facts.journey.at,
      actor,
      // As on admission: what a person types goes into the log for good.
      ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
      evidenceIds: move.act === 'confirmed' ? stepOf(step).evidence(facts).slice(0, 100) : [],
    };
    if (!isLegal(facts.journey, data)) throw elsewhere(facts);
    await stores.tenant.remember([{ pseudonym: actor, name: by.subject }]);
    await recordStatement(deps, { name: 'journey.advanced', id, subject: 'journey', data });
  }
  const { journey } = await journeyFacts(deps);
  const line = journey.history.find((one) => one.evidenceId === evidenceId);
  if (line?.refused === true) throw new Refusal('conflict', 'it came too late: another move was first');
}

function refuseUnready(
  facts: JourneyFacts,
  id: EventData<'journey.advanced'>['step'],
  actor: string,
  roles: readonly string[],
): void {
  const step = stepOf(id);
  if (!roles.includes(step.confirms) && !roles.includes('admin'))
    throw new Refusal('forbidden', `this step is confirmed by the role ${step.confirms}`);
  if (facts.journey.at !== id) throw elsewhere(facts);
  const missing = step.entry(facts) ?? step.exit(facts);
  if (missing !== null) throw new Refusal('conflict', `the step cannot be confirmed: ${missing}`);
  if (step.notBy?.(facts) === actor)
    throw new Refusal('separation_of_duties', 'another person confirms what you proposed');
}

const elsewhere = ({ journey }: JourneyFacts): Refusal =>
  new Refusal('conflict', `the journey stands at ${journey.at}`);

const kinds: readonly ['agents' | 'repositories' | 'workflows' | 'tools', ItemKind][] = [
  ['agents', 'agent'],
  ['repositories', 'repository'],
  ['workflows', 'workflow'],
  ['tools', 'tool'],
];
const longestPilot = 366 * day;

/**
 * Proposes a pilot; the last proposal stands.
 * @throws Refusal `invalid_request` for times out of order or what the inventory does not declare
 */
export async function proposePilot(
  deps: RecordDeps,
  { idempotencyKey, ...body }: z.infer<typeof proposePilotSchema>,
  subject: string,
  nonce: string,
): Promise<void> {
  const { stores, keys, clock } = deps;
  const [from, until] = [millisOf(body.from), millisOf(body.until)];
  if (until <= from || until <= clock.now() || until > from + longestPilot)
    throw new Refusal('invalid_request', 'a pilot ends after it begins, ahead of now, within 366 days', {
      pointer: '/until',
    });
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  await refuseUndeclared(deps, body.scope);
  const macKey = await keys.macKey(stores.tenantId);
  const pseudonym = (name: string): string => asPseudonym(macKey, name);
  // As on admission: what a person types goes into the log for good.
  const typed = (text: string): string => removeSecretsAndAddresses(text).text;
  const people = [subject, body.sponsor].filter((name) => !isPseudonym(name));
  await stores.tenant.remember(people.map((name) => ({ pseudonym: pseudonym(name), name })));
  await recordStatement(deps, {
    name: 'pilot.proposed',
    id: `pilot-${uuidOf(stores.tenantId, idempotencyKey ?? nonce)}`,
    subject: 'journey',
    data: {
      scope: body.scope,
      from: utc(body.from),
      until: instantOf(until),
      sponsor: pseudonym(body.sponsor),
      goal: typed(body.goal),
      measures: body.measures.map(({ measure, baseline, target, how, stopRule }) => ({
        measure: typed(measure),
        baseline: typed(baseline),
        target: typed(target),
        how: typed(how),
        stopRule: typed(stopRule),
      })),
      actor: pseudonym(subject),
    },
  });
}

async function refuseUndeclared(
  { stores }: RecordDeps,
  scope: z.infer<typeof proposePilotSchema>['scope'],
): Promise<void> {
  const named = kinds.flatMap(([list, kind]) =>
    scope[list].map((name, n) => ({ list, n, id: itemId(kind, name) })),
  );
  const found = await stores.ledger.read(named.map(({ id }) => id));
  const errors = named
    .filter(({ id }) => {
      const item = found.get(id);
      return item?.kind !== 'item' || item.declared === undefined;
    })
    .map(({ list, n }) => ({ pointer: `/scope/${list}/${n}`, detail: 'the inventory does not declare it' }));
  if (errors.length > 0)
    throw new Refusal('invalid_request', 'the body does not match its schema', {
      errors: errors.slice(0, 20),
    });
}
