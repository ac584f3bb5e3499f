import type { BlockOf } from '../../../../schemas/report-blocks.js';
import { instant, number } from '../format.js';
import { counted, fitting, quoted, withheld, type Refs } from '../text.js';
import { since, sinceOpening, type Incident, type IncidentInput } from './facts.js';

/** What, when, impact: a line each. */
export function messages(input: IncidentInput, refs: Refs): BlockOf<'messages'>['items'] {
  const { incident } = input;
  const { contained, impact } = incident;
  const opened = refs.evidence(incident.openedBy);
  const told = impact.customers ?? impact.dataClasses;
  return [
    { text: fitting(160, `What: ${quoted(incident.title, 150)}`), ref: opened },
    {
      text: when(incident),
      ref: refs.evidence(incident.closed?.by ?? contained?.by ?? incident.openedBy),
    },
    { text: impactWords(input), ref: told ? refs.evidence(told.by) : opened },
  ];
}

/** The first event goes where the line would be too long; the timeline has it. */
function when(incident: Incident): string {
  const { firstAt, detectedAt, openedAt, contained, closed } = incident;
  const first = firstAt === null ? '' : `first event ${instant(firstAt)}; `;
  const rest = [
    detectedAt === null
      ? `detection not observed, opened ${instant(openedAt)}`
      : `detected ${instant(detectedAt)}`,
    contained
      ? `contained ${instant(contained.at)} (${sinceOpening(incident, contained.at) ?? 'before the opening'})`
      : 'not contained',
    closed ? `closed ${instant(closed.at)} (${since(openedAt, closed.at)})` : 'not closed',
  ].join('; ');
  return fitting(160, `When: ${first}${rest}`, `When: ${rest}`);
}

function impactWords({ incident: { touched, impact }, timeline }: IncidentInput): string {
  const items = [
    counted(touched.agents, 'agent'),
    counted(touched.repositories, 'repository', 'repositories'),
    counted(touched.tools, 'tool'),
  ].join(', ');
  const customers = `customers affected: ${impact.customers === null ? 'not determined' : number(impact.customers.count)}`;
  const names = impact.dataClasses?.names;
  const listed =
    names === undefined
      ? 'not determined'
      : names.length === 0
        ? 'none'
        : names.includes(withheld)
          ? `${number(names.length)}, ${withheld}`
          : names.map((name) => quoted(name, 60)).join(', ');
  const line = (classes: string, events: string): string =>
    `Impact: ${items}${events}; data classes: ${classes}; ${customers}`;
  return fitting(
    160,
    line(listed, ` named by ${counted(timeline.length, 'event')}`),
    line(listed, ''),
    line(number(names?.length ?? 0), ''),
  );
}
