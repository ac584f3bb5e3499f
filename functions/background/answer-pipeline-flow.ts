import type { OrchestrationContext, Task } from 'durable-functions';

import type { RunStep } from '../../shared/usecases/pipelines/answer-run.js';
import { patience } from './patience.js';

/*
 * The flow of a pipeline's answer: look until the gate can answer, then tell until the pipeline has taken it. It holds
 * no state: each step reads the run's record. The name carries a version, because a run outlives a deployment.
 */

export const answerPipelineName = 'answerPipelineV1';
export type PipelineInput = { tenantId: string; runId: string };
/** What each step is given: where it stands decides how long it waits. */
export type PipelineStepInput = PipelineInput & { attempt: number };

/** A timer's result is not looked at. */
type Flow = Generator<Task, unknown, RunStep>;

export function* answerPipeline(context: OrchestrationContext): Flow {
  const input = context.df.getInput<PipelineInput>();
  let step = 'judgePipelineRun';
  for (let attempt = 0; ; attempt++) {
    const next = yield context.df.callActivityWithRetry(step, patience, { ...input, attempt });
    if (next.status === 'done') return null;
    if (next.status === 'tell' && step !== 'tellPipelineRun') {
      step = 'tellPipelineRun';
      attempt = -1;
    } else if (next.status === 'wait') {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + next.afterMs));
    }
  }
}
