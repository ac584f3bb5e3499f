import { z } from 'zod';

import { instantSchema, sha256Schema } from './primitives.js';
import {
  calendarDaySchema,
  countSchema,
  kpiRowSchema,
  notObservedSchema,
  printable,
  refSchema,
  segmentSchema,
  sparkSchema,
  statusSchema,
} from './report-figures.js';

/** The five layers of the design, each on one line. */
export const layerNames = ['coverage', 'controls', 'findings', 'evidence', 'reports'] as const;
const layerSchema = z.strictObject({
  layer: z.enum(layerNames),
  question: printable(100),
  /** What a good state looks like. */
  signal: printable(120),
  status: statusSchema,
  counts: printable(120),
  /** Worst item in words; null where nothing is wrong. */
  worst: printable(160).nullable(),
  ref: refSchema,
});

/** Kinds of table columns. `strip` draws counts as a stacked strip beside the numbers; it never stands alone. */
export const columnKindSchema = z.enum([
  'text',
  'number',
  'percent',
  'instant',
  'status',
  'ref',
  'digest',
  'strip',
]);
const columnSchema = z.strictObject({
  key: z.string().regex(/^[a-z][A-Za-z0-9]{0,30}$/),
  title: printable(40),
  kind: columnKindSchema,
  /** Unit for the header, "days"; never repeated in the cells. */
  unit: printable(16).optional(),
  /** Decimals of every number of the column. */
  decimals: z.int().min(0).max(3).optional(),
  /** Relative width, 1 where absent. */
  weight: z.number().positive().max(12).optional(),
});
export type Column = z.infer<typeof columnSchema>;

const cellSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: printable(500), ref: refSchema.optional() }),
  z.strictObject({ kind: z.literal('number'), value: z.number(), ref: refSchema.optional() }),
  z.strictObject({
    kind: z.literal('percent'),
    num: z.int().nonnegative(),
    den: z.int().positive(),
    ref: refSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('instant'), at: instantSchema }),
  z.strictObject({ kind: z.literal('status'), status: statusSchema, until: calendarDaySchema.optional() }),
  z.strictObject({ kind: z.literal('ref'), ref: refSchema }),
  z.strictObject({ kind: z.literal('digest'), sha256: sha256Schema }),
  z.strictObject({ kind: z.literal('strip'), segments: z.array(segmentSchema).min(1).max(8) }),
  z.strictObject({ kind: z.literal('not_observed'), reason: z.string(), words: printable(120) }),
  /** Allowed in a totals row only, where a column has no total. */
  z.strictObject({ kind: z.literal('blank') }),
]);
export type Cell = z.infer<typeof cellSchema>;

const tableSchema = z
  .strictObject({
    kind: z.literal('table'),
    /** What, scope, n; the as-of is the document's. */
    caption: printable(200),
    columns: z.array(columnSchema).min(1).max(8),
    rows: z.array(z.array(cellSchema)).max(200),
    totals: z.array(cellSchema).optional(),
    /** Printed instead of rows when there are none: a sentence that says why. */
    empty: printable(200),
    /** Present where rows were left out, worst first; `rest` says where the others are. */
    truncated: z.strictObject({ shown: z.int(), total: z.int(), rest: printable(120) }).optional(),
  })
  .superRefine((table, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const fits = (cells: readonly Cell[], total: boolean) =>
      cells.length === table.columns.length &&
      cells.every(
        (cell, i) =>
          cell.kind === table.columns[i]?.kind ||
          cell.kind === 'not_observed' ||
          (total && (cell.kind === 'blank' || cell.kind === 'text')),
      );
    if (!table.rows.every((row) => fits(row, false))) refuse('a row does not fit its columns');
    if (table.totals && !fits(table.totals, true)) refuse('the totals do not fit their columns');
    const cut = table.truncated;
    if (cut && (cut.shown !== table.rows.length || cut.total <= cut.shown))
      refuse('a cut table says how many of how many it shows');
  });
export type TableBlock = z.infer<typeof tableSchema>;

