import type { ReportDocument } from '../../../../schemas/report-document.js';
import { appendix } from './appendix.js';
import { changesOf } from './changes.js';
import { controlsSection } from './controls.js';
import { findingsSection } from './findings.js';
import { governanceSection } from './governance.js';
import { postureReport } from '../front/posture-report.js';
import type { ReportInput } from '../input.js';
import { layersOf } from './layers.js';
import type { Asked } from '../kpis/blockers-row.js';
import { refsOf } from '../text.js';

/**
 * The CISO report: where exactly we are weak, whether it gets better, and who acts next. Pure: the same input gives the
 * same document. Nothing is said that the input does not carry; what it cannot carry is "not observed", with the reason.
 */
export function buildCiso(input: ReportInput & Asked): ReportDocument {
  const refs = refsOf(input);
  return postureReport(input, refs, {
    reportType: 'ciso',
    title: 'CISO report',
    own: [
      layersOf(input, refs),
      ...changesOf(input, refs),
      ...controlsSection(input, refs),
      ...findingsSection(input, refs),
      ...governanceSection(input, refs),
      ...appendix(input, refs),
    ],
  });
}
