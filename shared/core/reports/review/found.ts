import type { BlockOf } from '../../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../../schemas/report-document.js';

/** What a review found, which its mail says too: it asks somebody to look at just this. Null for any other report. */
export function foundIn({
  reportType,
  blocks,
}: ReportDocument): { title: string; rows: BlockOf<'keyValues'>['rows'] } | null {
  if (reportType !== 'review-digest') return null;
  const at = blocks.findIndex(({ kind }) => kind === 'keyValues');
  const [heading, list] = [blocks[at - 1], blocks[at]];
  return heading?.kind === 'heading' && list?.kind === 'keyValues'
    ? { title: heading.text, rows: list.rows }
    : null;
}
