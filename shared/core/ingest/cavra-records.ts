import type { CavraApproval, CavraSession } from '../../../schemas/cavra.js';
import { Refusal } from '../kernel/refusal.js';
import { cavraEvent, present, utcInstant } from './cavra-event.js';

const sessionStates = {
  active: 'started',
  completed: 'completed',
  failed: 'failed',
  archived: 'completed',
} as const;

/** Event of a session record. The record is rewritten with each decision, so its update is part of the event's id. */
export function sessionEvents(record: CavraSession, source: string): unknown[] {
  const data = {
    session: record.session_id,
    agent: record.agent_id,
    state: sessionStates[record.state],
    ...present({
      repository: record.repository,
      startedAt: record.started_at === undefined ? undefined : utcInstant(record.started_at),
      decisions: record.decision_count,
    }),
  };
  const id = `session:${record.session_id}:${record.updated_at}`;
  return [cavraEvent({ id, source, time: record.updated_at, type: 'aispm.session.recorded', data })];
}

/** Nobody named: a person all the same, so that it never equals an approver's name. */
const unnamed = 'cavra:unnamed-requester';

/**
 * Events of an approval record. The record is sent again at each step, so the request is built from what a later step
 * does not change, and meets its twin; break-glass is a request of its own, because it skips the one before it.
 * @throws Refusal `schema_invalid` for a decided record that says not by whom or when.
 */
export function approvalEvents(record: CavraApproval, source: string, at: string): unknown[] {
  const breakGlass = record.state === 'break_glass';
  const decided = breakGlass || record.state === 'approved' || record.state === 'denied';
  const { decided_at: decidedAt, decided_by: decidedBy } = record;
  const requestedBy = record.requested_by ?? unnamed;
  const request = {
    approval: record.approval_id,
    requestedBy,
    group: record.approver_group,
    expiresAt: utcInstant(record.expires_at),
    ...present({ agent: record.decision?.agent_id }),
  };
  const event = (step: string, time: string, type: string, data: Record<string, unknown>): unknown =>
    cavraEvent({ id: `approval:${record.approval_id}:${step}`, source, time, type, data });
  if (!decided) return [event('requested', record.requested_at, 'aispm.approval.requested', request)];
  if (decidedAt === null || decidedAt === undefined)
    throw new Refusal('schema_invalid', 'a decided approval needs decided_at', {
      pointer: `${at}/decided_at`,
    });
  if (decidedBy === null || decidedBy === undefined)
    throw new Refusal('schema_invalid', 'a decided approval needs decided_by', {
      pointer: `${at}/decided_by`,
    });
  const decision = {
    approval: record.approval_id,
    outcome: record.state === 'denied' ? 'denied' : 'approved',
    decidedBy,
    requestedBy,
    ...present({ reason: record.decision_reason, breakGlass: breakGlass || undefined }),
  };
  const breakGlassRequest = {
    ...request,
    breakGlass: true,
    ...present({ breakGlassReason: record.break_glass_reason, externalReference: record.external_ref }),
  };
  return [
    breakGlass
      ? event('break-glass', decidedAt, 'aispm.approval.requested', breakGlassRequest)
      : event('requested', record.requested_at, 'aispm.approval.requested', request),
    event('decided', decidedAt, 'aispm.approval.decided', decision),
  ];
}
