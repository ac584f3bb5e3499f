import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';

/** Document and context as canonical JSON (RFC 8785): what a machine reads, and what the document's digest is made of. */
export function renderJson(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  return Promise.resolve(canonicalBytes({ context, document }));
}
