import type { ReportDocument } from '../../../../schemas/report-document.js';
import { basis } from '../appendix/definitions.js';
import { number } from '../format.js';
import { frame } from '../front/frame.js';
import { waitingFor } from '../front/waiting.js';
import type { JourneyInput } from '../gated-input.js';
import { kpi, kpiTable } from '../kpis/kpi-rows.js';
import { wholeRow } from '../kpis/own-rows.js';
import { postureRegisters } from '../registers/registers.js';
import { counted, fitting, refsOf, type Refs } from '../text.js';
import { labRows, type LabRow } from './labs.js';
import { access, labsTable, collected, delivered, openItems, glossary } from './sections.js';

/** What a trial waits for: labs without evidence, and what the gate for trials names. */
export const trialWaits = (input: JourneyInput): { title: string }[] => [
  ...labRows(input)
    .filter(({ proven }) => !proven)
    .map(({ title, leaves }) => ({ title: `Lab “${title}” has left no evidence (${leaves})` })),
  ...input.gate.blockers.filter(({ id }) => id !== 'labs_incomplete'),
];

/** The trial evaluator handoff: what did the trial prove, what may I still do, and what comes next? Two to four pages. */
export function buildTrial(input: JourneyInput): ReportDocument {
  const refs = refsOf(input);
  const waits = trialWaits(input);
  const rows = labRows(input);
  return frame(input, {
    reportType: 'trial-handoff',
    title: 'Trial evaluator handoff',
    issue: waitingFor(waits),
    verdict: verdictOf(input, rows, waits.length),
    registers: postureRegisters(input),
    blocks: [
      { kind: 'verdict', beside: [] },
      { kind: 'messages', items: messages(input, rows, refs) },
      { kind: 'decisions', items: [] },
      { kind: 'heading', level: 2, text: 'Access' },
      access(input, refs),
      { kind: 'heading', level: 2, text: 'Labs' },
      labsTable(rows, refs),
      kpiTable(
        'Indicators',
        [
          wholeRow(
            'T1',
            'Labs proven',
            [rows.filter((r) => r.proven).length, rows.length],
            'each by live evidence',
            refs.list('evidence'),
            'no lab is defined',
          ),
          kpi('K08', input, refs),
          kpi('K16', input, refs),
          kpi('K17', input, refs),
          kpi('K21', input, refs),
        ],
        input,
      ),
      { kind: 'heading', level: 2, text: 'Evidence collected' },
      collected(input),
      { kind: 'heading', level: 2, text: 'Delivery' },
      delivered(input, refs),
      { kind: 'heading', level: 2, text: 'Open items' },
      openItems(input, waits, refs),
      { kind: 'heading', level: 2, text: 'Next step' },
      {
        kind: 'paragraph',
        text:
          waits.length > 0
            ? 'Leave the evidence that is still missing, then request this handoff again.'
            : 'Propose the scope of a pilot: which agents, repositories, workflows and tools, from when until when. A pilot adds decisions on real work, accepted risks with an expiry, and proofs of isolation.',
        ref: refs.readiness(waits.length > 0 ? 'trial' : 'pilot'),
      },
      { kind: 'heading', level: 2, text: 'How to verify, and ten words' },
      glossary(),
      basis(input, refs),
      { kind: 'heading', level: 2, text: 'References' },
      { kind: 'references' },
    ],
  });
}

function verdictOf(input: JourneyInput, rows: readonly LabRow[], waits: number): ReportDocument['verdict'] {
  const proven = rows.filter((r) => r.proven).length;
  const { delivered: reached } = input.posture.layers.reports;
  const complete = waits === 0;
  const labs = `${number(proven)} of ${number(rows.length)} labs left their evidence`;
  const reports = `${counted(reached, 'report delivery', 'report deliveries')} confirmed by the provider`;
  return {
    set: 'trial',
    code: complete ? 'complete' : 'incomplete',
    words: complete ? 'Complete' : 'Incomplete',
    sentence: `${labs}; ${reports}${complete ? '' : `; waits for ${counted(waits, 'thing')}`}.`,
  };
}

function messages(input: JourneyInput, rows: readonly LabRow[], refs: Refs) {
  const missing = rows.filter((r) => !r.proven);
  const { evidence, reports } = input.posture.layers;
  const open = missing.map((r) => r.title.toLowerCase()).join('; ');
  return [
    {
      text:
        missing.length === 0
          ? `Each of the ${number(rows.length)} labs left its evidence`
          : fitting(
              160,
              `${number(missing.length)} of ${number(rows.length)} labs left no evidence: ${open}`,
              `${number(missing.length)} of ${number(rows.length)} labs left no evidence`,
            ),
      ref: refs.list('evidence'),
    },
    {
      text: `${counted(evidence.live, 'live event')} and ${counted(evidence.sample, 'sample event')} stand in the log`,
      ref: refs.list('evidence'),
    },
    {
      text: `${counted(reports.delivered, 'delivery', 'deliveries')} confirmed, ${number(reports.bounced)} bounced or failed, ${number(reports.unconfirmed)} unconfirmed`,
      ref: refs.list('reports'),
    },
  ];
}
