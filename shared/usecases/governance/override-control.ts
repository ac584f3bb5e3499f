import type { OverrideAnswer, RequestOverride } from '../../../schemas/answers/controls.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { overridden } from '../../core/projections/adoption.js';
import { controlsInForce } from '../../core/posture/in-force.js';
import { configIn } from '../tenants/config.js';
import type { RecordDeps } from '../log/record.js';
import { statementsOf, type Decided, type Statements } from './two-person-statements.js';

/* An override of a control: asked for by one person, evidence once another approves. A control has one at a time. */

type OverrideWish = Omit<RequestOverride, 'reason'> & { control: string };

const overrides: Statements<OverrideWish> = statementsOf({
  kind: 'override',
  words: {
    asked: 'an override',
    name: 'the override',
    outdated: 'another override of the control was approved since this was asked for; reject it and ask anew',
  },
  last: ({ overrides: standing, ended }, { control }) => standing[control] ?? ended[control],
  statement: ({ control, requestedBy: actor, reason, expiresAt, ...asked }, approvedBy) => ({
    name: 'control.overridden',
    subject: control,
    data: { control, actor, approvedBy, reason, expiresAt, ...overridden(asked) },
  }),
  links: (at, { control }) => ({ control: at('controls', control) }),
});

const isOf =
  (control: string) =>
  (wish: OverrideWish): boolean =>
    wish.control === control;

/**
 * Asks for an override. The same request, made again while it is open, is the same override.
 * @throws Refusal `not_found` for a control that is not in force; `invalid_request` for an expiry that has passed or lies
 * more than 366 days ahead
 */
export async function requestOverride(
  deps: RecordDeps,
  control: string,
  { reason, ...change }: RequestOverride,
  subject: string,
): Promise<OverrideAnswer> {
  const config = await configIn(deps.stores);
  if (!controlsInForce(config).some(({ id }) => id === control))
    throw new Refusal('not_found', 'the catalogue in force has no such control');
  return overrides.request(deps, { wish: { control, ...change }, reason, subject });
}

/** A page of the overrides of a control, in no order that means anything. */
export const listOverrides = (
  deps: RecordDeps,
  control: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: OverrideAnswer[]; cursor?: string }> => overrides.list(deps, page, isOf(control));

/** Overrides that wait for their second person, of whatever control. */
export const waitingOverrides = (deps: RecordDeps): Promise<OverrideAnswer[]> => overrides.waiting(deps);

/**
 * A second person decides. Approved, it is evidence, and everything is judged again before the answer.
 * @throws Refusal `not_found`; `separation_of_duties` where the requester approves; `conflict` where it was decided
 * otherwise, too late, or another override of the control was approved since
 */
export const decideOverride = (
  deps: RecordDeps,
  { controlId, overrideId }: { controlId: string; overrideId: string },
  decided: Decided,
): Promise<OverrideAnswer> => overrides.decide(deps, { id: overrideId, isMeant: isOf(controlId) }, decided);
