import type { BlockOf, Cell, Column, ScoreCardBlock, TableBlock } from '../../../schemas/report-blocks.js';
import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import type { KpiRow, Ref, SparkPoint, Unit } from '../../../schemas/report-figures.js';
import { inert } from './escape.js';
import {
  dataInstant,
  day,
  digest,
  figure,
  instant,
  inUnit,
  number,
  percent,
  period,
  points,
  signed,
} from './format.js';
import { scaleMax } from './bullet.js';
import { wordOf } from './marks.js';

// What every format says in the same words: only the setting differs between mail, page and PDF.

/** Classification and provenance, the line that opens every first page and every page's head. */
export function provenance({ classification }: ReportDocument): string {
  return classification.rehearsal
    ? `${classification.mark} · REHEARSAL — NOT A PRODUCTION RECORD`
    : classification.mark;
}

/** The state of issue on every page, where it is another than issued; in the SOC 2-style packet “qualified” would be an opinion. */
export function issueMark({ issue, reportType }: ReportDocument): string {
  if (issue.state === 'issued') return '';
  if (issue.state === 'qualified')
    return reportType === 'soc2-evidence' ? ' · OPEN BLOCKERS' : ' · QUALIFIED';
  return ` · ${issue.state.toUpperCase()}`;
}

/** The line that opens a page without furniture of its own: classification, and the state of issue. */
export const headLine = (document: ReportDocument): string => `${provenance(document)}${issueMark(document)}`;

/** `1–31 Oct 2026 (Europe/London)`. */
export const periodOf = ({ period: p }: ReportDocument): string => period(p.from, p.to, p.zone);

/** `as of 31 Oct 2026, 23:59 UTC · position 48,211`. */
export const standing = (document: ReportDocument): string =>
  `as of ${instant(document.asOf)} · position ${number(document.position)}`;

/** What the foot of every page says about how to check it. A file cannot print its own digest: this is the document's. */
export function provenanceFoot(context: RenderContext): {
  document: string;
  key: string;
  checkpoint: string;
} {
  const { size, rootHash } = context.checkpoint;
  return {
    document: `document sha256:${digest(context.documentDigest, 16)}`,
    key: `key ${inert(context.keyId)}`,
    checkpoint: `checkpoint ${number(size)} / ${rootHash.slice(0, 12)}`,
  };
}

/** The furniture once more as text, for readers to whom furniture is not read. */
export function coverFacts(document: ReportDocument, context: RenderContext): [key: string, value: string][] {
  const foot = provenanceFoot(context);
  return [
    ['Tenant', inert(document.tenant)],
    ['Scope', inert(document.scope)],
    ['Period', periodOf(document)],
    ['As of', `${instant(document.asOf)}, log position ${number(document.position)}`],
    ['Document', `${foot.document.slice(9)} (first 16 of 64 hex digits)`],
    ['Key', inert(context.keyId)],
    // Whole, for whoever keeps it: aispm verify --checkpoint holds what comes later against it.
    ['Checkpoint', `${number(context.checkpoint.size)} / ${context.checkpoint.rootHash}`],
    ['Check', inert(context.verifyCommand)],
  ];
}

/** The score and the facts it never stands without. */
export function scoreFacts(card: ScoreCardBlock): { score: string; observed: boolean; facts: string[] } {
  const { score, priorTenths: prior, openCriticals: open, controls } = card;
  const known = score.state === 'observed';
  const change = known && prior !== null ? ` (${signed((score.tenths - prior) / 10, 1)} points)` : '';
  const criticals = open.state === 'observed' ? number(open.value) : `not observed — ${inert(open.words)}`;
  return {
    score: known ? points(score.tenths) : `not observed — ${inert(score.words)}`,
    observed: known,
    facts: [
      `target ${points(card.targetTenths)}`,
      prior === null ? 'no comparison with the period before' : `prior ${points(prior)}${change}`,
      `${number(controls.observed)} of ${number(controls.applicable)} controls observed`,
      open.state === 'observed'
        ? `${criticals} critical open${card.acceptedCriticals > 0 ? `, ${number(card.acceptedCriticals)} accepted` : ''}`
        : `open criticals ${criticals}`,
    ],
  };
}

type Decision = BlockOf<'decisions'>['items'][number];

