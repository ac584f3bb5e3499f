import { isRehearsal } from '../shared/configuration.js';
import type { Orchestrations } from '../shared/ports.js';
import type { Services } from '../shared/services.js';
import { askByAzure, askByGithub } from '../shared/usecases/pipelines/ask.js';
import { makePipelineKey, revokePipelineKey } from '../shared/usecases/pipelines/keys.js';
import { decideGate } from '../shared/usecases/readiness/gate.js';
import { answerPipelineName } from './background/answer-pipeline-flow.js';
import { azurePipelineOf, githubOf, type Asking } from './http/authorise-pipeline.js';
import { serveAll } from './http/http.js';
import { bodyLimit } from './http/request.js';
import type { RouteHandlers } from './http/route.js';
import { pipelineRoutes } from './routes/pipelines.js';
import { Refusal } from '../shared/core/kernel/refusal.js';
import { releaseOf } from '../shared/core/readiness/validators/facts.js';

export const handlers: RouteHandlers<typeof pipelineRoutes> = {
  answerAzurePipelines: async ({ params, query, headers, orchestrations }, services) => {
    const asking = await azurePipelineOf(services, params.tenantId, headers, query.code);
    const { configuration } = services;
    if (query.mode === 'response') {
      const deps = { ...asking.own, rehearsal: isRehearsal(configuration) };
      const answer = await decideGate(deps, query.target, releaseOf(query), asking.actor);
      return { status: 200, body: answer };
    }
    const run = await askByAzure(asking.own, asking, { headers, query }, configuration.AZURE_DEVOPS_URL);
    return { status: 200, body: await started(orchestrations, asking, run) };
  },
  answerGithub: async ({ params, headers, body, orchestrations }, services) => {
    if (body.length > bodyLimit)
      throw new Refusal('body_too_large', `a body holds at most ${bodyLimit} bytes`);
    const asking = await githubOf(services, params.tenantId, headers, body);
    const run = await askByGithub(
      asking.own,
      asking,
      { headers, body },
      services.configuration.GITHUB_API_URL,
    );
    return run === null ? { status: 204 } : { status: 202, body: await started(orchestrations, asking, run) };
  },
  listPipelineKeys: ({ document }) =>
    Promise.resolve({
      status: 200,
      body: { items: document.tenant.pipelineKeys.map(({ hash: _hash, ...key }) => key) },
    }),
  putPipelineKey: async ({ stores, params, body, caller }, { keys, clock, random }) => {
    const asked = { id: params.keyId, expiresAt: body.expiresAt, random: random(32), actor: caller.subject };
    return { status: 201, body: await makePipelineKey({ stores, keys, clock }, asked) };
  },
  revokePipelineKey: async ({ stores, params, caller }, { keys, clock }) => {
    await revokePipelineKey({ stores, keys, clock }, params.keyId, caller.subject);
    return { status: 204 };
  },
};

/** The record is kept: if the start is lost, the pipeline asks again, or its own timeout says no. */
async function started(orchestrations: Orchestrations, { tenant }: Asking, run: string) {
  await orchestrations.start(answerPipelineName, run, { tenantId: tenant.tenantId, runId: run });
  return { accepted: true as const, run };
}

export const register = (services: Services): void => serveAll(services, pipelineRoutes, handlers);
