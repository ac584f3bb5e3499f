import { createHmac, generateKeyPairSync } from 'node:crypto';

import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newPipelineKeySchema } from '../../schemas/pipelines.js';
import { problemSchema } from '../../schemas/problem.js';
import { readinessSchema } from '../../schemas/readiness.js';
import { startStack, type Stack } from '../http/stack.js';
import { checkHeaders, deploymentEvent, startPipelineService, type PipelineService } from './service.js';

/* The pipelines' own contracts over HTTP: the compiled app under the local host, and servers that speak as they do. */

const webhookSecret = 'planted-webhook-secret';
let service: PipelineService;
let stack: Stack;
let key: string;

beforeAll(async () => {
  service = await startPipelineService();
  stack = await startStack({ AZURE_DEVOPS_URL: service.url, GITHUB_API_URL: service.url });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const credential = {
    getToken: () => Promise.resolve({ token: stack.vault.token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const vault = new SecretClient(stack.vault.url, credential, {
    allowInsecureConnection: true,
    disableChallengeResourceVerification: true,
  });
  await vault.setSecret('aispm-github-webhook-acme', webhookSecret);
  await vault.setSecret(
    'aispm-github-app-acme',
    privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  );
  const pipelines = {
    azureOrganizations: ['acme'],
    github: {
      appId: '7',
      repositories: ['acme/payments'],
      environments: [{ name: 'prod', target: 'production' }],
    },
  };
  const settings = { displayName: 'Acme', timeZone: 'UTC', pipelines };
  expect((await admin('PUT', '/tenants/acme', { settings })).status).toBe(201);
  const made = await admin('PUT', '/tenants/acme/pipeline-keys/ci', {
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  key = newPipelineKeySchema.parse(await made.json()).key;
}, 60_000);
afterAll(async () => {
  await stack.close();
  await service.close();
});

async function admin(method: string, path: string, body?: unknown): Promise<Response> {
  const token = await stack.issuer.token({ sub: 'admin-1', roles: ['admin'], tenants: ['acme'] });
  return fetch(`${stack.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** What the task AzureFunction sends: its key and an empty rest behind `?code=`, its default headers, no body. */
const check = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${stack.url}/tenants/acme/readiness/azure-pipelines?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...checkHeaders(`${service.url}/acme/`), ...headers },
  });

/** Waits for it; the test's own time limit ends a wait in vain. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((done) => setTimeout(done, 50));
};

describe('an Azure check', () => {
  it('in API-response mode gets the signed decision, which its success criterion reads', async () => {
    expect((await check(`code=${key}&target=production&digest=${'a'.repeat(64)}`)).status).toBe(400);
    const response = await check(`code=${key}&target=production&release=v1`);
    expect(response.status).toBe(200);
    const answer = readinessSchema.parse(await response.json());
    expect(answer).toMatchObject({ ready_for_aispm_production: false, release: 'v1' });
    expect(answer.signature).not.toBeNull();
  });

  it('in callback mode is acknowledged at once and told the outcome with the blockers, once', async () => {
    const [first, again] = await Promise.all([
      check(`code=${key}&mode=callback`),
      check(`code=${key}&mode=callback`),
    ]);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(await first.json()).toEqual(await again.json());
    await until(() => service.to('/events?').length > 0);
    expect(JSON.parse(service.to('/events?')[0]?.body ?? '')).toMatchObject({ result: 'failed' });
    expect(service.to('/logs/7')[0]?.body).toContain('rehearsal_environment');
    expect(service.to('/events?')).toHaveLength(1);
  });

  it('takes an Entra token of the tenant in place of a key, and an empty key beside it', async () => {
    const token = await stack.issuer.token({ sub: 'deployer', roles: ['pipeline'], tenants: ['acme'] });
    expect((await check('code=&target=trial', { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('answers a bad key, a foreign token, a reader and a tenant that does not exist alike', async () => {
    const foreign = await stack.issuer.token({ sub: 'x', roles: ['pipeline'], tenants: ['globex'] });
    const reader = await stack.issuer.token({ sub: 'x', roles: ['viewer'], tenants: ['acme'] });
    const asked = [
      check(`code=${key}x`),
      check('target=production'),
      check('code=', { authorization: `Bearer ${foreign}` }),
      check('code=', { authorization: `Bearer ${reader}` }),
      fetch(`${stack.url}/tenants/nobody/readiness/azure-pipelines?code=${key}`, { method: 'POST' }),
    ];
    const answers = await Promise.all(
      asked.map(async (one) => [(await one).status, await (await one).text()]),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
  });

  it('is refused with the name of the header that is wrong, before anything is called', async () => {
    const called = service.received.length;
    const response = await check(`code=${key}&mode=callback`, { planurl: 'https://dev.azure.com/evil/' });
    expect(response.status).toBe(400);
    expect(problemSchema.parse(await response.json()).detail).toContain('PlanUrl');
    expect(service.received).toHaveLength(called);
  });

  it('is refused once its key was revoked', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const made = await admin('PUT', '/tenants/acme/pipeline-keys/short', { expiresAt });
    const { key: short } = newPipelineKeySchema.parse(await made.json());
    expect((await check(`code=${short}`)).status).toBe(200);
    expect((await admin('DELETE', '/tenants/acme/pipeline-keys/short')).status).toBe(204);
    expect((await check(`code=${short}`)).status).toBe(401);
    expect(await (await admin('GET', '/tenants/acme/pipeline-keys')).text()).not.toContain(short);
  });
});

describe('a deployment that waits at GitHub', () => {
  const webhook = (payload: unknown, change: Record<string, string> = {}): Promise<Response> =>
    delivered(JSON.stringify(payload), change);
  const delivered = (body: string, change: Record<string, string> = {}): Promise<Response> => {
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex');
    return fetch(`${stack.url}/tenants/acme/readiness/github`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'deployment_protection_rule',
        'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        'x-hub-signature-256': `sha256=${signature}`,
        ...change,
      },
      body,
    });
  };

  it('is taken on at once and rejected with the blockers, once for a delivery that comes twice', async () => {
    const sent = [webhook(deploymentEvent(service.url)), webhook(deploymentEvent(service.url))];
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([202, 202]);
    await until(() => service.to('protection_rule').length > 0);
    const review = JSON.parse(service.to('protection_rule')[0]?.body ?? '') as {
      state: string;
      comment: string;
    };
    expect(review).toMatchObject({ environment_name: 'prod', state: 'rejected' });
    expect(review.comment).toContain('blockers');
    expect(service.to('protection_rule')).toHaveLength(1);
  });

  it('is answered again when its job is started again, which keeps the run and makes another deployment', async () => {
    const before = service.to('protection_rule').length;
    const deployment = (id: number) => ({
      deployment: { id, sha: '9c1e0f4b2d6a8c7e5f3a1b9d8c7e6f5a4b3c2d1e' },
    });
    // The last of them is a delivery that comes twice, under whatever name.
    for (const [id, delivery] of [
      [1001, 'a'],
      [1002, 'b'],
      [1002, 'c'],
    ] as const) {
      const told = await webhook(deploymentEvent(service.url, deployment(id)), {
        'x-github-delivery': delivery,
      });
      expect(told.status).toBe(202);
    }
    await until(() => service.to('protection_rule').length >= before + 2);
    // GitHub need not name the deployment: then its deliveries are told apart.
    await webhook(deploymentEvent(service.url), { 'x-github-delivery': 'd' });
    await until(() => service.to('protection_rule').length >= before + 3);
    expect(service.to('protection_rule')).toHaveLength(before + 3);
  });

  it.each<[string, (body: string) => string]>([
    ['names a member twice', (body) => body.replace('{', '{"environment":"what another reader sees",')],
    ['starts with a byte order mark', (body) => `\uFEFF${body}`],
    ['is no JSON', (body) => body.slice(1)],
  ])('is refused where its body %s, well signed as it is', async (_what, damage) => {
    const answer = await delivered(damage(JSON.stringify(deploymentEvent(service.url))));
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'malformed_json' }]);
  });

  it('is not listened to without GitHub’s signature, and a signed ping asks nothing', async () => {
    const forged = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    expect((await webhook(deploymentEvent(service.url), forged)).status).toBe(401);
    expect((await webhook({ zen: 'x' }, { 'x-github-event': 'ping' })).status).toBe(204);
    expect((await webhook({ zen: 'x'.repeat(1024 * 1024) })).status).toBe(413);
  });

  it('is refused where it asks for another repository or for a callback elsewhere', async () => {
    for (const change of [
      { repository: { full_name: 'evil/payments' } },
      { deployment_callback_url: 'https://169.254.169.254/x' },
      { installation: null },
    ])
      expect((await webhook(deploymentEvent(service.url, change))).status).toBe(400);
  });
});

it('no key, token or secret of a pipeline reached the host’s log', () => {
  const log = stack.lines.join('\n');
  for (const secret of [key, 'planted', 'ghs_installation', checkHeaders('')['authtoken'] ?? '-'])
    expect(log).not.toContain(secret);
});
