import type { Block } from '../../../../schemas/report-blocks.js';
import { dataInstant, number } from '../format.js';
import { counted, link, num, text, unknownCell, verb, type Refs } from '../text.js';
import type { Soc2Input } from './input.js';
import { silenceWords } from './silence.js';

/** Whether the population is whole, in the closed words. Without an independent list there is always a gap to name. */
export function completenessOf({ population, accuracy }: Soc2Input): { words: string } {
  const broken = population.some(({ whole }) => !whole) || accuracy.same < accuracy.looked;
  return { words: broken ? 'Completeness not shown' : 'Complete but for named gaps' };
}

export function completeness(input: Soc2Input, refs: Refs): Block[] {
  const { population, accuracy, posture, responsesFrom } = input;
  const { unfoldable, events } = posture.layers.evidence;
  const row = (check: string, result: string, ref = refs.list('evidence')) => [
    text(check),
    text(result),
    link(ref),
  ];
  return [
    {
      kind: 'table',
      caption: `Population by event type in the period (n = ${number(population.length)} types)`,
      columns: [
        { key: 'type', title: 'Type', kind: 'text', weight: 3 },
        { key: 'counted', title: 'Folded', kind: 'number' },
        { key: 'read', title: 'Read', kind: 'number' },
        { key: 'first', title: 'First position', kind: 'number' },
        { key: 'last', title: 'Last position', kind: 'number' },
        { key: 'whole', title: 'Whole', kind: 'text' },
      ],
      rows: population.map((p) => [
        text(p.type),
        num(p.counted),
        num(p.read),
        p.first === null ? unknownCell('none_read', 'none') : num(p.first),
        p.last === null ? unknownCell('none_read', 'none') : num(p.last),
        text(p.whole ? 'yes' : 'no'),
      ]),
      empty: 'No event type is tested.',
    },
    {
      kind: 'table',
      caption: 'Checks of completeness; a gap stands as a gap',
      columns: [
        { key: 'check', title: 'Check', kind: 'text', weight: 2 },
        { key: 'result', title: 'Result', kind: 'text', weight: 5 },
        { key: 'ref', title: 'Reference', kind: 'ref' },
      ],
      rows: [
        row(
          'Arithmetic',
          `${counted(events, 'event')} in the log, ${number(unfoldable)} of them not folded; refused and quarantined events are counted outside the log, by no period`,
        ),
        row('Silence', silenceWords(input)),
        row(
          'Log',
          'consistency from the period’s opening to its closing checkpoint can be asked for and checked offline',
          refs.checkpoint,
        ),
        row(
          'Accuracy',
          accuracy.looked === 0
            ? 'not observed — no item was looked at'
            : `${number(accuracy.same)} of ${counted(accuracy.looked, 'event')} ${verb(accuracy.same, 'has', 'have')} the digest of their leaf`,
        ),
        ...(responsesFrom === null
          ? []
          : [
              row(
                'Management responses',
                `not all were read: none from before ${dataInstant(responsesFrom)}, so an exception that was answered only then stands here as awaiting a response`,
              ),
            ]),
      ],
      empty: 'No check is defined.',
    },
    {
      kind: 'paragraph',
      text: 'Not checked: events carry no counter of their source, and no list independent of the log, as the pushes of the Git host or the runs of CI, is compared with it. What never arrived shows in such a list alone.',
    },
  ];
}
