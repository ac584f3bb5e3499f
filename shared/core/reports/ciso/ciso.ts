import type { ReportDocument } from '../../../../schemas/report-document.js';
import { appendix } from './appendix.js';
import { changesOf } from './changes.js';
import { controlsSection } from './controls.js';
import { frame } from '../front/frame.js';
import { decisionsOf } from '../front/decisions.js';
import { findingsSection } from './findings.js';
import { governanceSection } from './governance.js';
import type { ReportInput } from '../input.js';
import { issueOf } from '../front/issue.js';
import { layersOf } from './layers.js';
import { messagesOf } from '../front/messages.js';
import { scoreCardOf } from '../front/score.js';
import { postureRegisters } from '../registers/registers.js';
import { counted, isAre, refsOf } from '../text.js';
import { verdictOf } from '../front/verdict.js';

/**
 * The CISO report: where exactly we are weak, whether it gets better, and who acts next. Pure: the same input gives the
 * same document. Nothing is said that the input does not carry; what it cannot carry is "not observed", with the reason.
 */
export function buildCiso(input: ReportInput): ReportDocument {
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

/** Accepted risks never fire a verdict, but stand beside it. */
function beside({ findings, posture }: ReportInput): string[] {
  const { accepted } = posture.layers.findings;
  if (accepted === 0) return [];
  const ends = findings
    .flatMap((f) => (f.acceptance ? [f.acceptance.expiresAt.slice(0, 10)] : []))
    .sort()
    .at(0);
  return [
    `${counted(accepted, 'finding')} ${isAre(accepted)} accepted${ends === undefined ? '' : `, the first until ${ends}`}.`,
  ];
}
