import type { Block } from '../../../../schemas/report-blocks.js';
import { day, millisOf } from '../../kernel/time.js';
import { instant } from '../format.js';
import { capital, counted, quoted, type Refs } from '../text.js';
import { since, type IncidentInput } from './facts.js';

/** Known, not known, next update: the second is never empty while the incident is open. */
export function known(input: IncidentInput, refs: Refs): Block {
  const { incident, timeline: events } = input;
  const { closed } = incident;
  const unknown = [
    'containment: no event says it',
    'data classes and customers affected',
    'materiality',
    ...(incident.detectedAt === null ? ['when it was detected'] : []),
    ...(closed?.rootCause ? [] : ['root cause']),
  ];
  const ref = refs.evidence(incident.openedBy);
  return {
    kind: 'keyValues',
    rows: [
      {
        key: 'Known',
        value: `${capital(incident.severity)} severity; ${counted(events.length, 'event')} of evidence linked, ${counted(input.unresolved, 'reference')} without evidence behind ${input.unresolved === 1 ? 'it' : 'them'}`,
        ref,
      },
      { key: 'Not known', value: unknown.join('; ') },
      {
        key: 'Next update',
        value: closed
          ? 'none is due; the incident is closed'
          : `by ${instant(new Date(millisOf(input.posture.asOf) + day).toISOString())}, or when the state changes`,
      },
      {
        key: 'Containment',
        value: closed
          ? 'not observed as an event of its own; the incident is closed'
          : 'not observed — not contained',
      },
      {
        key: 'Clock',
        value: `${since(incident.detectedAt ?? incident.openedAt, closed?.at ?? input.posture.asOf)} since ${incident.detectedAt === null ? 'the opening' : 'detection'}; since a determination of materiality: not observed`,
      },
    ],
  };
}

export const cause = ({ incident }: IncidentInput): string =>
  incident.closed?.rootCause
    ? quoted(incident.closed.rootCause, 1900)
    : 'Not observed — no root cause is recorded. Contributing conditions, what detected it and what should have: not observed.';

export function lessons({ incident }: IncidentInput): Block[] {
  const told = incident.closed?.lessons ?? [];
  return [
    { kind: 'heading', level: 2, text: 'Lessons' },
    told.length > 0
      ? { kind: 'list', ordered: false, items: told.map((lesson) => ({ text: quoted(lesson, 490) })) }
      : { kind: 'paragraph', text: 'Not observed — no lesson is recorded.' },
  ];
}
