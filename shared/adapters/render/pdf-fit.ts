import type { Block, TableBlock } from '../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../schemas/report-document.js';

/** Pages that a reader has before the appendix, for the reports that promise it. */
const mostPages: Partial<Record<ReportDocument['reportType'], number>> = {
  cso: 2,
  ciso: 4,
  'board-kpi': 2,
  'pilot-launch': 2,
  'production-readiness': 2,
};
/** Rows that a table keeps, however little room there is. */
const leastRows = 2;

/**
 * The document in the length it promises, whatever the names in it: where it would be longer, tables that say where the
 * rest of them stands give up their last rows, one at a time, the longest table first.
 * @param pagesOf pages that a document takes
 */
export function fitted(
  document: ReportDocument,
  pagesOf: (document: ReportDocument) => number,
): ReportDocument {
  const most = mostPages[document.reportType];
  if (most === undefined) return document;
  const length = document.blocks.findIndex(
    (block) => block.kind === 'heading' && block.text.startsWith('Appendix'),
  );
  const [front, appendix] =
    length < 0 ? [document.blocks, []] : [document.blocks.slice(0, length), document.blocks.slice(length)];
  for (let blocks: readonly Block[] | null = front; blocks !== null; blocks = withoutRow(blocks))
    if (pagesOf({ ...document, blocks: [...blocks] }) <= most)
      return { ...document, blocks: [...blocks, ...appendix] };
  // No row is left to give up: what must be said is said, on as many pages as it takes.
  return document;
}

/** The blocks with one row less; null where no table has one to give up. */
function withoutRow(blocks: readonly Block[]): Block[] | null {
  const longest = blocks
    .filter((block): block is TableBlock => block.kind === 'table' && block.truncated !== undefined)
    .reduce<TableBlock | null>(
      (one, other) => (other.rows.length >= (one?.rows.length ?? 0) ? other : one),
      null,
    );
  if (longest?.truncated === undefined || longest.rows.length <= leastRows) return null;
  const rows = longest.rows.slice(0, -1);
  const truncated = { ...longest.truncated, shown: rows.length };
  return blocks.map((block) => (block === longest ? { ...longest, rows, truncated } : block));
}
