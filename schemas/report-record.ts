import { z } from 'zod';

import { reportTypeSchema } from './events/service.js';
import { instantSchema, sha256Schema } from './primitives.js';
import { statusSchema, trendSchema, unitSchema } from './report-figures.js';
import { sheetNames } from './report-registers.js';

/** On every line, so that a line alone says which report it is of. */
const line = {
  schemaVersion: z.literal('aispm.report-record.v1'),
  reportType: reportTypeSchema,
  documentDigest: sha256Schema,
  position: z.int().nonnegative(),
  asOf: instantSchema,
};
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One line of a report as JSON Lines, for a SIEM: the report, then its indicators, then its registers row by row. */
export const reportRecordSchema = z
  .discriminatedUnion('record', [
    z.strictObject({
      ...line,
      record: z.literal('report'),
      title: z.string(),
      tenant: z.string(),
      classification: z.string(),
      rehearsal: z.boolean(),
      period: z.strictObject({ from: z.iso.date(), to: z.iso.date(), zone: z.string() }),
      verdict: z.strictObject({ set: z.string(), code: z.string(), sentence: z.string() }),
      issue: z.strictObject({ state: z.string(), text: z.string().nullable() }),
      keyId: z.string(),
      checkpoint: z.strictObject({ size: z.int(), rootHash: z.string() }),
    }),
    z.strictObject({
      ...line,
      record: z.literal('kpi'),
      id: z.string(),
      label: z.string(),
      unit: unitSchema,
      /** Null where it is not observed; `reason` then says why. */
      value: z.number().nullable(),
      numerator: z.int().nullable(),
      denominator: z.int().nullable(),
      state: z.enum(['observed', 'not_observed']),
      reason: z.string().nullable(),
      target: z.number().nullable(),
      limit: z.number().nullable(),
      prior: z.number().nullable(),
      trend: trendSchema,
      status: statusSchema,
      sample: z.string(),
      touched: z.boolean(),
      reference: z.string().nullable(),
    }),
    z.strictObject({
      ...line,
      record: z.literal('row'),
      register: z.enum(sheetNames),
      data: z.record(z.string(), value),
    }),
  ])
  .meta({ description: 'A line of a report as JSON Lines.' });
export type ReportRecordLine = z.infer<typeof reportRecordSchema>;
