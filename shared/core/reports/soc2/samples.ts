import type { Block } from '../../../../schemas/report-blocks.js';
import type { Register } from '../../../../schemas/report-registers.js';
import { number } from '../format.js';
import { column, registerOf } from '../registers/register.js';
import { cutAt, link, text, type Refs } from '../text.js';
import type { TestedItem } from './input.js';
import type { Answer } from './responses.js';
import type { ControlTest } from './tests.js';

type Row = TestedItem & { drawn: 'sample' | 'exception' };

/** Sampled items and exceptions of every test; an exception that was sampled stands once, as the exception. */
export const samplesRegister = (tests: readonly ControlTest[], publicSafe: boolean): Register =>
  registerOf<Row>(
    {
      sheet: 'Samples',
      what: 'Sampled items and exceptions by control',
      empty: 'No item was sampled and no exception noted.',
    },
    [
      column('control', 'Control', 'text', 'Id of the control.', (r) => r.control),
      column('drawn', 'Drawn', 'text', 'sample or exception.', (r) => r.drawn),
      column('time', 'Time', 'instant', 'Time of the event.', (r) => r.time),
      column(
        'position',
        'Position',
        'number',
        'In the log; empty where only the proof tells it.',
        (r) => r.position,
      ),
      column('evidence', 'Evidence', 'digest', 'Evidence id; empty where it is withheld.', (r) =>
        publicSafe ? null : r.id,
      ),
      column(
        'digest',
        'Digest',
        'digest',
        'Of the stored event; empty where it is withheld or only the proof tells it.',
        (r) => (publicSafe ? null : r.digest),
      ),
      column('expected', 'Expected', 'text', 'What the control demands.', (r) => r.expected),
      column('found', 'Found', 'text', 'What the evidence says.', (r) => r.found),
      column('met', 'As demanded', 'boolean', 'Whether it was as demanded.', (r) => r.met),
    ],
    tests.flatMap(({ sample, exceptions }) => [
      ...exceptions.map((item) => ({ ...item, drawn: 'exception' as const })),
      ...sample.filter(({ met }) => met).map((item) => ({ ...item, drawn: 'sample' as const })),
    ]),
  );

export function exceptionsTable(answers: readonly Answer[], refs: Refs): Block {
  const all = answers.flatMap(({ control, response, exceptions }) =>
    exceptions.map((item) => ({ item, control, response })),
  );
  const rows = all.slice(0, 200);
  return {
    kind: 'table',
    caption: `Exceptions, each found by the engine on the whole population (n = ${number(all.length)})`,
    columns: [
      { key: 'control', title: 'Control', kind: 'text', weight: 3 },
      { key: 'time', title: 'Time', kind: 'instant' },
      { key: 'found', title: 'Found', kind: 'text', weight: 3 },
      { key: 'response', title: 'Management', kind: 'text', weight: 1.4 },
      { key: 'evidence', title: 'Evidence', kind: 'ref' },
    ],
    rows: rows.map(({ item, control, response }) => [
      text(control.title),
      { kind: 'instant', at: item.time },
      text(item.found),
      text(response?.data.stance ?? 'awaited'),
      link(refs.evidence(item.id)),
    ]),
    ...cutAt(rows.length, all.length, 'the rest in the workbook, sheet Samples'),
    empty: 'No exception was noted.',
  };
}
