import { z } from 'zod';

/** The eight steps from a trial to production, in order. */
export const stepIdSchema = z.enum([
  'trial_access_approved',
  'guided_labs_run',
  'trial_evidence_collected',
  'report_delivery_validated',
  'pilot_scope_proposed',
  'pilot_control_readiness_reviewed',
  'evidence_room_prepared',
  'production_readiness_validated',
]);
export type StepId = z.infer<typeof stepIdSchema>;

/** Where a journey stands: at a step that is not confirmed yet, or past the last. */
export const placeSchema = z.enum([...stepIdSchema.options, 'completed']);
export type Place = z.infer<typeof placeSchema>;
