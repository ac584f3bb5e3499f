import type { ControlState } from '../../../schemas/posture.js';
import { instantOf, millisOf, type Millis } from '../kernel/time.js';
import type { Adopted } from '../projections/config.js';
import type { Approval, Exception } from '../projections/documents.js';
import type { ItemState } from '../projections/facts.js';
import { approvalWindow, breakGlassReview, expiringWithin } from './approval-windows.js';
import { isJustified } from './break-glass.js';
import type { Control } from './control.js';
import { controlsFor, inForceFor } from './in-force.js';
import { failingOf, keptState, subjectOf } from './judged.js';

type Judged = { state: ControlState; evidenceId: string | null } | null;

/** Status and control states of an approval at an instant, and the next instant at which time alone changes them. */
export function judgeApproval(
  approval: Approval,
  adopted: Adopted,
  at: string,
): Pick<Approval, 'status' | 'states' | 'failing' | 'dueAt' | 'rank'> {
  const now = millisOf(at);
  const status = approvalStatus(approval, now);
  const ended = endOf(approval, status);
  const judge = (demand: string): Judged => {
    if (ended !== null && now >= ended + approvalWindow) return null;
    if (demand === 'separated') return separated(approval, status);
    if (demand === 'in_time') return inTime(approval, status);
    return breakGlass(approval, now);
  };
  const states = statesOf(approval, adopted, at, (control) =>
    control.judgement.by === 'approval' ? judge(control.judgement.demand) : null,
  );
  const changes = [
    status === 'pending' && approval.requested ? millisOf(approval.requested.expiresAt) : null,
    approval.decided && usedBreakGlass(approval) && !approval.reviewed
      ? millisOf(approval.decided.time) + breakGlassReview
      : null,
    ended === null ? null : ended + approvalWindow,
  ];
  const failing = failingOf(states);
  return {
    status,
    states,
    failing,
    // Worst first, then the longest waiting.
    rank: `${failing.length > 0 ? '0' : '1'}:${(approval.requested ?? approval.decided)?.time ?? ''}:${approval.name}`,
    ...nextOf(changes, now),
  };
}

export const usedBreakGlass = (approval: Approval): boolean =>
  approval.requested?.breakGlass === true || approval.decided?.breakGlass === true;

function approvalStatus({ requested, decided }: Approval, now: Millis): Approval['status'] {
  if (!decided)
    return requested && millisOf(requested.expiresAt) <= now
      ? 'expired'
      : requested
        ? 'pending'
        : 'unrequested';
  if (!requested && decided.requestedBy === undefined) return 'unrequested';
  if (decided.outcome === 'denied') return 'denied';
  if (decided.by === (requested?.by ?? decided.requestedBy) || decided.by === decided.requestedBy)
    return 'self_approved';
  return requested && decided.time >= requested.expiresAt ? 'late' : 'approved';
}

const endOf = ({ requested, decided }: Approval, status: Approval['status']): Millis | null => {
  if (decided) return millisOf(decided.time);
  return status === 'expired' && requested ? millisOf(requested.expiresAt) : null;
};

/** An answer whose request is unknown cannot be shown to come from another person, so it does not count as one. */
const separated = ({ decided }: Approval, status: Approval['status']): Judged =>
  decided
    ? {
        state: status === 'self_approved' || status === 'unrequested' ? 'missing' : 'enforced',
        evidenceId: decided.id,
      }
    : null;

function inTime({ requested, decided }: Approval, status: Approval['status']): Judged {
  if (status === 'pending' || !requested) return null;
  return {
    state: status === 'expired' || status === 'late' ? 'missing' : 'enforced',
    evidenceId: (decided ?? requested).id,
  };
}

function breakGlass(approval: Approval, now: Millis): Judged {
  const { decided, reviewed } = approval;
  if (!decided || !usedBreakGlass(approval)) return null;
  if (reviewed) return { state: isJustified(approval) ? 'enforced' : 'missing', evidenceId: reviewed.id };
  return now < millisOf(decided.time) + breakGlassReview
    ? null
    : { state: 'missing', evidenceId: decided.id };
}

/** Status and control states of an exception at an instant, and the next instant at which time alone changes them. */
export function judgeException(
  exception: Exception,
  adopted: Adopted,
  at: string,
): Pick<Exception, 'status' | 'states' | 'failing' | 'dueAt' | 'rank'> {
  const now = millisOf(at);
  const { granted, renewed, revoked } = exception;
  const renewal = renewed && (!granted || renewed.time > granted.time) ? renewed : undefined;
  const expiresAt = renewal?.expiresAt ?? granted?.expiresAt;
  const approvedBy = renewal ? renewal.approvedBy : granted?.approvedBy;
  const proper =
    granted?.owner !== undefined &&
    approvedBy !== undefined &&
    approvedBy !== granted.requestedBy &&
    expiresAt !== undefined;
  const ends = expiresAt === undefined ? null : millisOf(expiresAt);
  const status = revoked
    ? 'revoked'
    : ends !== null && now >= ends
      ? 'expired'
      : proper
        ? 'active'
        : 'unowned';
  const evidenceId = (renewal ?? granted ?? revoked)?.id ?? null;
  const state: ControlState = status === 'active' ? 'enforced' : status === 'expired' ? 'stale' : 'missing';
  const states = statesOf(exception, adopted, at, (control) =>
    control.judgement.by === 'exception' && !revoked ? { state, evidenceId } : null,
  );
  const failing = failingOf(states);
  const rank = `${status === 'active' || status === 'expired' ? (expiresAt ?? '') : ''}:${exception.name}`;
  return {
    status,
    states,
    failing,
    rank,
    ...nextOf(revoked || ends === null ? [] : [ends - expiringWithin, ends], now),
  };
}

function statesOf(
  document: Approval | Exception,
  adopted: Adopted,
  at: string,
  judge: (control: Control) => Judged,
): Record<string, ItemState> {
  const states: Record<string, ItemState> = {};
  for (const control of controlsFor(adopted, document.kind)) {
    const judged = judge(control);
    if (!judged) continue;
    const { applies, override } = inForceFor(control, adopted, subjectOf(document));
    const inForce = applies
      ? judged
      : { state: 'not_applicable' as const, evidenceId: override?.id ?? judged.evidenceId };
    states[control.id] = keptState(document.states[control.id], inForce, at);
  }
  return states;
}

function nextOf(changes: readonly (Millis | null)[], now: Millis): { dueAt?: string } {
  const coming = changes.filter((change): change is Millis => change !== null && change > now);
  return coming.length === 0 ? {} : { dueAt: instantOf(Math.min(...coming)) };
}
