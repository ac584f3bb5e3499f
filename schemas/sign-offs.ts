import { z } from 'zod';

/** What must be signed off before an operating archive counts as closed. */
export const archiveSignOffs = [
  'publication_validation',
  'first_wave_activation',
  'customer_operating_review',
  'advisory_drill_closeout',
  'documentation_sync',
] as const;

/** Sections of the customer operating review. Each is signed off by its owner before the review as a whole is. */
export const operatingReviewSections = [
  'success_metrics',
  'evidence_freshness',
  'support_sla',
  'posture',
  'open_exclusions',
  'renewal_checkpoint',
] as const;
export type OperatingReviewSection = (typeof operatingReviewSections)[number];

export const signOffNameSchema = z.enum([...archiveSignOffs, ...operatingReviewSections]);
export type SignOffName = z.infer<typeof signOffNameSchema>;

/** A quarter of the tenant's calendar: `2026-Q4`. */
export const quarterSchema = z
  .string()
  .regex(/^\d{4}-Q[1-4]$/, 'a quarter is written 2026-Q4')
  .meta({ description: 'A quarter of the tenant’s calendar, as 2026-Q4.' });
