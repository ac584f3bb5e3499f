import { z } from 'zod';

/** Printed text of one paragraph: no control characters, no lone surrogates. */
export const printable = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed');

/** A calendar day, `2026-10-31`. */
export const calendarDaySchema = z.iso.date();

/** The way down from a figure to its evidence: a short label, unique for its path, and a path under /api. */
export const refSchema = z
  .strictObject({
    label: printable(40),
    /** Null in a public-safe report: the way exists and is withheld. */
    href: z
      .string()
      .regex(/^\/api\/[!-~]{1,400}$/, 'a path under /api')
      .nullable(),
  })
  .meta({ description: 'A label and a path under /api that leads to evidence in at most three calls.' });
export type Ref = z.infer<typeof refSchema>;

/** Status of a line. Each prints as a shape and a word, never as a colour alone. */
export const statusSchema = z.enum([
  'on_target',
  'needs_attention',
  'off_target',
  'not_enough_evidence',
  'not_observed',
  'accepted',
  'not_applicable',
  'enforced',
  'shadowed',
  'stale',
  'missing',
  'blocked',
  'no_target',
]);
export type Status = z.infer<typeof statusSchema>;

/** What is not known, with the reason as a code for machines and in words for readers (after "not observed — "). */
export const notObservedSchema = z.strictObject({
  state: z.literal('not_observed'),
  reason: z.string().regex(/^[a-z][a-z0-9_]*$/),
  words: printable(120),
});
export type NotObserved = z.infer<typeof notObservedSchema>;

/** Unit of a figure. `of` is a count of a whole ("28 of 31"); `percent` is always derived from its two integers. */
export const unitSchema = z.enum(['percent', 'points', 'count', 'of', 'days', 'minutes', 'seconds']);
export type Unit = z.infer<typeof unitSchema>;

/** An observed number in its unit; `num` and `den` are the integers it was made from and are the truth of it. */
export const observedSchema = z.strictObject({
  state: z.literal('observed'),
  value: z.number(),
  num: z.int().nonnegative().optional(),
  den: z.int().positive().optional(),
});
export const figureSchema = z.discriminatedUnion('state', [observedSchema, notObservedSchema]);
export type Figure = z.infer<typeof figureSchema>;

/** A count of things, or why it is not known. */
export const countSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('observed'), value: z.int().nonnegative() }),
  notObservedSchema,
]);

/** One period of a sparkline, oldest first; null where the period was not observed, which breaks the line. */
export const sparkPointSchema = z.strictObject({ label: printable(12), value: z.number().nullable() });
export type SparkPoint = z.infer<typeof sparkPointSchema>;
export const sparkSchema = z.array(sparkPointSchema).max(13);

export const trendSchema = z.enum(['better', 'worse', 'unchanged', 'no_comparison']);
export type Trend = z.infer<typeof trendSchema>;

/** A segment of a strip: a whole count under a status. */
export const segmentSchema = z.strictObject({ status: statusSchema, count: z.int().nonnegative() });
export type Segment = z.infer<typeof segmentSchema>;

/** Which way a figure gets better. */
export const betterSchema = z.enum(['higher', 'lower', 'neither']);

/**
 * One indicator. As-of and position are the document's. A figure touched by the document's qualification is marked;
 * it may not claim to be on target.
 */
export const kpiRowSchema = z
  .strictObject({
    id: printable(12),
    label: printable(80),
    unit: unitSchema,
    better: betterSchema,
    figure: figureSchema,
    target: z.number().nullable(),
    /** The appetite: beyond it the figure is off target. */
    limit: z.number().nullable(),
    /** The same figure at the end of the period before, as it was known then; or why there is none to compare. */
    prior: figureSchema,
    trend: trendSchema,
    /** The sample in words: "1,231 of 1,284 actions". */
    sample: printable(120),
    status: statusSchema,
    /** Last day of the acceptance; present exactly where `status` is `accepted`. */
    acceptedUntil: calendarDaySchema.optional(),
    touched: z.boolean(),
    ref: refSchema,
    spark: sparkSchema,
  })
  .superRefine((row, context) => {
    const refuse = (message: string) =>
      context.addIssue({ code: 'custom', message: `${row.id}: ${message}` });
    const { figure } = row;
    if (figure.state === 'not_observed' && row.status !== 'not_observed')
      refuse('a figure that is not observed has the status not_observed');
    if (row.trend !== 'no_comparison' && (figure.state !== 'observed' || row.prior.state !== 'observed'))
      refuse('a comparison needs two observed figures');
    if (row.touched && row.status === 'on_target') refuse('a qualified figure is never on target');
    if ((row.status === 'accepted') !== (row.acceptedUntil !== undefined))
      refuse('accepted goes with its last day');
    if (figure.state === 'observed' && (row.unit === 'percent' || row.unit === 'of')) {
      const { num, den } = figure;
      if (num === undefined || den === undefined || num > den) refuse('a share needs its two counts');
      else if (Math.abs(figure.value - (row.unit === 'of' ? num : (100 * num) / den)) > 0.1)
        refuse('the value is not the one of its counts');
    }
  });
export type KpiRow = z.infer<typeof kpiRowSchema>;
