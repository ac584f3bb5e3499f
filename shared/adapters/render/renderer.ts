import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import type { Renderer, ReportFormat } from '../../ports.js';
import { renderMail } from './html-mail.js';
import { renderHtml } from './html-report.js';
import { renderJson } from './json.js';
import { renderPdf } from './pdf.js';

type Render = (document: ReportDocument, context: RenderContext) => Promise<Uint8Array>;

const formats: Record<ReportFormat, { render: Render; contentType: string }> = {
  html: { render: renderHtml, contentType: 'text/html; charset=utf-8' },
  pdf: { render: renderPdf, contentType: 'application/pdf' },
  json: { render: renderJson, contentType: 'application/json' },
};

/** Every format behind the port. Only the PDF needs a library, and it is loaded when the first one is rendered. */
export const reportRenderer: Renderer = {
  async render(format, document, context) {
    const { render, contentType } = formats[format];
    return { bytes: await render(document, context), contentType };
  },
  mail: (document, context, options) => Promise.resolve(renderMail(document, context, options)),
};
