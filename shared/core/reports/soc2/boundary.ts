import type { Block } from '../../../../schemas/report-blocks.js';
import { day as dayWords, number } from '../format.js';
import { counted, type Refs } from '../text.js';
import type { Soc2Input } from './input.js';
import type { ControlTest } from './tests.js';

export function boundary({ posture, period }: Soc2Input, refs: Refs): Block {
  const { coverage, evidence } = posture.layers;
  const inScope = [
    counted(coverage.agents.inScope, 'agent'),
    counted(coverage.repositories.inScope, 'repository', 'repositories'),
    counted(coverage.workflows.inScope, 'workflow'),
    counted(coverage.tools.inScope, 'tool'),
  ].join(', ');
  return {
    kind: 'keyValues',
    rows: [
      { key: 'Period', value: `${dayWords(period.from)} to ${dayWords(period.to)}, ${period.zone}` },
      { key: 'In scope', value: inScope, ref: refs.list('agents') },
      {
        key: 'Evidence',
        value: `${number(evidence.live)} live of ${counted(evidence.events, 'event')} in the log`,
        ref: refs.list('evidence'),
      },
      {
        key: 'Carved out',
        value: 'the cloud platform and the mail provider: their own reports stand for them',
      },
      {
        key: 'For the customer to run',
        value:
          'registration of sources and keys, the inventory, approvals by a second person, review of break-glass',
      },
    ],
  };
}

export function notTested(tests: readonly ControlTest[], refs: Refs): Block {
  const rows = tests.filter(({ untested }) => untested !== null);
  return {
    kind: 'table',
    caption: `Controls whose operation was not tested, each with the reason (n = ${number(rows.length)})`,
    columns: [
      { key: 'control', title: 'Control', kind: 'text', weight: 3 },
      { key: 'reason', title: 'Reason', kind: 'text', weight: 4 },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.map(({ control, deficiency, untested }) => [
      { kind: 'text', text: control.title },
      { kind: 'text', text: deficiency ?? untested ?? '' },
      { kind: 'ref', ref: refs.control(control.id) },
    ]),
    empty: 'Each control was tested.',
  };
}

export const howToVerify = (): Block => ({
  kind: 'list',
  ordered: true,
  items: [
    { text: 'Check the packet: aispm verify, with the ZIP of this report and the tenant’s public keys.' },
    {
      text: 'Check a sampled item: get its evidence and its inclusion proof, and give both to aispm verify.',
    },
    {
      text: 'Draw the sample again: order the population by SHA-256 of seed and evidence id; the seed is SHA-256 of “aispm/sample/v1”, the root at the packet’s position, the control and the period, a line each.',
    },
  ],
});
