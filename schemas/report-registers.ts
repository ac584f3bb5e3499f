import { z } from 'zod';

import { printable } from './report-figures.js';

/** Sheets of a workbook, in this order; each holds one register. */
export const sheetNames = [
  'Findings',
  'Controls',
  'Coverage',
  'Approvals',
  'Exceptions',
  'Break-glass',
  'Evidence',
  'Samples',
  'Responses',
  'Timeline',
  'Checks',
  'Deliveries',
  'Periods',
] as const;
export type SheetName = (typeof sheetNames)[number];

/** Kinds of register columns; `percent` is a fraction from 0 to 1, `digest` is text that is never broken or computed with. */
const registerColumnSchema = z.strictObject({
  key: z.string().regex(/^[a-z][A-Za-z0-9]{0,30}$/),
  title: printable(40),
  kind: z.enum(['text', 'number', 'percent', 'instant', 'boolean', 'digest']),
  /** What stands in the column, and what an empty cell of it means. */
  meaning: printable(160),
});
export type RegisterColumn = z.infer<typeof registerColumnSchema>;

export type RegisterValue = string | number | boolean | null;

const fits = ({ kind }: RegisterColumn, value: RegisterValue): boolean => {
  if (value === null) return true;
  if (kind === 'number' || kind === 'percent') return typeof value === 'number' && Number.isFinite(value);
  if (kind === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string' && value.length <= 2000 && !/[\p{Cc}\p{Cs}]/u.test(value);
};

/**
 * A long list whole, one fact a column: what a page shows the worst 200 of. Null is an empty cell: nothing is recorded
 * there, as the column's meaning says. `total` counts the register where the rows are fewer.
 */
export const registerSchema = z
  .strictObject({
    sheet: z.enum(sheetNames),
    /** What it lists, and in which order. */
    what: printable(200),
    columns: z.array(registerColumnSchema).min(2).max(24),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))).max(20_000),
    total: z.int().nonnegative(),
    /** Said instead of rows when there are none. */
    empty: printable(200),
  })
  .superRefine(({ sheet, columns, rows, total }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message: `${sheet}: ${message}` });
    const fit = (row: readonly RegisterValue[]): boolean =>
      row.length === columns.length &&
      columns.every((column, i) => row[i] !== undefined && fits(column, row[i]));
    if (!rows.every(fit)) refuse('a row does not fit its columns');
    if (total < rows.length) refuse('the total is less than the rows');
    if (new Set(columns.map(({ key }) => key)).size < columns.length) refuse('a column stands twice');
  });
export type Register = z.infer<typeof registerSchema>;
