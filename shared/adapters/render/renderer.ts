import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';

/** Turns a frozen document into one file. Equal input gives equal bytes; nothing is read but the two arguments. */
export type Renderer = (document: ReportDocument, context: RenderContext) => Promise<Uint8Array>;
