import { hour, instantOf, millisOf } from '../../core/kernel/time.js';
import { gateLogLines } from '../../core/readiness/azure-check.js';
import { reviewComment } from '../../core/readiness/github-deployment.js';
import { saysReady } from '../../core/readiness/verify-answer.js';
import type {
  AzureChecks,
  GithubDeployments,
  SecretBox,
  Telemetry,
  TenantSecrets,
  ToldOutcome,
} from '../../ports.js';
import type { Readiness } from '../../../schemas/readiness.js';
import { pauseAfter } from '../pause.js';
import { decideGate, previewReadiness, type ReadinessDeps } from '../readiness/gate.js';
import { isOver, runOf, saveRun, type PipelineRun } from './run.js';

export type AnswerDeps = ReadinessDeps & {
  azure: AzureChecks;
  github: GithubDeployments;
  box: SecretBox;
  secrets: TenantSecrets;
  telemetry: Telemetry;
};

/** What the orchestration does next. */
export type RunStep = { status: 'wait'; afterMs: number } | { status: 'tell' } | { status: 'done' };

/** How long telling is tried after the decision. */
const tellingWindow = 2 * hour;

/**
 * Looks whether the gate can answer a run now. Ready is said at once; blocked only when the run has waited as long as it
 * may, since evidence may still arrive. Previews record nothing; the one decision that is told is recorded and signed.
 */
export async function judgeRun(deps: AnswerDeps, runId: string, attempt: number): Promise<RunStep> {
  const { run, etag } = await runOf(deps.stores, runId);
  if (run.status === 'decided') return { status: 'tell' };
  if (run.status !== 'waiting') return { status: 'done' };
  const now = deps.clock.now();
  const wait: RunStep = {
    status: 'wait',
    afterMs: Math.max(0, Math.min(pauseAfter(attempt), millisOf(run.until) - now)),
  };
  if (!isOver(run, now) && !saysReady(await previewReadiness(deps, run.target, run.release))) return wait;
  const answer = await decideGate(deps, run.target, run.release, run.actor);
  // Between preview and decision the verdict changed: there is still time.
  if (!saysReady(answer) && !isOver(run, now)) return wait;
  // Lost to another instance: what that one decided is told.
  await saveRun(deps.stores, { ...run, status: 'decided', answer, decidedAt: instantOf(now) }, etag);
  return { status: 'tell' };
}

/** Tells a decided run's pipeline. Telling twice is harmless: the first word counts there. */
export async function tellRun(deps: AnswerDeps, runId: string, attempt: number): Promise<RunStep> {
  const { run, etag } = await runOf(deps.stores, runId);
  if (run.status !== 'decided' || run.answer === undefined || run.decidedAt === undefined)
    return { status: 'done' };
  const outcome = await tell(deps, run, run.answer);
  const late = deps.clock.now() > millisOf(run.decidedAt) + tellingWindow;
  if (outcome.status === 'retry' && !late) return { status: 'wait', afterMs: pauseAfter(attempt) };
  const told = outcome.status === 'told';
  if (!told) deps.telemetry.log('error', 'pipeline_not_told', { kind: run.to.kind, detail: outcome.detail });
  await saveRun(
    deps.stores,
    {
      ...run,
      status: told ? 'told' : 'not_told',
      // The token has done what it was for.
      to: run.to.kind === 'azure' ? { ...run.to, sealedToken: null } : run.to,
      ...(told ? {} : { detail: outcome.detail }),
    },
    etag,
  );
  return { status: 'done' };
}

async function tell(deps: AnswerDeps, run: PipelineRun, answer: Readiness): Promise<ToldOutcome> {
  const { tenantId } = deps.stores;
  const ready = saysReady(answer);
  if (run.to.kind === 'azure') {
    const { check, sealedToken } = run.to;
    const token = sealedToken === null ? null : await deps.box.open(tenantId, sealedToken);
    if (token === null) return { status: 'refused', detail: 'the token of the check cannot be read' };
    return deps.azure.complete(check, token, ready ? 'succeeded' : 'failed', gateLogLines(answer));
  }
  const found = await deps.stores.tenant.get();
  const app = found?.tenant.settings.pipelines.github;
  const privateKey = await deps.secrets.read(tenantId, 'github-app');
  if (app === undefined || privateKey === null)
    return { status: 'refused', detail: 'the GitHub App of the tenant is not set up' };
  return deps.github.review(
    { id: app.appId, privateKey },
    run.to.deployment,
    ready ? 'approved' : 'rejected',
    reviewComment(answer),
  );
}
