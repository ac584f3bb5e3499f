import type { ReportDocument } from '../../../../schemas/report-document.js';
import { sheetsOf, type Sheet } from './sheets.js';

/** What a spreadsheet may take for a formula at the beginning of a text (CWE-1236), full-width forms included. */
const acts = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Text for a CSV cell: an apostrophe stands before what a spreadsheet would compute. Quoting alone does not stop it. */
export const spreadsheetText = (text: string): string => (acts.test(text) ? `'${text}` : text);

/** The one table of a report as CSV: its first register, or its indicators where it has none. */
export function csvSheet(document: ReportDocument): Sheet | null {
  const [kpis, ...registers] = sheetsOf(document);
  return kpis?.name === 'KPIs' ? (registers[0] ?? kpis) : (kpis ?? null);
}

/** Cells of the CSV that carry an apostrophe which is not part of what was recorded. */
export function prefixedCells(document: ReportDocument): number {
  const cells = csvSheet(document)?.rows.flat() ?? [];
  return cells.filter((cell) => typeof cell === 'string' && acts.test(cell)).length;
}
