import type { ReportDocument } from '../../../schemas/report-document.js';
import { appendix } from './ciso-appendix.js';
import { changesOf } from './ciso-changes.js';
import { controlsSection } from './ciso-controls.js';
import { decisionsOf } from './ciso-decisions.js';
import { findingsSection } from './ciso-findings.js';
import { governanceSection } from './ciso-governance.js';
import type { CisoInput } from './ciso-input.js';
import { issueOf } from './ciso-issue.js';
import { layersOf } from './ciso-layers.js';
import { messagesOf } from './ciso-messages.js';
import { scoreCardOf } from './ciso-score.js';
import { counted, isAre, quoted, refsOf } from './ciso-text.js';
import { verdictOf } from './ciso-verdict.js';

/**
 * The CISO report: where exactly we are weak, whether it gets better, and who acts next. Pure: the same input gives the
 * same document. Nothing is said that the input does not carry; what it cannot carry is "not observed", with the reason.
 */
export function buildCiso(input: CisoInput): ReportDocument {
  const { posture, period } = input;
  const refs = refsOf(input.tenantId, posture.asOf);
  const sample = posture.sample;
  return {
    schemaVersion: 'aispm.report-document.v1',
    reportType: 'ciso',
    title: 'CISO report',
    tenant: sample ? 'Sample tenant' : quoted(input.tenantName, 80),
    scope: 'All declared and observed agents, repositories, workflows and tools',
    period: {
      label: quoted(period.label, 40),
      from: period.from,
      to: period.to,
      zone: quoted(period.zone, 60),
    },
    asOf: posture.asOf,
    position: posture.position,
    classification: {
      mark: sample ? 'PUBLIC-SAFE SAMPLE' : 'CONFIDENTIAL · live evidence',
      rehearsal: input.rehearsal,
      publicSafe: sample,
    },
    issue: issueOf(input),
    verdict: verdictOf(input),
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
  };
}

/** Accepted risks never fire a verdict, but stand beside it. */
function beside({ findings, posture }: CisoInput): string[] {
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
