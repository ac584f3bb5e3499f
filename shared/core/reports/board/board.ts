import type { Block, BlockOf } from '../../../../schemas/report-blocks.js';
import { verdictVocabulary, type ReportDocument } from '../../../../schemas/report-document.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { day as dayWords, instant, number } from '../format.js';
import { decisionsOf } from '../front/decisions.js';
import { beside, frame } from '../front/frame.js';
import { issueOf } from '../front/issue.js';
import { messagesOf } from '../front/messages.js';
import { controlsWords, verdictOf } from '../front/verdict.js';
import type { ReportInput } from '../input.js';
import { kpiTable } from '../kpis/kpi-rows.js';
import { postureRegisters } from '../registers/registers.js';
import { counted, fitting, isAre, refsOf, type Refs } from '../text.js';
import { appetite, limitsWords } from './appetite.js';
import { boardRows } from './indicators.js';
import type { BoardInput } from './input.js';
import { periodsRegister } from './periods.js';

/** The board KPI pack: is agent risk inside our appetite, and is anything asked of us? Two pages, no appendix. */
export function buildBoard(input: BoardInput): ReportDocument {
  const refs = refsOf(input);
  const rows = boardRows(input, refs);
  return frame(input, {
    reportType: 'board-kpi',
    title: 'Board KPI pack',
    issue: issueOf(input),
    verdict: boardVerdict(input, rows),
    registers: [periodsRegister(input, rows), ...postureRegisters(input)],
    blocks: [
      { kind: 'verdict', beside: beside(input) },
      {
        kind: 'messages',
        items: messagesOf(input, refs).map(({ text, ref }) => ({ text: withoutIds(text), ref })),
      },
      decisions(input, refs),
      { kind: 'heading', level: 3, text: 'Material incidents' },
      { kind: 'paragraph', text: incidentsWords(input), ref: refs.list('evidence') },
      { kind: 'heading', level: 3, text: 'Appetite' },
      appetite(input, rows, refs),
      { kind: 'heading', level: 2, text: 'Indicators', newPage: true },
      kpiTable('The indicators of the board', rows, input),
      basisWords(input, rows, refs),
      { kind: 'references' },
    ],
  });
}

/** Ids stand in the margin, not in the sentence. */
const withoutIds = (text: string): string =>
  text.replace(/\bF-[0-9a-f]{10}\b(, )?/g, '').replace(/ \(\)/g, '');

function decisions(input: ReportInput, refs: Refs): BlockOf<'decisions'> {
  return {
    kind: 'decisions',
    items: decisionsOf(input, refs).map((item) => ({ ...item, action: withoutIds(item.action) })),
  };
}

/** The posture's verdict in the board's words; an indicator beyond its limit is outside appetite whatever the posture says. */
function boardVerdict(input: BoardInput, rows: readonly KpiRow[]): ReportDocument['verdict'] {
  const own = verdictOf(input);
  const beyond = rows.filter(({ status }) => status === 'off_target');
  const between = rows.filter(({ status }) => status === 'needs_attention');
  const unknown = rows.filter(({ status }) => status === 'not_observed');
  const code =
    own.code === 'off_target' || (own.code !== 'not_enough_evidence' && beyond.length > 0)
      ? 'off_target'
      : own.code === 'on_target' && between.length > 0
        ? 'needs_attention'
        : input.posture.verdict;
  const named = (some: readonly KpiRow[]): string => some.map(({ label }) => label.toLowerCase()).join(', ');
  const head = `${number(beyond.length)} of ${number(rows.length)} indicators ${isAre(beyond.length)} beyond ${beyond.length === 1 ? 'its' : 'their'} limit`;
  const tail = unknown.length > 0 ? `; ${number(unknown.length)} ${isAre(unknown.length)} not observed` : '';
  const sentence =
    code === 'not_enough_evidence' || beyond.length === 0
      ? fitting(140, own.sentence, `${head}${tail}.`)
      : fitting(140, `${head}: ${named(beyond)}${tail}.`, `${head}: ${named(beyond)}.`, `${head}${tail}.`);
  return { set: 'board', code, words: verdictVocabulary.board[code], sentence };
}

function incidentsWords({ incidents, period }: BoardInput): string {
  if (incidents === null) return 'Not observed — no incident is recorded in the log.';
  const { opened, material, notMaterial } = incidents;
  const within = `from ${dayWords(period.from)} to ${dayWords(period.to)}`;
  if (opened === 0) return `No incident was opened ${within}.`;
  const open = opened - material - notMaterial;
  return `${counted(opened, 'incident')} opened ${within}: ${number(material)} determined to be material, ${number(notMaterial)} not material, ${number(open)} not determined.`;
}

function basisWords(input: BoardInput, rows: readonly KpiRow[], refs: Refs): Block {
  const { posture } = input;
  return {
    kind: 'keyValues',
    rows: [
      {
        key: 'Stands on',
        value: `log position ${number(posture.position)} at ${instant(posture.asOf)}; ${controlsWords(posture)}`,
        ref: refs.checkpoint,
      },
      {
        key: 'Targets and limits',
        value: `${limitsWords(input, rows)} Definitions stand in the CISO report.`,
      },
    ],
  };
}
