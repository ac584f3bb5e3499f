import * as df from 'durable-functions';

import { tenantIdSchema } from '../schemas/primitives.js';
import { verifiedTenant } from '../shared/core/kernel/verified-tenant.js';
import { isRehearsal } from '../shared/configuration.js';
import type { Services } from '../shared/services.js';
import { judgeRun, tellRun, type AnswerDeps } from '../shared/usecases/pipelines/answer-run.js';
import {
  answerPipeline,
  answerPipelineName,
  type PipelineStepInput,
} from './background/answer-pipeline-flow.js';
import { servicesOf } from './http/tenant-services.js';

/** Registers the orchestrator that answers pipelines, and its two activities. */
export function register(services: Services): void {
  df.app.activity('judgePipelineRun', {
    handler: (input: PipelineStepInput) => judgeRun(depsFor(services, input), input.runId, input.attempt),
  });
  df.app.activity('tellPipelineRun', {
    handler: (input: PipelineStepInput) => tellRun(depsFor(services, input), input.runId, input.attempt),
  });
  df.app.orchestration(answerPipelineName, answerPipeline);
}

/** Of the tenant that an instance was started for: the start was authorised where it was made. */
const depsFor = (services: Services, { tenantId }: PipelineStepInput): AnswerDeps => ({
  ...servicesOf(services, verifiedTenant(tenantIdSchema.parse(tenantId))),
  rehearsal: isRehearsal(services.configuration),
});
