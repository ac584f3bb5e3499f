import type { Block } from '../../../../schemas/report-blocks.js';
import { digest, number } from '../format.js';
import type { ReportInput } from '../input.js';
import { cutAt, link, num, text, unknownCell, type Refs } from '../text.js';
import type { Criterion } from './criteria.js';
import { responseBlocks } from './response-blocks.js';
import type { Answer } from './responses.js';
import { upperBound } from './sampling.js';
import type { ControlTest } from './tests.js';

/** The result of a test, from the closed list. */
const resultOf = ({ untested, deficiency, exceptions, population }: ControlTest): string =>
  deficiency !== null
    ? 'Design deficient'
    : untested !== null
      ? `Not tested — ${untested}`
      : exceptions.length === 0
        ? 'No exceptions noted'
        : `Exceptions noted (${exceptions.length} of ${population.length})`;

/** Controls, tests, sample, exceptions and response of one criterion. */
export function criterionSection(
  { id, title, tests }: Criterion,
  answers: readonly Answer[],
  input: ReportInput,
  refs: Refs,
): Block[] {
  const exceptions = tests.flatMap((test) => test.exceptions);
  const sample = tests.flatMap((test) => test.sample);
  const tested = tests.some(({ untested }) => untested === null);
  return [
    { kind: 'heading', level: 2, text: `${id}: ${title}` },
    {
      kind: 'table',
      caption: `Tests of ${id}: design inspected at the packet’s position; operation recomputed on each item of the population`,
      columns: [
        { key: 'control', title: 'Control', kind: 'text', weight: 3 },
        { key: 'design', title: 'Design', kind: 'text', weight: 2 },
        { key: 'population', title: 'Population', kind: 'number' },
        { key: 'sample', title: 'Sample', kind: 'number' },
        { key: 'bound', title: '90% bound', unit: '%', kind: 'number', decimals: 1 },
        { key: 'result', title: 'Result', kind: 'text', weight: 4 },
        { key: 'ref', title: 'Reference', kind: 'ref' },
      ],
      rows: tests.map((test) => [
        text(test.control.title),
        text(
          test.deficiency ??
            (test.control.judgement.by === 'decision'
              ? 'a published rule carries it'
              : 'part of the service'),
        ),
        num(test.population.length),
        num(test.sample.length),
        test.untested !== null || test.exceptions.length > 0
          ? unknownCell('no_bound', test.untested === null ? 'exceptions' : 'not tested')
          : num(Math.round(10 * upperBound(test.sample.length)) / 10),
        text(resultOf(test)),
        link(refs.control(test.control.id)),
      ]),
      empty: 'No control is mapped.',
    },
    items(
      `Sample of ${id} for re-performance: drawn by SHA-256 from the root at the packet’s position`,
      sample,
      refs,
      'No item was sampled: no control of this criterion was tested on events of the period.',
    ),
    items(
      `Exceptions of ${id}`,
      exceptions,
      refs,
      tested ? 'No exception was noted.' : 'None could be noted: nothing was tested.',
    ),
    ...responseBlocks(
      id,
      answers.filter(({ control }) => tests.some((test) => test.control.id === control.id)),
      input,
      refs,
    ),
  ];
}

const shown = 10;

function items(what: string, all: ControlTest['sample'], refs: Refs, empty: string): Block {
  const rows = all.slice(0, shown);
  return {
    kind: 'table',
    caption: `${what} (n = ${number(all.length)})`,
    columns: [
      { key: 'time', title: 'Time', kind: 'instant' },
      { key: 'position', title: 'Position', kind: 'number' },
      { key: 'digest', title: 'Digest', kind: 'text' },
      { key: 'found', title: 'Found', kind: 'text', weight: 3 },
      { key: 'result', title: 'As demanded', kind: 'text' },
      { key: 'evidence', title: 'Evidence', kind: 'ref' },
      { key: 'proof', title: 'Proof', kind: 'ref' },
    ],
    rows: rows.map((item) => [
      { kind: 'instant', at: item.time },
      item.position === null ? unknownCell('not_read', 'see proof') : num(item.position),
      item.digest === null ? unknownCell('not_read', 'see proof') : text(digest(item.digest, 8)),
      text(item.found),
      text(item.met ? 'yes' : 'no'),
      link(refs.evidence(item.id)),
      link(refs.proof(item.id)),
    ]),
    ...cutAt(rows.length, all.length, 'the rest in the workbook, sheet Samples'),
    empty,
  };
}
