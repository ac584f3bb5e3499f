import { z } from 'zod';

import { decisionRecordedSchema } from '../../../schemas/events/decisions.js';
import type { ExerciseAction, ExerciseOutcome } from '../../../schemas/exercise.js';
import { decisionEvents } from '../ingest/cavra-decisions.js';
import { approvalEvents } from '../ingest/cavra-records.js';
import { pseudonymOf } from '../ingest/people.js';
import { evidenceIdOf } from '../kernel/ids.js';
import type { Unsigned } from './unsigned.js';
import type { ExercisedDecision } from './validators/facts.js';
import { elements } from './validators/workflow.js';

/*
 * A scripted run of an agent through a real runtime: what is attempted, and what is said about it afterwards. Nothing is
 * said that the runtime did not say first.
 */

const cloudEventSchema = z.looseObject({
  id: z.string(),
  source: z.string(),
  time: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** Why an outcome is not about the action that was asked; null where it is. */
export function notAbout({ decision }: ExerciseOutcome, action: ExerciseAction): string | null {
  if (decision.session_id !== action.session_id || decision.agent_id !== action.agent_id)
    return 'the runtime answers about another session or agent';
  return decision.target === action.target ? null : 'the runtime answers about another action';
}

/**
 * The events of one outcome. Whether the action ran is the runtime's word, not derived from its decision; people stand as
 * pseudonyms, because a signed event may not be changed on its way in.
 * @param macKey a key of this run alone: the service never learns who the people are
 */
export function outcomeEvents(
  { decision, executed, approval }: ExerciseOutcome,
  source: string,
  macKey: Uint8Array,
): Unsigned[] {
  const approvals = approval === undefined ? [] : approvalEvents(approval, source, '');
  const routed =
    approval !== undefined && approval.decision_id === decision.decision_id
      ? { approval: approval.approval_id }
      : {};
  return [...approvals, ...decisionEvents(decision, source)].map((given) => {
    const event = cloudEventSchema.parse(given);
    const data =
      event.type === 'aispm.decision.recorded'
        ? { ...event.data, ran: executed, ...routed }
        : withPseudonyms(event.data, macKey);
    return { ...event, data };
  });
}

function withPseudonyms(data: Record<string, unknown>, macKey: Uint8Array): Record<string, unknown> {
  const people = ['requestedBy', 'decidedBy'];
  return Object.fromEntries(
    Object.entries(data).map(([member, value]) => [
      member,
      people.includes(member) && typeof value === 'string' ? pseudonymOf(macKey, value) : value,
    ]),
  );
}

/** What was attempted for an element, and the event that tells what became of it. */
export type Observed = { element: string; event: Unsigned };

/** The elements as the closing event names them: each with what is in the log of it, and none without. */
export const elementsOf = (
  observed: readonly Observed[],
  source: string,
): { element: string; evidenceIds: string[] }[] =>
  [...new Set(observed.map(({ element }) => element))].map((element) => ({
    element,
    evidenceIds: observed
      .filter((one) => one.element === element)
      .map(({ event }) => evidenceIdOf(source, event.id)),
  }));

/** Elements that nothing observed shows, each with what the validator looks for. */
export function notShown(observed: readonly Observed[]): { name: string; looksFor: string }[] {
  return elements.filter(
    ({ name, shows }) =>
      !observed.some(({ element, event }) => element === name && shows(asExercised(event))),
  );
}

function asExercised({ id, time, data }: Unsigned): ExercisedDecision {
  const {
    decision,
    mode,
    surface,
    operation,
    target = '',
    severity,
    risks,
    ran,
    session,
  } = decisionRecordedSchema.parse(data);
  return {
    id,
    time,
    trusted: true,
    session: session ?? null,
    surface,
    decision,
    mode,
    operation,
    target,
    highRisk: severity === 'high' || severity === 'critical' || (risks?.length ?? 0) > 0,
    ran,
    // Here nobody knows yet whether another person approved: what ran under an approval is for the validator to judge.
    approved: true,
  };
}
