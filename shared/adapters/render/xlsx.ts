import type { Stream } from 'node:stream';

import { unzipSync } from 'fflate';
import writeWorkbook, { type Cell, type Feature, type Sheet as Page } from 'write-excel-file/node';

import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import type { RegisterColumn, RegisterValue } from '../../../schemas/report-registers.js';
import { fromUtf8, utf8 } from '../../core/kernel/bytes.js';
import { readMe, sheetsOf, type Sheet } from '../../core/reports/data/sheets.js';
import { light } from '../../core/reports/tokens.js';
import { zipOf } from './zip.js';

/** What the library takes as a file's content. */
type Content = Stream | Buffer | Blob;

/** A cell holds no more (Excel's limit); what is cut says so. */
const mostCharacters = 32_767;
const cut = ' … [cut]';

/**
 * The workbook: `Read me`, the indicators, a sheet a register. Typed cells, frozen header and first column, filters; no
 * formula, link, macro or merged cell. Texts are shared strings, so that none is ever computed. The library's ZIP carries
 * the time of day; packed again with a fixed one, equal documents give equal bytes.
 */
export async function renderXlsx(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  const pages = [readMePage(document, context), ...sheetsOf(document).map(pageOf)];
  const rows = new Map<string, string>();
  const written = await writeWorkbook(pages, { features: [rowsInto(rows)] }).toBuffer();
  const files = Object.entries(unzipSync(new Uint8Array(written))).map(([name, bytes]) => {
    const own = rows.get(name);
    return { name, bytes: own === undefined ? bytes : utf8(fromUtf8(bytes).replace(noRows, () => own)) };
  });
  return zipOf(files, 1);
}

const heading = { fontWeight: 'bold', backgroundColor: light.surface2, alignVertical: 'top' } as const;

function readMePage(document: ReportDocument, context: RenderContext): Page<Content> {
  return {
    sheet: 'Read me',
    columns: [{ width: 28 }, { width: 100 }],
    data: readMe(document, context).map(([key, value]) => [
      textCell(key, { ...heading }),
      textCell(value, { wrap: true, alignVertical: 'top' }),
    ]),
  };
}

function pageOf({ name, columns, rows, empty }: Sheet): Page<Content> {
  const body = rows.map((row) => row.map((value, i) => cellOf(value, columns[i])));
  return {
    sheet: name,
    stickyRowsCount: 1,
    stickyColumnsCount: 1,
    columns: columns.map((column, i) => ({ width: widthOf(column, i, rows) })),
    data: [
      columns.map(({ title, kind }) => textCell(kind === 'instant' ? `${title} (UTC)` : title, heading)),
      ...(body.length > 0 ? body : [[textCell(empty, {})]]),
    ],
  };
}

const textCell = (text: string, style: Partial<Record<string, unknown>>): Cell => ({
  value: text.length > mostCharacters ? `${text.slice(0, mostCharacters - cut.length)}${cut}` : text,
  type: String,
  ...style,
});

function cellOf(value: RegisterValue, column: RegisterColumn | undefined): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'boolean') return { value, type: Boolean };
  if (typeof value === 'number')
    return { value, type: Number, format: column?.kind === 'percent' ? '0.0%' : 'General' };
  if (column?.kind === 'instant') return { value: new Date(value), type: Date, format: 'yyyy-mm-dd hh:mm' };
  return column?.kind === 'digest' ? textCell(value, { format: '@' }) : textCell(value, {});
}

/** Wide enough for the title and the first rows, 8 to 60 characters. */
function widthOf({ title, kind }: RegisterColumn, i: number, rows: Sheet['rows']): number {
  if (kind === 'instant') return Math.max(18, title.length + 8);
  const longest = rows.slice(0, 200).reduce((most, row) => Math.max(most, String(row[i] ?? '').length), 0);
  return Math.min(60, Math.max(8, title.length + 4, longest + 2));
}

const [rowsBegin, rowsEnd, noRows] = ['<sheetData>', '</sheetData>', '<sheetData/>'];

/**
 * Takes the rows out of each sheet, to be put back when the ZIP is made that leaves: the library packs whatever it is left
 * with, which would only be unpacked again. With them goes the filter, for which it has no option.
 */
const rowsInto = (rows: Map<string, string>): Feature<Content> => ({
  files: {
    transform: {
      'xl/worksheets/sheet{id}.xml': {
        transform: (content, _options, { sheetId }) => {
          const [begin, end] = [content.indexOf(rowsBegin), content.lastIndexOf(rowsEnd) + rowsEnd.length];
          if (begin < 0) return content;
          const own = content.slice(begin, end);
          const filter = content.includes('state="frozen"') ? filterOver(own) : '';
          rows.set(`xl/worksheets/sheet${sheetId}.xml`, `${own}${filter}`);
          return `${content.slice(0, begin)}${noRows}${content.slice(end)}`;
        },
      },
    },
  },
});

/** A filter over the whole range of a sheet: its header's columns, down to its last row. */
function filterOver(rows: string): string {
  const last = /^<row r="(\d+)"/.exec(rows.slice(rows.lastIndexOf('<row r="')))?.[1];
  const header = /<row r="1"[^>]*>.*?<\/row>/s.exec(rows)?.[0] ?? '';
  const column = [...header.matchAll(/<c r="([A-Z]+)1"/g)].at(-1)?.[1];
  return last === undefined || column === undefined ? '' : `<autoFilter ref="A1:${column}${last}"/>`;
}