/** The only charts there are: a gauge, pie or radar cannot be said. */
const chartSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bullet'), row: kpiRowSchema }),
  z.strictObject({ type: z.literal('sparkline'), points: sparkSchema.min(1), target: z.number().nullable() }),
  z.strictObject({ type: z.literal('strip'), segments: z.array(segmentSchema).min(1).max(8) }),
]);

/**
 * The score. It cannot be said without the controls observed, the open criticals and the verdict beside it; in tenths of
 * a point, 0 to 1000.
 */
const scoreCardSchema = z.strictObject({
  kind: z.literal('scoreCard'),
  score: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('observed'), tenths: z.int().min(0).max(1000) }),
    notObservedSchema,
  ]),
  targetTenths: z.int().min(0).max(1000),
  priorTenths: z.int().min(0).max(1000).nullable(),
  controls: z.strictObject({ observed: z.int().nonnegative(), applicable: z.int().nonnegative() }),
  openCriticals: countSchema,
  acceptedCriticals: z.int().nonnegative(),
  verdict: z.enum(['on_target', 'needs_attention', 'off_target', 'not_enough_evidence']),
  spark: sparkSchema,
  ref: refSchema,
});
export type ScoreCardBlock = z.infer<typeof scoreCardSchema>;

const decisionSchema = z.strictObject({
  /** Verb and object: "Renew or end exception E-118 (unreviewed writes to the billing repository)". */
  action: printable(200),
  by: calendarDaySchema,
  /** A role, never a person's name. */
  owner: printable(60),
  why: printable(200),
  /** What happens when nothing is decided. */
  otherwise: printable(200),
  ref: refSchema,
});

/** A block of a report, in the order of reading. Renderers decide on layout; the document only says what belongs. */
export const blockSchema = z.discriminatedUnion('kind', [
  /** Prints the document's verdict and qualification; `beside` are notes such as accepted criticals. */
  z.strictObject({ kind: z.literal('verdict'), beside: z.array(printable(160)).max(2) }),
  z.strictObject({
    kind: z.literal('messages'),
    items: z
      .array(z.strictObject({ text: printable(160), ref: refSchema }))
      .min(1)
      .max(3),
  }),
  scoreCardSchema,
  /** None means "No decision is asked." */
  z.strictObject({ kind: z.literal('decisions'), items: z.array(decisionSchema).max(5) }),
  z.strictObject({
    kind: z.literal('kpiTable'),
    caption: printable(200),
    rows: z.array(kpiRowSchema).min(1).max(26),
    /** Set closely and without bars in formats that have pages, where a report has few of them. */
    dense: z.literal(true).optional(),
  }),
  z.strictObject({
    kind: z.literal('layers'),
    caption: printable(200),
    rows: z
      .array(layerSchema)
      .length(5)
      .refine((rows) => layerNames.every((name, i) => rows[i]?.layer === name), 'the five layers in order'),
  }),
  tableSchema,
  z.strictObject({
    kind: z.literal('list'),
    ordered: z.boolean(),
    items: z
      .array(z.strictObject({ text: printable(500), ref: refSchema.optional() }))
      .min(1)
      .max(50),
  }),
  z.strictObject({ kind: z.literal('paragraph'), text: printable(2000), ref: refSchema.optional() }),
  /** Level 1 is the title's. `newPage`: the section opens a page in formats that have pages. */
  z.strictObject({
    kind: z.literal('heading'),
    level: z.union([z.literal(2), z.literal(3)]),
    text: printable(120),
    newPage: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('keyValues'),
    rows: z
      .array(z.strictObject({ key: printable(60), value: printable(300), ref: refSchema.optional() }))
      .min(1)
      .max(40),
  }),
  z.strictObject({ kind: z.literal('chart'), caption: printable(200), chart: chartSchema, ref: refSchema }),
  /** Lists every reference of the document with its path; renderers collect them. */
  z.strictObject({ kind: z.literal('references') }),
]);
export type Block = z.infer<typeof blockSchema>;
export type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;
