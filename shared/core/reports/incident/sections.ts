import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import type { Register } from '../../../../schemas/report-registers.js';
import { millisOf, minute } from '../../kernel/time.js';
import { duration, number } from '../format.js';
import { column, registerOf } from '../registers/register.js';
import { at, link, person, text, unknownCell, type Refs } from '../text.js';
import { actorWords, type IncidentInput, type TimelineRow } from './facts.js';

/** Longer silence than this stands in the timeline as a gap. */
const gapAfter = 30 * minute;
const shown = 100;

/** The timeline from evidence alone; what lies between two events for long is printed as a gap. */
export function timeline({ timeline: events }: IncidentInput, refs: Refs): Block {
  const rows = events.slice(0, shown).flatMap((event, i): Cell[][] => {
    const before = events[i - 1];
    const silent = before ? millisOf(event.time) - millisOf(before.time) : 0;
    const gap: Cell[][] =
      silent > gapAfter
        ? [
            [
              at(event.time),
              text(`Gap of ${duration(silent)}: no evidence`),
              text('nobody named'),
              text('none'),
              unknownCell('gap', 'none'),
            ],
          ]
        : [];
    return [
      ...gap,
      [
        at(event.time),
        text(event.what),
        text(actorWords(event.actor)),
        text(event.source),
        link(refs.evidence(event.id)),
      ],
    ];
  });
  return {
    kind: 'table',
    caption: `What the evidence says, oldest first; a gap stands before the event that ended it (n = ${number(events.length)} events)`,
    columns: [
      { key: 'time', title: 'Time', kind: 'instant' },
      { key: 'what', title: 'What', kind: 'text', weight: 4 },
      { key: 'actor', title: 'Actor', kind: 'text', weight: 1.5 },
      { key: 'source', title: 'Source', kind: 'text', weight: 1.5 },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.slice(0, 200),
    empty: 'No event is linked to the incident.',
  };
}

export const timelineRegister = ({ timeline: events }: IncidentInput): Register =>
  registerOf<TimelineRow>(
    {
      sheet: 'Timeline',
      what: 'Events of the incident, oldest first',
      empty: 'No event is linked to the incident.',
    },
    [
      column('time', 'Time', 'instant', 'Time of the event.', (r) => r.time),
      column('what', 'What', 'text', 'What the event says.', (r) => r.what),
      column('actor', 'Actor', 'text', 'Pseudonym; empty where nobody is named.', (r) =>
        r.actor === null ? null : person(r.actor, ''),
      ),
      column('source', 'Source', 'text', 'Registered source of the event.', (r) => r.source),
      column('evidence', 'Evidence', 'digest', 'Evidence id.', (r) => r.id),
    ],
    events,
  );
