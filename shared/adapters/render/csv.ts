import { stringify } from 'csv-stringify/sync';

import type { ReportDocument } from '../../../schemas/report-document.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { csvSheet, spreadsheetText } from '../../core/reports/data/spreadsheet-text.js';

/**
 * The report's first register as CSV (RFC 4180, UTF-8 with BOM, CRLF), or its indicators where it has no register. Every
 * text is quoted and cannot act in a spreadsheet; numbers are plain. The exact copy is the JSON Lines.
 */
export function renderCsv(document: ReportDocument): Promise<Uint8Array> {
  const sheet = csvSheet(document);
  const rows = sheet
    ? [
        sheet.columns.map(({ title, kind }) => (kind === 'instant' ? `${title} (UTC)` : title)),
        ...sheet.rows.map((row) =>
          row.map((value) => (typeof value === 'string' ? spreadsheetText(value) : value)),
        ),
      ]
    : [['The report has no register and no indicator.']];
  const text = stringify(rows, {
    bom: true,
    quoted_string: true,
    record_delimiter: 'windows',
    cast: { boolean: (value) => String(value) },
  });
  return Promise.resolve(utf8(text));
}
