import type { OperatingReviewSection, SignOffName } from '../../../schemas/sign-offs.js';
import type { Cadence } from './periods.js';

/** Roles that answer for something. Nobody else may, whatever else they may do: the roles of a member can be several. */
export type AnsweringRole = 'operator' | 'approver' | 'auditor' | 'admin';

/** Who acknowledges a review, and whom its digest is sent to. */
export const reviewOwners: Readonly<Record<Cadence, AnsweringRole>> = {
  daily: 'operator',
  weekly: 'operator',
  monthly: 'approver',
  quarterly: 'admin',
};

/** Who owns a section of the customer operating review, and signs it off. */
export const sectionOwners: Readonly<Record<OperatingReviewSection, AnsweringRole>> = {
  success_metrics: 'admin',
  evidence_freshness: 'operator',
  support_sla: 'operator',
  posture: 'approver',
  open_exclusions: 'approver',
  renewal_checkpoint: 'admin',
};

export const signOffOwners: Readonly<Record<SignOffName, AnsweringRole>> = {
  publication_validation: 'approver',
  first_wave_activation: 'operator',
  customer_operating_review: 'admin',
  advisory_drill_closeout: 'auditor',
  documentation_sync: 'operator',
  ...sectionOwners,
};
