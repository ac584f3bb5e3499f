import type { AzureCheckQuery } from '../../../schemas/pipelines.js';
import { deploymentProtectionSchema } from '../../../schemas/pipelines.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { faultsOf } from '../../core/ingest/faults.js';
import { jsonOf } from '../../core/ingest/json-body.js';
import { ijsonFault } from '../../core/kernel/ijson.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { azureCheckOf } from '../../core/readiness/azure-check.js';
import { releaseNamed, releaseOf } from '../../core/readiness/validators/facts.js';
import { githubDeploymentOf } from '../../core/readiness/github-deployment.js';
import type { Clock, SecretBox, TenantStores } from '../../ports.js';
import { keepRun } from './run.js';

/* What an authenticated pipeline asks, taken on: held to what the tenant lists, and kept before it is acknowledged. */

export type AskDeps = { stores: TenantStores; clock: Clock; box: SecretBox };
/** Whose gate is asked, and the pseudonym of who asks, as the decision will name them. */
export type Asker = { tenant: Tenant; actor: string };
type Headers = Readonly<Record<string, string>>;

/** The last word is said this long before the check's own timeout: it began before we heard of it, and ends without a log. */
const lastWordMinutes = 1;

/**
 * Takes on an Azure check in callback mode. The ids of plan, job and task instance together are the request: sent again,
 * it is the same run.
 * @param devops base of Azure DevOps Services
 * @returns the run's id
 */
export async function askByAzure(
  deps: AskDeps,
  { tenant, actor }: Asker,
  { headers, query }: { headers: Headers; query: AzureCheckQuery },
  devops: string,
): Promise<string> {
  const { stores, clock, box } = deps;
  const { check, token } = azureCheckOf(headers, tenant.settings.pipelines, devops);
  const id = uuidOf('azure-check', stores.tenantId, check.planId, check.jobId, check.taskInstanceId);
  const to = { kind: 'azure' as const, check, sealedToken: await box.seal(stores.tenantId, token) };
  const run = { id, target: query.target, release: releaseOf(query), actor, to };
  await keepRun(stores, run, clock.now(), Math.max(0, query.waitMinutes - lastWordMinutes));
  return id;
}

/**
 * Takes on a deployment that waits for GitHub's protection rule. A delivery repeated by GitHub or by anyone else is the
 * same run, for there is no time in what GitHub signs; a job that is started again is another deployment, and asks anew.
 * @param api base of GitHub's REST API
 * @returns the run's id; null for a signed event that asks nothing, such as the `ping` of a new webhook
 * @throws Refusal `malformed_json`, `invalid_request`
 */
export async function askByGithub(
  deps: AskDeps,
  { tenant, actor }: Asker,
  { headers, body }: { headers: Headers; body: Uint8Array },
  api: string,
): Promise<string | null> {
  const { stores, clock } = deps;
  const { github } = tenant.settings.pipelines;
  if (github === undefined || headers['x-github-event'] !== 'deployment_protection_rule') return null;
  const value = jsonOf(body);
  const parsed = deploymentProtectionSchema.safeParse(ijsonFault(value) === null ? value : null);
  if (!parsed.success) {
    const errors = faultsOf(parsed.error, '', 20);
    throw new Refusal('invalid_request', 'the webhook is not a requested deployment', { errors });
  }
  const deployment = githubDeploymentOf(parsed.data, github, api);
  const { repository, runId, environment, target, sha, deploymentId, waitMinutes } = deployment;
  // Without its id the delivery tells one asking from the next. Nobody signs that; who made one up would have us say again
  // what GitHub no longer waits for.
  const asking = deploymentId === null ? (headers['x-github-delivery'] ?? '') : String(deploymentId);
  const named = [repository, String(runId), environment, sha ?? '', asking];
  const id = uuidOf('github-deployment', stores.tenantId, ...named);
  const run = { id, target, release: releaseNamed(sha), actor, to: { kind: 'github' as const, deployment } };
  await keepRun(stores, run, clock.now(), waitMinutes);
  return id;
}
