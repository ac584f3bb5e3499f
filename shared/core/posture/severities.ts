import type { ControlState } from '../../../schemas/posture.js';
import type { Severity } from '../../../schemas/primitives.js';
import { controlById } from './catalogue.js';

/*
 * How severe a finding is: the one table. Where it is about a control, the catalogue says what that weighs when it is
 * unmet, and the state how much of it: what was watched but not enforced, or proven too long ago, weighs one less.
 */

/** States of a control that are findings. */
export type Unmet = Exclude<ControlState, 'enforced' | 'not_applicable'>;

const lower: Readonly<Record<Severity, Severity>> = {
  critical: 'high',
  high: 'medium',
  medium: 'low',
  low: 'low',
};

const byState: Readonly<Record<Unmet, 'whole' | 'one_lower'>> = {
  blocked: 'whole',
  missing: 'whole',
  stale: 'one_lower',
  shadowed: 'one_lower',
};

/** Rules that are about no state of a control: a severity of their own, or that of the control they speak for. */
const byRule = {
  verification_failed: 'critical',
  evidence_unfoldable: 'high',
  report_undelivered: { control: 'report-delivery' },
  delivery_unconfirmed: { control: 'report-delivery' },
} as const satisfies Readonly<Record<string, Severity | { control: string }>>;

/** A control that the catalogue no longer has weighs as a high one: unknown is not harmless. */
const ofControl = (id: string): Severity => controlById.get(id)?.severity ?? 'high';

/** Severity of a finding about a control in that state. */
export const severityOfState = (control: string, state: Unmet): Severity =>
  byState[state] === 'whole' ? ofControl(control) : lower[ofControl(control)];

/** Severity of a finding by such a rule. */
export function severityOfRule(rule: keyof typeof byRule): Severity {
  const severity = byRule[rule];
  return typeof severity === 'string' ? severity : ofControl(severity.control);
}
