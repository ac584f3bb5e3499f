import type { ReportDocument } from '../../../../schemas/report-document.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { basis } from '../appendix/definitions.js';
import { instant, number } from '../format.js';
import { daysAfter } from '../front/decisions.js';
import { frame } from '../front/frame.js';
import { issueOf } from '../front/issue.js';
import { kpiTable } from '../kpis/kpi-rows.js';
import { counted, fitting, isAre, quoted, refsOf, type Refs } from '../text.js';
import { since, type IncidentInput } from './facts.js';
import { incidentRows } from './indicators.js';
import { known, cause, lessons } from './known.js';
import { closure, remediation } from './closure.js';
import { timeline, timelineRegister } from './sections.js';

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
      { kind: 'heading', level: 2, text: 'Root cause', newPage: true },
      { kind: 'paragraph', text: cause(input), ref: refs.evidence(input.incident.openedBy) },
      { kind: 'heading', level: 2, text: 'Remediation' },
      remediation(input, refs),
      ...lessons(input),
      ...closure(input, refs),
      { kind: 'heading', level: 2, text: 'What this report stands on' },
      basis(input, refs),
      { kind: 'heading', level: 2, text: 'References' },
      { kind: 'references' },
    ],
  });
}

function verdictOf(input: IncidentInput): ReportDocument['verdict'] {
  const { incident, posture } = input;
  const { closed } = incident;
  if (!closed)
    return {
      set: 'incident',
      code: 'open_not_contained',
      words: 'Open, not contained',
      sentence: `Open for ${since(incident.openedAt, posture.asOf)}, severity ${incident.severity}; 0 of 1 containment is evidenced. Materiality: not yet determined.`,
    };
  const done = closed.remediation.filter(({ resolves }) => resolves).length;
  const all = closed.remediation.length;
  const actions =
    all === 0
      ? 'no remediation action recorded'
      : `${number(done)} of ${counted(all, 'remediation action')} ${isAre(done)} evidenced`;
  const approved = closed.approvedBy === null ? 'no closure approval recorded' : 'closure approved';
  const falsePositive = closed.outcome === 'false_positive';
  return {
    set: 'incident',
    code: falsePositive ? 'closed_false_positive' : 'closed',
    words: falsePositive ? 'Closed as false positive' : 'Closed',
    sentence: `Closed in ${since(incident.openedAt, closed.at)}; ${actions}; ${approved}.`,
  };
}

function messages(input: IncidentInput, refs: Refs) {
  const { incident, timeline: events } = input;
  const ref = refs.evidence(incident.openedBy);
  const touched = incident.touched;
  return [
    { text: fitting(160, `What: ${quoted(incident.title, 150)}`), ref },
    {
      text: `When: detected ${incident.detectedAt === null ? 'not observed' : instant(incident.detectedAt)}, opened ${instant(incident.openedAt)}, ${incident.closed ? `closed ${instant(incident.closed.at)}` : 'not closed'}`,
      ref,
    },
    {
      text: `Impact: ${number(touched.agents)} agents, ${number(touched.repositories)} repositories, ${number(touched.tools)} tools named by ${counted(events.length, 'event')}; customers affected: not determined`,
      ref,
    },
  ];
}

function decisions(input: IncidentInput, refs: Refs) {
  const { incident } = input;
  if (incident.closed) return [];
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
