import { z } from 'zod';

import { cavraApprovalSchema, cavraDecisionSchema } from './cavra.js';

/*
 * What `aispm exercise` and an agent runtime say to each other: one action in, what became of it out. As JSON on standard
 * input and output of a command, or as the body of a POST and its answer. The decision and the approval are CAVRA's own
 * records.
 */

/** One action that the runtime is to decide on, and to carry out where it lets it pass. */
export const exerciseActionSchema = z.strictObject({
  schema_version: z.literal('aispm.exercise_action.v1'),
  session_id: z.string(),
  agent_id: z.string(),
  repository: z.string(),
  action_type: z.string(),
  target: z.string(),
  requested_operation: z.string(),
  tool: z.string().optional(),
  tool_capability: z.string().optional(),
});
export type ExerciseAction = z.infer<typeof exerciseActionSchema>;

/** What became of it. Only the runtime knows whether an action took place, so it has to say. */
export const exerciseOutcomeSchema = z.object({
  decision: cavraDecisionSchema,
  executed: z.boolean(),
  approval: cavraApprovalSchema.optional(),
});
export type ExerciseOutcome = z.infer<typeof exerciseOutcomeSchema>;
