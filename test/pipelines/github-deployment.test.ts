import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { deploymentProtectionSchema, pipelineSettingsSchema } from '../../schemas/pipelines.js';
import { blockerIdSchema, type Readiness } from '../../schemas/readiness.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { blockerTexts } from '../../shared/core/readiness/blockers.js';
import {
  githubDeploymentOf,
  reviewComment,
  signedByGithub,
} from '../../shared/core/readiness/github-deployment.js';
import { deploymentEvent } from './service.js';

const api = 'https://api.github.com';
const { github } = pipelineSettingsSchema.parse({
  github: {
    appId: '7',
    repositories: ['acme/payments'],
    environments: [{ name: 'prod', target: 'production' }],
  },
});
const deploymentOf = (change: Record<string, unknown> = {}) => {
  if (github === undefined) throw new Error('the settings name an App');
  return githubDeploymentOf(deploymentProtectionSchema.parse(deploymentEvent(api, change)), github, api);
};

describe('a webhook of GitHub', () => {
  it('is GitHub’s by its published example of a signature, and nobody else’s', () => {
    const secret = "It's a Secret to Everybody";
    const body = utf8('Hello, World!');
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(signedByGithub(secret, body, signature)).toBe(true);
    expect(signedByGithub(secret, utf8('Hello, World?'), signature)).toBe(false);
    expect(signedByGithub('another', body, signature)).toBe(false);
    expect(signedByGithub(secret, body, signature.slice('sha256='.length))).toBe(false);
    expect(signedByGithub(secret, body, undefined)).toBe(false);
  });

  it('asks for the commit and the target of the environment, and is answered at its own run', () => {
    expect(deploymentOf()).toEqual({
      repository: 'acme/payments',
      runId: 42,
      environment: 'prod',
      installationId: 99,
      sha: '9c1e0f4b2d6a8c7e5f3a1b9d8c7e6f5a4b3c2d1e',
      deploymentId: null,
      target: 'production',
      waitMinutes: 0,
    });
  });

  it('is refused for a repository or an environment that is not listed, or a callback elsewhere', () => {
    const callback = (url: string) => ({ deployment_callback_url: url });
    for (const change of [
      { repository: { full_name: 'evil/payments' } },
      { environment: 'staging' },
      callback('https://api.github.com/repos/evil/payments/actions/runs/42/deployment_protection_rule'),
      callback(
        'https://api.github.com.evil.example/repos/acme/payments/actions/runs/42/deployment_protection_rule',
      ),
      callback('https://api.github.com/repos/acme/payments/actions/runs/42/../../deployment_protection_rule'),
      callback('https://169.254.169.254/repos/acme/payments/actions/runs/42/deployment_protection_rule'),
    ])
      expect(() => deploymentOf(change), JSON.stringify(change)).toThrow(Refusal);
  });
});

describe('the comment of a review', () => {
  const blocker = fc.record({
    id: fc.constantFrom(...blockerIdSchema.options),
    title: fc.string({ maxLength: 80 }),
    resolution: fc.string({ maxLength: 400 }),
  });

  it('fits GitHub’s 1,024 characters and says how many blockers it does not show', () => {
    fc.assert(
      fc.property(fc.array(blocker, { minLength: 1, maxLength: 14 }), (found) => {
        const blockers = found.map((b) => ({ ...blockerTexts[b.id], ...b, since: null, evidenceIds: [] }));
        const comment = reviewComment({
          target: 'production',
          asOf: 'now',
          blockers,
        } as unknown as Readiness);
        expect(comment.length).toBeLessThanOrEqual(1024);
        expect(comment).toContain(`${blockers.length} blockers`);
        const shown = blockers.filter((b) =>
          comment.includes(`- **${b.title}** (\`${b.id}\`): ${b.resolution}`),
        );
        if (shown.length < blockers.length) expect(comment).toMatch(/… and [0-9]+ more$/);
      }),
    );
  });
});
