import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import type { Renderer, ReportFormat } from '../../ports.js';

type Render = (document: ReportDocument, context: RenderContext) => Promise<Uint8Array>;

/** Every format behind the port. Each is loaded when first it is asked for, so that a start waits for none of them. */
const formats: Record<ReportFormat, { load: () => Promise<Render>; contentType: string }> = {
  pdf: { load: async () => (await import('./pdf.js')).renderPdf, contentType: 'application/pdf' },
  html: {
    load: async () => (await import('./html-report.js')).renderHtml,
    contentType: 'text/html; charset=utf-8',
  },
  xlsx: {
    load: async () => (await import('./xlsx.js')).renderXlsx,
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  csv: { load: async () => (await import('./csv.js')).renderCsv, contentType: 'text/csv; charset=utf-8' },
  md: {
    load: async () => (await import('./markdown.js')).renderMarkdown,
    contentType: 'text/markdown; charset=utf-8',
  },
  json: { load: async () => (await import('./json.js')).renderJson, contentType: 'application/json' },
  jsonl: { load: async () => (await import('./jsonl.js')).renderJsonl, contentType: 'application/jsonl' },
};

export const reportRenderer: Renderer = {
  async render(format, document, context) {
    const { load, contentType } = formats[format];
    const render = await load();
    return { bytes: await render(document, context), contentType };
  },
  mail: async (document, context, options) =>
    (await import('./html-mail.js')).renderMail(document, context, options),
  notice: async (notice) => (await import('./notice-mail.js')).renderNotice(notice),
  pack: async (files) => (await import('./zip.js')).zipOf(files),
  unpack: async (bytes) => (await import('./zip.js')).filesIn(bytes),
};
