import type { BlockOf } from '../../../../schemas/report-blocks.js';
import { day, millisOf } from '../../kernel/time.js';
import { instant, number } from '../format.js';
import { capital, counted, person, quoted, withheld, type Refs } from '../text.js';
import { since, sinceOpening, type Incident, type IncidentInput } from './facts.js';
import { materialityWords } from './verdict.js';

type Row = BlockOf<'keyValues'>['rows'][number];

/** What an incident report asks, and whether the log answers it. While the incident is open the root cause is not known. */
const questions = ({
  detectedAt,
  contained,
  impact,
  materiality,
  closed,
}: Incident): readonly [string, boolean][] => [
  ['when it was detected', detectedAt !== null],
  ['containment', contained !== null],
  ['data classes', impact.dataClasses !== null],
  ['customers affected', impact.customers !== null],
  ['materiality', materiality !== null],
  ['root cause', closed !== null && closed.rootCause !== null],
];

/** Known, not known, next update: the second is never empty while the incident is open. */
export function known(input: IncidentInput, refs: Refs): BlockOf<'keyValues'> {
  const { incident, timeline: events } = input;
  const asked = questions(incident);
  const answered = (yes: boolean): string =>
    asked
      .filter(([, known]) => known === yes)
      .map(([words]) => words)
      .join('; ');
  const told = answered(true);
  return {
    kind: 'keyValues',
    rows: [
      {
        key: 'Known',
        value: `${capital(incident.severity)} severity; ${counted(events.length, 'event')} of evidence linked, ${counted(input.unresolved, 'reference')} without evidence behind ${input.unresolved === 1 ? 'it' : 'them'}${told === '' ? '' : `; ${told}`}`,
        ref: refs.evidence(incident.openedBy),
      },
      { key: 'Not known', value: answered(false) || 'nothing of what this report asks' },
      {
        key: 'Next update',
        value: incident.closed
          ? 'none is due; the incident is closed'
          : `by ${instant(new Date(millisOf(input.posture.asOf) + day).toISOString())}, or when the state changes`,
      },
      ...containment(incident, refs),
      ...impact(incident, refs),
      ...materiality(input, refs),
    ],
  };
}

function containment(incident: Incident, refs: Refs): Row[] {
  const { contained, closed } = incident;
  if (!contained)
    return [
      {
        key: 'Containment',
        value: closed
          ? 'not observed; no update says it, the incident is closed'
          : 'not observed — not contained',
      },
    ];
  const { at, how, references, resolved } = contained;
  const [first] = resolved;
  const took = sinceOpening(incident, at);
  return [
    {
      key: 'Containment',
      value: `${instant(at)}, ${took === null ? 'before' : `${took} after`} the opening: ${quoted(how, 200)}`,
      ref: refs.evidence(contained.by),
    },
    {
      key: 'Evidence of containment',
      value:
        references === 0
          ? 'not observed — the update refers to none'
          : `${number(resolved.length)} of ${counted(references, 'reference')} ${references === 1 ? 'leads' : 'lead'} to evidence`,
      ...(first === undefined ? {} : { ref: refs.evidence(first) }),
    },
  ];
}

const impact = ({ impact: { summary } }: Incident, refs: Refs): Row[] =>
  summary === null
    ? []
    : [{ key: 'Impact', value: quoted(summary.text, 290), ref: refs.evidence(summary.by) }];

/** The determination as it was recorded, and the clocks; what follows from either is not ours to say. */
function materiality({ incident, posture: { asOf } }: IncidentInput, refs: Refs): Row[] {
  const { materiality: made, detectedAt, openedAt, closed } = incident;
  const running = `${since(detectedAt ?? openedAt, closed?.at ?? asOf)} since ${detectedAt === null ? 'the opening' : 'detection'}`;
  return [
    made === null
      ? { key: 'Materiality', value: materialityWords(incident) }
      : {
          key: 'Materiality',
          value: `${materialityWords(incident)} on ${instant(made.at)} by ${person(made.person, withheld)}`,
          ref: refs.evidence(made.by),
        },
    {
      key: 'Clock',
      value:
        made === null
          ? running
          : `${running}; ${since(made.at, asOf)} since the determination of materiality`,
    },
  ];
}
