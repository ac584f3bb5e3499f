import type { ReportRecordLine } from '../../../../schemas/report-record.js';
import type { RenderContext, ReportDocument } from '../../../../schemas/report-document.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';

/** The indicators of a document, each once, in its order. */
export function indicatorsOf({ blocks }: ReportDocument): KpiRow[] {
  const rows = blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []));
  return rows.filter(
    (row, i) => rows.findIndex(({ id, label }) => id === row.id && label === row.label) === i,
  );
}

/** A report as records: the report, its indicators, its registers. What a register cut, these have whole. */
export function recordsOf(document: ReportDocument, context: RenderContext): ReportRecordLine[] {
  const { reportType, position, asOf, issue, verdict, period } = document;
  const line = {
    schemaVersion: 'aispm.report-record.v1' as const,
    reportType,
    documentDigest: context.documentDigest,
    position,
    asOf,
  };
  return [
    {
      ...line,
      record: 'report',
      title: document.title,
      tenant: document.tenant,
      classification: document.classification.mark,
      rehearsal: document.classification.rehearsal,
      period: { from: period.from, to: period.to, zone: period.zone },
      verdict: { set: verdict.set, code: verdict.code, sentence: verdict.sentence },
      issue: { state: issue.state, text: issue.state === 'issued' ? null : issue.text },
      keyId: context.keyId,
      checkpoint: context.checkpoint,
    },
    ...indicatorsOf(document).map((row) => ({ ...line, record: 'kpi' as const, ...kpiFields(row) })),
    ...document.registers.flatMap(({ sheet, columns, rows }) =>
      rows.map((row) => ({
        ...line,
        record: 'row' as const,
        register: sheet,
        data: Object.fromEntries(columns.map(({ key }, i) => [key, row[i] ?? null])),
      })),
    ),
  ];
}

/** An indicator as plain fields: what is not observed has no value, and says why. */
export function kpiFields(row: KpiRow) {
  const { figure, prior } = row;
  const known = figure.state === 'observed' ? figure : null;
  return {
    id: row.id,
    label: row.label,
    unit: row.unit,
    value: known?.value ?? null,
    numerator: known?.num ?? null,
    denominator: known?.den ?? null,
    state: figure.state,
    reason: figure.state === 'observed' ? null : figure.reason,
    target: row.target,
    limit: row.limit,
    prior: prior.state === 'observed' ? prior.value : null,
    trend: row.trend,
    status: row.status,
    sample: row.sample,
    touched: row.touched,
    reference: row.ref.href,
  };
}
