import type { RenderContext, ReportDocument } from '../../../../schemas/report-document.js';
import type { Register, RegisterColumn } from '../../../../schemas/report-registers.js';
import { inert } from '../escape.js';
import { number } from '../format.js';
import { coverFacts, provenance } from '../sentences.js';
import { indicatorsOf, kpiFields } from './records.js';

/** A sheet of rows under one header: a register, or the indicators in the same form. */
export type Sheet = Pick<Register, 'columns' | 'rows' | 'what' | 'empty' | 'total'> & { name: string };

const column = (
  key: string,
  title: string,
  kind: RegisterColumn['kind'],
  meaning: string,
): RegisterColumn => ({ key, title, kind, meaning });

const kpiColumns: readonly RegisterColumn[] = [
  column('id', 'Id', 'text', 'Id of the indicator in the dictionary.'),
  column('label', 'Indicator', 'text', 'Its name.'),
  column('unit', 'Unit', 'text', 'Unit of value, target, limit and prior.'),
  column('value', 'Value', 'number', 'Empty where it is not observed.'),
  column('numerator', 'Numerator', 'number', 'What is counted; empty where the value is no share.'),
  column('denominator', 'Denominator', 'number', 'Of how many; empty where the value is no share.'),
  column('state', 'State', 'text', 'observed or not_observed.'),
  column('reason', 'Reason', 'text', 'Why it is not observed; empty where it is.'),
  column('target', 'Target', 'number', 'Empty where none is set.'),
  column('limit', 'Limit', 'number', 'The appetite; empty where none is set.'),
  column(
    'prior',
    'Prior',
    'number',
    'As known when the period before ended; empty where it is not observed.',
  ),
  column('trend', 'Trend', 'text', 'better, worse, unchanged or no_comparison.'),
  column('status', 'Status', 'text', 'Against target and limit.'),
  column('sample', 'Sample', 'text', 'The sample in words.'),
  column('touched', 'Touched', 'boolean', 'Whether the qualification of the report touches it.'),
  column('reference', 'Reference', 'text', 'Path of the way to its evidence; empty where it is withheld.'),
];

/** The indicators as a sheet; null where the report has none. */
export function kpiSheet(document: ReportDocument): Sheet | null {
  const rows = indicatorsOf(document).map(kpiFields);
  if (rows.length === 0) return null;
  return {
    name: 'KPIs',
    what: 'Indicators in the order of the report',
    columns: [...kpiColumns],
    rows: rows.map((row) => kpiColumns.map(({ key }) => row[key as keyof typeof row])),
    total: rows.length,
    empty: 'The report has no indicator.',
  };
}

/** Sheets with rows under a header: the indicators, then every register. */
export function sheetsOf(document: ReportDocument): Sheet[] {
  const kpis = kpiSheet(document);
  const registers = document.registers.map(({ sheet, ...rest }) => ({ name: sheet, ...rest }));
  return kpis ? [kpis, ...registers] : registers;
}

/** What the report is, what each sheet holds and what each column means; pairs, in order of reading. */
export function readMe(document: ReportDocument, context: RenderContext): [key: string, value: string][] {
  const { verdict, issue } = document;
  const sheets = sheetsOf(document);
  return [
    ['Report', `${document.title}, ${document.period.label}`],
    ['Classification', provenance(document)],
    ...coverFacts(document, context),
    ['Verdict', `${verdict.words}: ${verdict.sentence}`],
    ['Issue', issue.state === 'issued' ? 'Issued' : issue.text],
    ...sheets.map(({ name, what, rows, total, empty }): [string, string] => [
      `Sheet ${name}`,
      `${what}; ${rows.length === 0 ? empty : rows.length < total ? `${number(rows.length)} of ${number(total)} rows` : `${number(total)} rows`}`,
    ]),
    ...sheets.flatMap(({ name, columns }) =>
      columns.map(({ title, meaning }): [string, string] => [`${name}, ${title}`, meaning]),
    ),
  ].map(([key = '', value = '']): [string, string] => [key, inert(value)]);
}
