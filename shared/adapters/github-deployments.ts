import { createPrivateKey } from 'node:crypto';

import { SignJWT } from 'jose';

import type { Clock, GithubDeployments, Outbound, ToldOutcome } from '../ports.js';
import { sendJson, telling, toldBy } from './told.js';

const headers = {
  accept: 'application/vnd.github+json',
  'user-agent': 'aispm',
  'x-github-api-version': '2022-11-28',
};

/** Seconds: an app's token may live ten minutes; ours is used at once. It starts in the past, for clocks differ. */
const tokenLife = { before: 30, after: 5 * 60 };

/** GitHub's REST API as an App. @param api its base, `https://api.github.com` */
export function githubDeployments(api: string, outbound: Outbound, clock: Clock): GithubDeployments {
  const base = api.replace(/\/$/, '');

  const installationToken = async (
    app: { id: string; privateKey: string },
    installation: number,
  ): Promise<string | ToldOutcome> => {
    const now = Math.floor(clock.now() / 1000);
    // GitHub hands out PKCS #1; Node reads that and PKCS #8 alike.
    const jwt = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(app.id)
      .setIssuedAt(now - tokenLife.before)
      .setExpirationTime(now + tokenLife.after)
      .sign(createPrivateKey(app.privateKey));
    const url = `${base}/app/installations/${installation}/access_tokens`;
    const call = {
      method: 'POST' as const,
      url,
      body: { permissions: { deployments: 'write', actions: 'read' } },
    };
    const response = await sendJson(outbound, call, { ...headers, authorization: `Bearer ${jwt}` });
    if (!response.ok) return toldBy(response.status);
    const answer: unknown = await response.json();
    const token = typeof answer === 'object' && answer !== null && 'token' in answer ? answer.token : null;
    return typeof token === 'string' ? token : { status: 'retry', detail: 'gave no token' };
  };

  return {
    review: (app, { repository, runId, environment, installationId }, state, comment) =>
      telling(async () => {
        const token = await installationToken(app, installationId);
        if (typeof token !== 'string') return token;
        const url = `${base}/repos/${repository}/actions/runs/${runId}/deployment_protection_rule`;
        const body = { environment_name: environment, state, comment };
        const call = { method: 'POST' as const, url, body };
        return toldBy(
          (await sendJson(outbound, call, { ...headers, authorization: `Bearer ${token}` })).status,
        );
      }),
  };
}
