import { millisOf, type Millis } from '../kernel/time.js';
import type { Approval, Exception } from '../projections/documents.js';
import { usedBreakGlass } from './approval-states.js';
import { breakGlassReview, expiringWithin } from './approval-windows.js';

/*
 * What approvals and exceptions say about themselves beside the states of controls: what lists filter by and counters
 * count. Pure in (document, instant).
 */

/** With how the use of break-glass stands, how long the answer took, and whether an action ran after the end. */
export function withApprovalTerms(approval: Approval, at: string): Approval {
  const { breakGlass: _review, usedExpired: _use, latencySeconds: _took, ...facts } = approval;
  const { requested, decided, used } = approval;
  const expired = used !== undefined && requested !== undefined && used.last.time >= requested.expiresAt;
  const took = requested && decided ? millisOf(decided.time) - millisOf(requested.time) : -1;
  return {
    ...facts,
    ...(usedBreakGlass(approval) ? { breakGlass: reviewOf(approval, millisOf(at)) } : {}),
    ...(expired ? { usedExpired: true } : {}),
    ...(took < 0 ? {} : { latencySeconds: Math.floor(took / 1000) }),
  };
}

function reviewOf({ decided, reviewed }: Approval, now: Millis): NonNullable<Approval['breakGlass']> {
  if (reviewed) return reviewed.outcome;
  return decided && now >= millisOf(decided.time) + breakGlassReview ? 'overdue' : 'unreviewed';
}

/** With its owner, the end that is in force (of the grant or the renewal, whichever is later), and whether that is near. */
export function withExceptionTerms(exception: Exception, at: string): Exception {
  const { owner: _owner, expiresAt: _end, expiring: _soon, ...facts } = exception;
  const { granted, renewed, revoked } = exception;
  const renewal = renewed && (!granted || renewed.time > granted.time) ? renewed : undefined;
  const expiresAt = renewal?.expiresAt ?? granted?.expiresAt;
  const left = expiresAt === undefined || revoked ? -1 : millisOf(expiresAt) - millisOf(at);
  return {
    ...facts,
    ...(granted?.owner === undefined ? {} : { owner: granted.owner }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(left > 0 && left <= expiringWithin ? { expiring: true } : {}),
  };
}
