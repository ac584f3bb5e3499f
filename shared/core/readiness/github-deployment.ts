import type { DeploymentProtection, PipelineSettings } from '../../../schemas/pipelines.js';
import type { Readiness, ReadinessTarget } from '../../../schemas/readiness.js';
import { utf8 } from '../kernel/bytes.js';
import { equalSecrets, hmacSha256Hex } from '../kernel/hash.js';
import { Refusal } from '../kernel/refusal.js';

/* GitHub's custom deployment protection rules: the webhook that asks, and the review that answers. */

/** A deployment that waits for our word. */
export type GithubDeployment = {
  repository: string;
  runId: number;
  environment: string;
  installationId: number;
  /** The commit to be deployed: the release that is decided on. */
  sha: string | null;
  /** GitHub's id of the deployment, where it says one. A run that is started again keeps its id; its deployment is another. */
  deploymentId: number | null;
  target: ReadinessTarget;
  waitMinutes: number;
};

/** Whether `X-Hub-Signature-256` is that of the body under the secret. Constant time in what is secret. */
export function signedByGithub(secret: string, body: Uint8Array, header: string | undefined): boolean {
  const expected = `sha256=${hmacSha256Hex(utf8(secret), body)}`;
  return header !== undefined && equalSecrets(utf8(expected), utf8(header));
}

/**
 * What a signed webhook asks. The callback is called only if it is the one address that its repository can have.
 * @param api base of GitHub's REST API, `https://api.github.com`
 * @throws Refusal `invalid_request` for a repository or environment that is not listed, or another callback
 */
export function githubDeploymentOf(
  payload: DeploymentProtection,
  settings: NonNullable<PipelineSettings['github']>,
  api: string,
): GithubDeployment {
  const repository = settings.repositories.find(
    (name) => name.toLowerCase() === payload.repository.full_name.toLowerCase(),
  );
  if (repository === undefined)
    throw new Refusal('invalid_request', 'the repository is not one this tenant lists', {
      pointer: '/repository/full_name',
    });
  const environment = settings.environments.find(({ name }) => name === payload.environment);
  if (environment === undefined)
    throw new Refusal('invalid_request', 'the environment is not one this tenant lists', {
      pointer: '/environment',
    });
  const base = `${api.replace(/\/$/, '')}/repos/`;
  const callback = payload.deployment_callback_url;
  const rest = callback.toLowerCase().startsWith(base.toLowerCase()) ? callback.slice(base.length) : '';
  const found = /^([^/]+\/[^/]+)\/actions\/runs\/([0-9]{1,15})\/deployment_protection_rule$/.exec(rest);
  if (found === null || found[1]?.toLowerCase() !== repository.toLowerCase())
    throw new Refusal('invalid_request', 'the callback is not that of the repository', {
      pointer: '/deployment_callback_url',
    });
  return {
    repository,
    runId: Number(found[2]),
    environment: environment.name,
    installationId: payload.installation.id,
    sha: payload.sha ?? payload.deployment?.sha ?? null,
    deploymentId: payload.deployment?.id ?? null,
    target: environment.target,
    waitMinutes: environment.waitMinutes,
  };
}

/** Characters of a review's comment. */
const commentLimit = 1024;

/** The comment of a review, in Markdown: the verdict, and as many blockers as fit; how many more there are is said. */
export function reviewComment({ target, asOf, blockers }: Readiness): string {
  if (blockers.length === 0) return `Ready for ${target}, as of ${asOf}.`;
  const head = `Not ready for ${target}, as of ${asOf}: ${blockers.length} blockers.`;
  const lines = blockers.map(({ id, title, resolution }) => `- **${title}** (\`${id}\`): ${resolution}`);
  const shown: string[] = [head];
  for (const [i, line] of lines.entries()) {
    const more = `- … and ${lines.length - i} more`;
    const room = commentLimit - shown.join('\n').length - 1;
    const needed = i === lines.length - 1 ? line.length : line.length + 1 + more.length;
    if (needed > room) return [...shown, more].join('\n').slice(0, commentLimit);
    shown.push(line);
  }
  return shown.join('\n');
}