/** The five parts of a decision: what by when, who, why now, and what happens otherwise. */
export const decisionLead = (item: Decision): string => `Decide by ${day(item.by)}: ${inert(item.action)}.`;
export const decisionRest = (item: Decision): string =>
  `Owner: ${inert(item.owner)}. ${ended(item.why)} If nothing is decided: ${lowered(ended(item.otherwise))}`;
export const noDecision = 'No decision is asked.';

const ended = (text: string): string => (/[.?]$/.test(text) ? inert(text) : `${inert(text)}.`);
const lowered = (text: string): string =>
  /^[A-Z][a-z]*\b/.test(text) && /^(It|The|A|An|Access|Tool)\b/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;

/** A KPI's value in its own place; ‡ where the qualification touches it. */
export const kpiValue = (row: KpiRow): string => `${figure(row.figure, row.unit)}${row.touched ? ' ‡' : ''}`;

/** Why a figure is not known, for the line under it; null where it is known. */
export const kpiReason = (row: KpiRow): string | null =>
  row.figure.state === 'not_observed' ? inert(row.figure.words) : null;

/** A target or limit, or the words that there is none. */
export const bound = (value: number | null, row: KpiRow): string =>
  value === null ? 'none set' : inUnit(value, row.unit);

/** `95.0% / 80.0%`; said once where neither is set. */
export const boundsOf = (row: KpiRow): string =>
  row.target === null && row.limit === null
    ? bound(null, row)
    : `${bound(row.target, row)} / ${bound(row.limit, row)}`;

export const priorOf = (row: KpiRow): string => figure(row.prior, row.unit);

/** ` [F-0231]` after a sentence; nothing where the reference is withheld. */
export const refWords = ({ label, href }: Ref): string => (href === null ? '' : ` [${inert(label)}]`);

/** Stands in place of the references of a public-safe report, or of a report without figures. */
export const withheldReferences = 'No reference is given: this report is public-safe.';

export const touchedNote = '‡ touched by the qualification of this report.';

/** Indicators of one unit stand together and share a scale; units in the order of first appearance. */
export function unitGroups(rows: readonly KpiRow[]): { rows: KpiRow[]; max: number }[] {
  const groups = new Map<string, KpiRow[]>();
  for (const row of rows) groups.set(row.unit, [...(groups.get(row.unit) ?? []), row]);
  return [...groups.values()].map((group) => ({ rows: group, max: scaleMax(group) }));
}

/** First and last known value of a history, which stand left and right of its sparkline. */
export function sparkEnds(points: readonly SparkPoint[], unit: Unit): [first: string, last: string] {
  const known = points.flatMap(({ value }) => (value === null ? [] : [inUnit(value, unit)]));
  return [known[0] ?? '', known.at(-1) ?? ''];
}

/** A table cell as text. */
export function cellText(cell: Cell, column: Column): string {
  switch (cell.kind) {
    case 'text':
      return inert(cell.text);
    case 'number':
      return number(cell.value, column.decimals ?? 0);
    case 'percent':
      return percent(cell.num, cell.den);
    case 'instant':
      return dataInstant(cell.at);
    case 'status':
      return wordOf(cell.status, cell.until);
    case 'ref':
      return inert(cell.ref.label);
    case 'digest':
      return digest(cell.sha256, 8);
    case 'strip':
      return cell.segments.map(({ status, count }) => `${wordOf(status)} ${number(count)}`).join(', ');
    case 'not_observed':
      return `not observed — ${inert(cell.words)}`;
    case 'blank':
      return '';
  }
}

export const columnTitle = (column: Column): string =>
  column.unit === undefined ? inert(column.title) : `${inert(column.title)} (${inert(column.unit)})`;

/** Numbers stand right. */
export const rightAligned = (column: Column): boolean =>
  column.kind === 'number' || column.kind === 'percent';

/** `200 of 1,412, worst first; the rest in the workbook, sheet Findings`. */
export const cutNote = (cut: NonNullable<TableBlock['truncated']>): string =>
  `${number(cut.shown)} of ${number(cut.total)}, worst first; ${inert(cut.rest)}`;

const layers = {
  coverage: 'Coverage',
  controls: 'Controls',
  findings: 'Findings',
  evidence: 'Evidence',
  reports: 'Reports',
} as const;
export const layerTitle = (layer: keyof typeof layers): string => layers[layer];
