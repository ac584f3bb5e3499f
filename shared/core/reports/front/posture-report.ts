import type { Block } from '../../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../../schemas/report-document.js';
import type { ReportInput } from '../input.js';
import type { Asked } from '../kpis/blockers-row.js';
import { postureRegisters } from '../registers/registers.js';
import type { Refs } from '../text.js';
import { decisionsOf } from './decisions.js';
import { beside, frame } from './frame.js';
import { issueOf } from './issue.js';
import { messagesOf } from './messages.js';
import { scoreCardOf } from './score.js';
import { verdictOf } from './verdict.js';

/** A report on the posture: its verdict, what to know, the score and what to decide; then what is the report's own. */
export const postureReport = (
  input: ReportInput & Asked,
  refs: Refs,
  { own, ...named }: Pick<ReportDocument, 'reportType' | 'title'> & { own: readonly Block[] },
): ReportDocument =>
  frame(input, {
    ...named,
    issue: issueOf(input),
    verdict: verdictOf(input),
    registers: postureRegisters(input),
    blocks: [
      { kind: 'verdict', beside: beside(input) },
      { kind: 'messages', items: messagesOf(input, refs) },
      scoreCardOf(input, refs),
      { kind: 'decisions', items: decisionsOf(input, refs) },
      ...own,
    ],
  });
