import type { ReportDocument } from '../../../../schemas/report-document.js';
import { appendix } from './appendix.js';
import { changesOf } from './changes.js';
import { controlsSection } from './controls.js';
import { beside, frame } from '../front/frame.js';
import { decisionsOf } from '../front/decisions.js';
import { findingsSection } from './findings.js';
import { governanceSection } from './governance.js';
import type { ReportInput } from '../input.js';
import { issueOf } from '../front/issue.js';
import { layersOf } from './layers.js';
import { messagesOf } from '../front/messages.js';
import { scoreCardOf } from '../front/score.js';
import type { Asked } from '../kpis/blockers-row.js';
import { postureRegisters } from '../registers/registers.js';
import { refsOf } from '../text.js';
import { verdictOf } from '../front/verdict.js';

/**
 * The CISO report: where exactly we are weak, whether it gets better, and who acts next. Pure: the same input gives the
 * same document. Nothing is said that the input does not carry; what it cannot carry is "not observed", with the reason.
 */
export function buildCiso(input: ReportInput & Asked): ReportDocument {
  const refs = refsOf(input);
  return frame(input, {
    reportType: 'ciso',
    title: 'CISO report',
    issue: issueOf(input),
    verdict: verdictOf(input),
    registers: postureRegisters(input),
    blocks: [
      { kind: 'verdict', beside: beside(input) },
      { kind: 'messages', items: messagesOf(input, refs) },
      scoreCardOf(input, refs),
      { kind: 'decisions', items: decisionsOf(input, refs) },
      layersOf(input, refs),
      ...changesOf(input, refs),
      ...controlsSection(input, refs),
      ...findingsSection(input, refs),
      ...governanceSection(input, refs),
      ...appendix(input, refs),
    ],
  });
}
