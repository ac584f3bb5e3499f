import type { grantStateSchema, GrantPurpose } from '../../../schemas/access.js';
import type { EventData, EventName } from '../../../schemas/events/types.js';
import { placeSchema, type Place, type StepId } from '../../../schemas/journey-steps.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import type { z } from 'zod';
import type { Stamp } from './facts.js';
import { isLater, utc, withLatest } from './stamps.js';

/** What the log says of a tenant's way from a trial to production. Nothing is judged here. */
export type Journey = {
  id: 'journey';
  kind: 'journey';
  /** Of every type, the first event that counts: what labs are checked off by. */
  seen: Partial<Record<EventName, Stamp>>;
  /** Grant → where it stands. The 50 that changed last. */
  grants: Record<
    string,
    Stamp & { purpose: GrantPurpose; person: string; state: z.infer<typeof grantStateSchema>; until: string }
  >;
  /** The pilot that was proposed last. */
  pilot?: Stamp & EventData<'pilot.proposed'>;
  /** The last decision for each target. */
  decided: Partial<Record<ReadinessTarget, Stamp & { ready: boolean }>>;
  /** Target → blocker → since when every decision has named it, in the order of the log. */
  blocked: Partial<Record<ReadinessTarget, Record<string, string>>>;
  at: Place;
  confirmed: Partial<Record<StepId, Stamp & { by: string; evidenceIds: string[] }>>;
  /** The 50 last moves, in the order of the log. `refused`: another was first, and it changed nothing. */
  history: (Omit<EventData<'journey.advanced'>, 'evidenceIds'> & {
    time: string;
    evidenceId: string;
    refused?: true;
  })[];
  dueAt?: never;
};

const kept = 50;

export const newJourney: Journey = {
  id: 'journey',
  kind: 'journey',
  seen: {},
  grants: {},
  decided: {},
  blocked: {},
  at: 'trial_access_approved',
  confirmed: {},
  history: [],
};

/** The first of a type stands, whatever order they came in. */
export function withSeen(journey: Journey, name: EventName, stamp: Stamp): Journey {
  const first = journey.seen[name];
  return first !== undefined && !isLater(first, stamp)
    ? journey
    : { ...journey, seen: { ...journey.seen, [name]: stamp } };
}

/** What is over stays over, whatever order it is told in. */
const grantProgress = { requested: 0, approved: 1, expired: 2, revoked: 2 } as const;

export function withGrant(
  journey: Journey,
  { id, ...grant }: NonNullable<EventData<'tenant.configured'>['grant']>,
  stamp: Stamp,
): Journey {
  const { [id]: before, ...others } = journey.grants;
  const progress = before === undefined ? 1 : grantProgress[grant.state] - grantProgress[before.state];
  if (progress < 0) return journey;
  const said = { ...stamp, ...grant, until: utc(grant.until) };
  return { ...journey, grants: withLatest(progress > 0 ? others : journey.grants, id, said, kept) };
}

export const withPilot = (journey: Journey, data: EventData<'pilot.proposed'>, stamp: Stamp): Journey =>
  isLater(stamp, journey.pilot) ? { ...journey, pilot: { ...stamp, ...data } } : journey;

export function withGateDecision(
  journey: Journey,
  { target, ready, blockers }: EventData<'readiness.decided'>,
  stamp: Stamp,
): Journey {
  if (!isLater(stamp, journey.decided[target])) return journey;
  const before = journey.blocked[target] ?? {};
  const stands = Object.fromEntries(blockers.map((id) => [id, before[id] ?? stamp.time]));
  return {
    ...journey,
    decided: { ...journey.decided, [target]: { ...stamp, ready } },
    blocked: { ...journey.blocked, [target]: stands },
  };
}

const order = placeSchema.options;
const isBefore = (a: Place, b: Place): boolean => order.indexOf(a) < order.indexOf(b);

/** Whether a move is one from where the journey stands. */
export const isLegal = ({ at }: Journey, { act, step, from }: EventData<'journey.advanced'>): boolean =>
  from === at && (act === 'confirmed' ? step === at : isBefore(step, at));

/** A move, decided here and nowhere else: of two at once the second finds the journey elsewhere and is refused. */
export function withMove(journey: Journey, data: EventData<'journey.advanced'>, stamp: Stamp): Journey {
  const { evidenceIds, ...move } = data;
  const line = { ...move, time: stamp.time, evidenceId: stamp.id };
  const history = (more: { refused?: true }): Journey['history'] =>
    [...journey.history, { ...line, ...more }].slice(-kept);
  if (!isLegal(journey, data)) return { ...journey, history: history({ refused: true }) };
  if (data.act === 'confirmed')
    return {
      ...journey,
      at: order[order.indexOf(data.step) + 1] ?? 'completed',
      confirmed: { ...journey.confirmed, [data.step]: { ...stamp, by: data.actor, evidenceIds } },
      history: history({}),
    };
  const confirmed = Object.entries(journey.confirmed).filter(([step]) =>
    order.some((one) => one === step && isBefore(one, data.step)),
  );
  return { ...journey, at: data.step, confirmed: Object.fromEntries(confirmed), history: history({}) };
}
