import { isEvidenceOf, type Evidence } from '../../../../schemas/evidence.js';
import type { EventData } from '../../../../schemas/events/types.js';
import { millisOf } from '../../kernel/time.js';
import { byTime, type Incident } from './facts.js';

/** An update of the incident, with the time and the evidence id of its event. */
export type Update = { time: string; id: string; data: EventData<'incident.updated'> };

/** The updates among some events, by the incident they are of. */
export function updatesByIncident(events: readonly Evidence[]): Map<string, Update[]> {
  const updates = new Map<string, Update[]>();
  for (const evidence of events) {
    if (!isEvidenceOf(evidence, 'incident.updated')) continue;
    const { id, event } = evidence;
    const update = { time: event.time, id, data: event.data };
    const known = updates.get(event.data.incident);
    if (known === undefined) updates.set(event.data.incident, [update]);
    else known.push(update);
  }
  return updates;
}

type Told = Pick<Incident, 'contained' | 'impact' | 'materiality' | 'owner'>;

/**
 * What the updates say together: of each member what the latest says, by time, then id. A containment or a determination
 * that is yet to come at the as-of does not count.
 * @param resolved evidence ids of references that lead to evidence.
 */
export function toldBy(updates: readonly Update[], asOf: string, resolved: ReadonlySet<string>): Told {
  const newestFirst = [...updates].sort((a, b) => byTime(b, a));
  const latest = <T>(pick: (data: Update['data']) => T | undefined): { value: T; by: string } | null => {
    for (const { data, id } of newestFirst) {
      const value = pick(data);
      if (value !== undefined) return { value, by: id };
    }
    return null;
  };
  const past = <T extends { at: string }>(told: T | undefined): T | undefined =>
    told && millisOf(told.at) <= millisOf(asOf) ? told : undefined;
  const contained = latest((data) => past(data.contained));
  const materiality = latest((data) => past(data.materiality));
  const dataClasses = latest((data) => data.impact?.dataClasses);
  const customers = latest((data) => data.impact?.customersAffected);
  const summary = latest((data) => data.impact?.summary);
  const references = [...new Set(contained?.value.evidenceIds ?? [])];
  return {
    contained: contained && {
      at: contained.value.at,
      how: contained.value.how,
      by: contained.by,
      references: references.length,
      resolved: references.filter((id) => resolved.has(id)),
    },
    impact: {
      dataClasses: dataClasses && { names: [...new Set(dataClasses.value)], by: dataClasses.by },
      customers: customers && { count: customers.value, by: customers.by },
      summary: summary && { text: summary.value, by: summary.by },
    },
    materiality: materiality && {
      outcome: materiality.value.outcome,
      at: materiality.value.at,
      person: materiality.value.by,
      by: materiality.by,
    },
    owner: latest((data) => data.owner)?.value ?? null,
  };
}

/** Every reference of an update, of its containment too. */
export const referencesOf = ({ data }: Update): string[] => [
  ...(data.evidenceIds ?? []),
  ...(data.contained?.evidenceIds ?? []),
];

/** `contained, impact`: what an update speaks of, without its words. */
export const membersOf = (data: Update['data']): string =>
  (['contained', 'impact', 'materiality', 'owner'] as const)
    .filter((member) => data[member] !== undefined)
    .join(', ');
