import type { Block } from '../../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../../schemas/report-document.js';
import { closing, definitions } from '../appendix/definitions.js';
import { findingsTable } from '../appendix/findings-table.js';
import { number } from '../format.js';
import { postureReport } from '../front/posture-report.js';
import type { ReportInput } from '../input.js';
import { blockersRow, type Asked } from '../kpis/blockers-row.js';
import type { KpiId } from '../kpis/kpi-data.js';
import { closingRows, kpi, kpiTable } from '../kpis/kpi-rows.js';
import { refsOf, text, type Refs } from '../text.js';
import { outlook } from './outlook.js';
import { breakGlassUses, exceptionsEnding, topRisks } from './risks.js';

/** The nine on the front, in the reader's order: what acts, what is open, what is covered, what is proven. */
const front: readonly KpiId[] = ['K08', 'K09', 'K10', 'K04', 'K05', 'K06', 'K07', 'K12', 'K16'];
/** Said later or in the appendix. */
const later: readonly KpiId[] = ['K13', 'K14', 'K15', 'K19', 'K21', 'K23', 'K24'];

/** The CSO report: are our agents under control this month, and what must I decide? Two pages and an appendix. */
export function buildCso(input: ReportInput & Asked): ReportDocument {
  const refs = refsOf(input);
  return postureReport(input, refs, {
    reportType: 'cso',
    title: 'CSO report',
    own: [
      kpiTable(
        'Indicators',
        front.map((id) => kpi(id, input, refs)),
        input,
      ),
      { kind: 'heading', level: 3, text: 'Top risks' },
      topRisks(input, refs),
      { kind: 'heading', level: 3, text: 'Exceptions and break-glass' },
      exceptionsEnding(input, refs),
      breakGlassUses(input, refs),
      { kind: 'heading', level: 3, text: 'Outlook' },
      outlook(input, refs),
      ...appendix(input, refs),
    ],
  });
}

function appendix(input: ReportInput & Asked, refs: Refs): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Appendix: open findings', newPage: true },
    findingsTable(input, refs),
    { kind: 'heading', level: 2, text: 'Appendix: controls not observed' },
    notObserved(input, refs),
    { kind: 'heading', level: 2, text: 'Appendix: further indicators' },
    kpiTable(
      'Indicators that stand behind the front page',
      [...closingRows(input, refs), ...later.map((id) => kpi(id, input, refs)), blockersRow(input, refs)],
      input,
    ),
    { kind: 'heading', level: 2, text: 'Appendix: definitions' },
    definitions([...front, 'K11', ...later, 'K22'], input),
    ...closing('Appendix: what this report stands on', input, refs),
  ];
}

function notObserved({ posture }: ReportInput, refs: Refs): Block {
  const unseen = posture.controls.filter((c) => c.state === 'not_observed');
  return {
    kind: 'table',
    caption: `Controls for which nothing in scope gave evidence (n = ${number(unseen.length)} of ${number(posture.controls.length)})`,
    columns: [
      { key: 'control', title: 'Control', kind: 'text', weight: 3 },
      { key: 'domain', title: 'Domain', kind: 'text', weight: 2 },
      { key: 'severity', title: 'Severity', kind: 'text' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: unseen.map((c) => [
      text(c.title),
      text(c.domain),
      text(c.severity),
      { kind: 'ref', ref: refs.control(c.id) },
    ]),
    empty: 'Every control of the catalogue is observed.',
  };
}
