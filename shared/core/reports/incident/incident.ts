import type { BlockOf } from '../../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../../schemas/report-document.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { closing } from '../appendix/definitions.js';
import { instant } from '../format.js';
import { daysAfter } from '../front/decisions.js';
import { frame } from '../front/frame.js';
import { issueOf } from '../front/issue.js';
import { kpiTable } from '../kpis/kpi-rows.js';
import { quoted, refsOf, type Refs } from '../text.js';
import { since, type IncidentInput } from './facts.js';
import { incidentRows } from './indicators.js';
import { cause, lessons } from './cause.js';
import { closure, remediation } from './closure.js';
import { known } from './known.js';
import { messages } from './messages.js';
import { timeline, timelineRegister } from './sections.js';
import { verdictOf } from './verdict.js';

/** The incident and closure report: what happened, what did it touch, is it over, and what remains? Page 1 is one page. */
export function buildIncident(input: IncidentInput): ReportDocument {
  const refs = refsOf(input);
  const rows: KpiRow[] = incidentRows(input, refs);
  const { name, title } = input.incident;
  return frame(input, {
    reportType: 'incident',
    title: 'Incident and closure report',
    scope: `Incident ${quoted(name, 60)}: ${quoted(title, 120)}`,
    issue: issueOf(input),
    verdict: verdictOf(input),
    registers: [timelineRegister(input)],
    blocks: [
      {
        kind: 'verdict',
        beside: [`Version of ${instant(input.posture.asOf)}; an earlier sheet is superseded by a later one.`],
      },
      { kind: 'messages', items: messages(input, refs) },
      { kind: 'decisions', items: decisions(input, refs) },
      known(input, refs),
      { kind: 'heading', level: 2, text: 'Timeline', newPage: true },
      timeline(input, refs),
      { kind: 'heading', level: 2, text: 'Times and remediation in numbers' },
      kpiTable('Indicators of this incident', rows, input),
      ...cause(input, refs),
      { kind: 'heading', level: 2, text: 'Remediation' },
      remediation(input, refs),
      ...lessons(input),
      ...closure(input, refs),
      ...closing('What this report stands on', input, refs),
    ],
  });
}

/** Asked until it is determined, after the closing too; a false positive needs no determination. */
function decisions(input: IncidentInput, refs: Refs): BlockOf<'decisions'>['items'] {
  const { incident } = input;
  if (incident.materiality || incident.closed?.outcome === 'false_positive') return [];
  const ref = refs.evidence(incident.openedBy);
  return [
    {
      action: 'Determine whether the incident is material, and whether anybody must be notified',
      by: daysAfter(input, 1),
      owner: 'legal and the incident owner',
      why: `No determination is recorded ${since(incident.detectedAt ?? incident.openedAt, input.posture.asOf)} after ${incident.detectedAt === null ? 'the opening' : 'detection'}.`,
      otherwise: 'The clock of a duty to notify runs without anybody watching it.',
      ref,
    },
  ];
}
