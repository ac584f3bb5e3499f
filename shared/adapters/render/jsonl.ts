import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { recordsOf } from '../../core/reports/data/records.js';

/** JSON Lines for a SIEM: one canonical JSON object a line (schemas/json/report-record.schema.json). */
export function renderJsonl(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  const lines = recordsOf(document, context).map((record) => `${canonicalText(record)}\n`);
  return Promise.resolve(utf8(lines.join('')));
}
