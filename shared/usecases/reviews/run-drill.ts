import type { z } from 'zod';

import type { pageQuerySchema } from '../../../schemas/answers/paging.js';
import type { closeDrillSchema, drillStepSchema, drillViewSchema } from '../../../schemas/answers/drills.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import { advisoryDrill, drillRecord, dueOf, nextStep, type RunningDrill } from '../../core/reviews/drill.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { recordStatement, serviceSource, type RecordDeps } from '../log/record.js';

/*
 * An advisory drill, run by its script: people say what they did, the service takes the times. What stands in the log at
 * its end is one event with all of it.
 */

const recordId = (drill: string): string => `drill:${drill}`;
const eventId = (drill: string): string => `drill-recorded-${drill}`;

/** Starts a drill. The same under the same key is the same drill. */
export async function startDrill(deps: RecordDeps, subject: string, key: string): Promise<string> {
  const { stores, clock } = deps;
  const drill = uuidOf('drill', stores.tenantId, key);
  const startedBy = await personIn(deps, subject);
  const running: RunningDrill = { drill, startedAt: instantOf(clock.now()), startedBy, steps: {} };
  await stores.records.put(recordId(drill), 'drill', running, null);
  return drill;
}

/**
 * Says that the next step of a drill was done now. The same step again by the same person changes nothing.
 * @throws Refusal `not_found`; `invalid_request` for an event that is not in the log; `conflict` for a step whose turn it
 * is not, one that was done otherwise, or a drill that is over.
 */
export async function doDrillStep(
  deps: RecordDeps,
  drill: string,
  step: string,
  { notes, evidenceIds }: z.output<typeof drillStepSchema>,
  subject: string,
): Promise<void> {
  const { stores, clock } = deps;
  const { value: running, etag } = await load(stores, drill);
  const by = await personIn(deps, subject);
  const text = removeSecretsAndAddresses(notes).text;
  const done = running.steps[step];
  if (done !== undefined) {
    if (done.by === by && done.notes === text) return;
    throw new Refusal('conflict', 'the step was done already, by another person or in other words');
  }
  await refuseOver(stores, drill);
  const next = nextStep(running);
  if (next?.step !== step)
    throw new Refusal('conflict', `the next step is ${next?.step ?? 'to close the drill'}`);
  const known = await stores.ledger.known(evidenceIds);
  if (evidenceIds.some((id) => !known.has(id)))
    throw new Refusal('invalid_request', 'evidenceIds names an event that is not in the log', {
      pointer: '/evidenceIds',
    });
  const at = instantOf(clock.now());
  const steps = { ...running.steps, [step]: { at, by, notes: text, evidenceIds } };
  if ((await stores.records.put(recordId(drill), 'drill', { ...running, steps }, etag)) === null)
    throw new Refusal('conflict', 'another step was done at the same time');
}

/**
 * Ends a drill and records it, with what is to be followed up. What was recorded first stands.
 * @throws Refusal `not_found`; `conflict` where it was closed with other follow-ups.
 */
export async function closeDrill(
  deps: RecordDeps,
  drill: string,
  { followUps }: z.output<typeof closeDrillSchema>,
): Promise<void> {
  const { stores, clock } = deps;
  const { value: running } = await load(stores, drill);
  const noted = followUps.map((text) => removeSecretsAndAddresses(text).text);
  const first = await stores.evidence.get(evidenceIdOf(serviceSource.uri, eventId(drill)));
  const recorded = first?.event.type === 'aispm.drill.recorded' ? first.event.data : null;
  if (recorded !== null && JSON.stringify(recorded.followUps) !== JSON.stringify(noted))
    throw new Refusal('conflict', 'the drill was closed already, with other follow-ups');
  await recordStatement(deps, {
    name: 'drill.recorded',
    id: eventId(drill),
    subject: `drill:${drill}`,
    data: recorded ?? drillRecord(running, noted, instantOf(clock.now())),
  });
}

/** A drill by its script: what was done when, and what comes next. @throws Refusal `not_found` */
export async function readDrill(
  stores: TenantStores,
  drill: string,
): Promise<z.infer<typeof drillViewSchema>> {
  const { value: running } = await load(stores, drill);
  const id = evidenceIdOf(serviceSource.uri, eventId(drill));
  const evidence = await stores.evidence.get(id);
  const recorded = evidence?.event.type === 'aispm.drill.recorded' ? evidence.event.data : null;
  const next = recorded === null ? nextStep(running) : null;
  const links = linksOf(stores.tenantId);
  const base = ['drills', drill] as const;
  return withNames(stores.tenant, {
    drill,
    startedAt: running.startedAt,
    startedBy: running.startedBy,
    steps: advisoryDrill.map((one) => ({
      step: one.step,
      title: one.title,
      dueAt: instantOf(dueOf(running.startedAt, one)),
      done: running.steps[one.step] ?? null,
    })),
    outcome: recorded?.outcome ?? null,
    endedAt: recorded?.endedAt ?? null,
    followUps: recorded?.followUps ?? [],
    links: {
      self: links.at(...base),
      ...(next === null ? {} : { next: links.at(...base, 'steps', next.step) }),
      ...(recorded === null ? { close: links.at(...base, 'close') } : links.evidence(id)),
    },
  });
}

/** Drills that were started here, each as it stands. Few: one is run a quarter. */
export async function listDrills(stores: TenantStores, query: z.output<typeof pageQuerySchema>) {
  const { limit, cursor } = query;
  const page = await stores.records.list<RunningDrill>({
    kind: 'drill',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const items = await Promise.all(page.items.map(({ drill }) => readDrill(stores, drill)));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

async function load(stores: TenantStores, drill: string) {
  const found = await stores.records.get<RunningDrill>(recordId(drill));
  if (found === null) throw new Refusal('not_found', 'there is no such drill');
  return found;
}

async function refuseOver({ evidence }: TenantStores, drill: string): Promise<void> {
  if ((await evidence.get(evidenceIdOf(serviceSource.uri, eventId(drill)))) !== null)
    throw new Refusal('conflict', 'the drill is over');
}

async function personIn({ stores, keys }: RecordDeps, subject: string): Promise<string> {
  const pseudonym = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym, name: subject }]);
  return pseudonym;
}
