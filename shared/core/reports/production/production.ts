import type { ReportDocument } from '../../../../schemas/report-document.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { closing, definitions } from '../appendix/definitions.js';
import { findingsTable } from '../appendix/findings-table.js';
import { number } from '../format.js';
import { frame } from '../front/frame.js';
import { waitingFor } from '../front/waiting.js';
import type { GatedInput, PlannedInput } from '../gated-input.js';
import { blockersRow } from '../kpis/blockers-row.js';
import { kpi, kpiTable } from '../kpis/kpi-rows.js';
import { checksRegister } from '../registers/checks-register.js';
import { postureRegisters } from '../registers/registers.js';
import { counted, fitting, refsOf, verb, type Refs } from '../text.js';
import { blockersTable, checksTable, meanings } from './gate-tables.js';
import { packetsReady, packetsTable } from './packets.js';
import { proofsTable, plan, decisionRecord } from './sections.js';

/** The production readiness packet: may this release go to production now; if not, what, by whom? Two pages and an appendix. */
export function buildProduction(input: PlannedInput): ReportDocument {
  const refs = refsOf(input);
  const { blockers } = input.gate;
  return frame(input, {
    reportType: 'production-readiness',
    title: 'Production readiness packet',
    issue: waitingFor(blockers),
    verdict: verdictOf(input),
    registers: [checksRegister(input.gate), ...postureRegisters(input)],
    blocks: [
      { kind: 'verdict', beside: [`ready_for_aispm_production: ${String(blockers.length === 0)}`] },
      { kind: 'messages', items: messages(input, refs) },
      { kind: 'decisions', items: [] },
      { kind: 'heading', level: 2, text: 'The four packets' },
      packetsTable(input.gate.packets, input.publicSafe, refs),
      { kind: 'heading', level: 2, text: 'Blockers', newPage: true },
      blockersTable(blockers, refs, 'production', 11),
      { kind: 'heading', level: 2, text: 'Proofs' },
      proofsTable(input, refs),
      { kind: 'heading', level: 2, text: 'Decision' },
      decisionRecord(input, refs),
      { kind: 'heading', level: 2, text: 'Appendix: plan', newPage: true },
      plan(input.plan, refs),
      { kind: 'heading', level: 2, text: 'Appendix: indicators' },
      kpiTable('Indicators', front(input, refs), input),
      { kind: 'heading', level: 2, text: 'Appendix: checks' },
      checksTable(input, refs, 'production'),
      { kind: 'heading', level: 2, text: 'Appendix: blockers' },
      meanings(blockers, refs, 'production'),
      { kind: 'heading', level: 2, text: 'Appendix: findings that bear on readiness' },
      findingsTable(input, refs),
      { kind: 'heading', level: 2, text: 'Appendix: definitions' },
      definitions(['K22', 'K09', 'K10', 'K16', 'K21'], input),
      ...closing('Appendix: what this packet stands on', input, refs),
    ],
  });
}

function verdictOf(input: GatedInput): ReportDocument['verdict'] {
  const { blockers, checks, packets } = input.gate;
  const n = packetsReady(packets);
  if (blockers.length === 0)
    return {
      set: 'gate',
      code: 'ready',
      words: 'Ready',
      sentence: `${n} of 4 packets are ready; ${number(checks.length)} of ${number(checks.length)} checks pass; no blocker.`,
    };
  const head = `${number(blockers.length)} of ${counted(checks.length, 'check')} ${verb(blockers.length, 'blocks', 'block')}`;
  const titles = blockers.map(({ title }) => title.toLowerCase());
  return {
    set: 'gate',
    code: 'not_ready',
    words: 'Not ready',
    sentence: fitting(
      140,
      `${head}: ${titles.join('; ')}.`,
      `${head}: ${titles.slice(0, 2).join('; ')}; and ${number(titles.length - 2)} more.`,
      `${head}; ${n} of 4 packets are ready.`,
    ),
  };
}

function messages({ gate, posture }: GatedInput, refs: Refs) {
  const items = gate.blockers.slice(0, 3).map(({ title, owner, resolution }) => ({
    text: fitting(160, `${title}: ${resolution} Owner: ${owner}.`, `${title}. Owner: ${owner}.`),
    ref: refs.readiness('production'),
  }));
  if (items.length > 0) return items;
  const { controlsObserved: seen, controlsApplicable: all } = posture.score;
  return [
    {
      text: `No check blocks; ${number(seen)} of ${number(all)} controls are observed.`,
      ref: refs.readiness('production'),
    },
  ];
}

const front = (input: GatedInput, refs: Refs): KpiRow[] => [
  { ...blockersRow(input, refs), sample: `of ${counted(input.gate.checks.length, 'check')}` },
  kpi('K09', input, refs),
  kpi('K10', input, refs),
  kpi('K16', input, refs),
  kpi('K21', input, refs),
];
