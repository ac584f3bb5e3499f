import { generateKeyPairSync } from 'node:crypto';

import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { azureChecks } from '../../shared/adapters/azure-checks.js';
import { githubDeployments } from '../../shared/adapters/github-deployments.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { guardedOutbound } from '../../shared/adapters/outbound.js';
import { jweBox } from '../../shared/adapters/secret-box.js';
import type { GithubDeployment } from '../../shared/core/readiness/github-deployment.js';
import { azureCheckOf } from '../../shared/core/readiness/azure-check.js';
import { tenantNamed } from '../tenants.js';
import { checkHeaders, ids, startPipelineService, type PipelineService } from '../pipelines/service.js';

const loopback = guardedOutbound({ hosts: [], loopback: true });
let service: PipelineService;
beforeEach(async () => {
  service = await startPipelineService();
});
afterEach(() => service.close());

const checkAt = (url: string) =>
  azureCheckOf(checkHeaders(`${url}/acme/`), { azureOrganizations: ['acme'] }, url);

describe('Azure Pipelines is told', () => {
  const tell = () => {
    const { check, token } = checkAt(service.url);
    return azureChecks(loopback).complete(check, token, 'failed', ['first line', 'second line']);
  };

  it('the lines as the task’s log, tied to its record, and then the outcome, with the job’s own token', async () => {
    expect(await tell()).toEqual({ status: 'told' });
    const plan = `/acme/${ids.project}/_apis/distributedtask/hubs/checks/plans/${ids.plan}`;
    expect(service.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${plan}/logs?api-version=4.1`,
      `POST ${plan}/logs/7?api-version=4.1`,
      `PATCH ${plan}/timelines/${ids.timeline}/records?api-version=4.1`,
      `POST ${plan}/events?api-version=2.0-preview.1`,
    ]);
    expect(service.received[1]?.body).toBe('first line\nsecond line\n');
    expect(JSON.parse(service.received[3]?.body ?? '')).toEqual({
      name: 'TaskCompleted',
      taskId: ids.task,
      jobId: ids.job,
      result: 'failed',
    });
    expect(new Set(service.received.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${checkHeaders('').authtoken ?? ''}`]),
    );
  });

  it('the outcome also where the log cannot be written', async () => {
    service.answer(({ path }) => (path.includes('/logs') ? { status: 500 } : { status: 204 }));
    expect(await tell()).toEqual({ status: 'told' });
    expect(service.to('/events')).toHaveLength(1);
  });

  it('again where it may pass: throttled, failing, no answer', async () => {
    for (const status of [408, 429, 500, 503]) {
      service.answer(() => ({ status }));
      expect((await tell()).status, String(status)).toBe('retry');
    }
    service.answer(() => 'drop');
    expect((await tell()).status).toBe('retry');
  });

  it('again where the answer is slow: nobody waits for it longer than ten seconds', async () => {
    const log = { status: 200, body: { id: 7, path: 'logs' } };
    service.answer(({ path }) => (path.includes('/events') ? 'never' : log));
    expect((await tell()).status).toBe('retry');
  }, 40_000);

  it('no more where it never will: the token is over, or the run is gone', async () => {
    for (const status of [400, 401, 403, 404, 409]) {
      service.answer(() => ({ status }));
      expect((await tell()).status, String(status)).toBe('refused');
    }
  });

  it('nothing at an address that may not be called', async () => {
    const { check, token } = checkAt('http://10.0.0.8');
    expect((await azureChecks(loopback).complete(check, token, 'succeeded', [])).status).toBe('refused');
  });
});

describe('GitHub is told', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const now = Date.parse('2026-06-01T12:00:00Z');
  const deployment: GithubDeployment = {
    repository: 'acme/payments',
    runId: 42,
    environment: 'prod',
    installationId: 99,
    sha: 'abc',
    deploymentId: null,
    target: 'production',
    waitMinutes: 0,
  };
  const tell = () =>
    githubDeployments(service.url, loopback, { now: () => now }).review(
      { id: '7', privateKey },
      deployment,
      'rejected',
      'Not ready.',
    );

  it('as the App: a token of its installation by a JWT of ten minutes at most, then the review', async () => {
    expect(await tell()).toEqual({ status: 'told' });
    const [asked, reviewed] = service.received;
    expect(asked?.path).toBe('/app/installations/99/access_tokens');
    const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'RS256' };
    const { payload } = await jwtVerify(
      asked?.authorization.slice('Bearer '.length) ?? '',
      createLocalJWKSet({ keys: [jwk] }),
      { issuer: '7', algorithms: ['RS256'], currentDate: new Date(now) },
    );
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(600);
    expect(reviewed?.path).toBe('/repos/acme/payments/actions/runs/42/deployment_protection_rule');
    expect(reviewed?.authorization).toBe('Bearer ghs_installation');
    expect(JSON.parse(reviewed?.body ?? '')).toEqual({
      environment_name: 'prod',
      state: 'rejected',
      comment: 'Not ready.',
    });
  });

  it('again where it may pass, and no more where it never will, at either call', async () => {
    for (const path of ['access_tokens', 'protection_rule'])
      for (const [status, outcome] of [
        [429, 'retry'],
        [502, 'retry'],
        [401, 'refused'],
        [404, 'refused'],
        [422, 'refused'],
      ] as const) {
        service.answer((call) =>
          call.path.includes(path) ? { status } : { status: 201, body: { token: 'ghs_installation' } },
        );
        expect((await tell()).status, `${path} ${status}`).toBe(outcome);
      }
  });
});

describe('a sealed secret', () => {
  const acme = tenantNamed('acme');
  const other = tenantNamed('globex');

  it('opens for its tenant with the tenant’s key, and for nobody else', async () => {
    const box = jweBox(memoryKeyRing('seed'));
    const sealed = await box.seal(acme, 'planted-secret');
    expect(sealed).not.toContain('planted');
    expect(await box.open(acme, sealed)).toBe('planted-secret');
    expect(await box.open(other, sealed)).toBeNull();
    expect(await jweBox(memoryKeyRing('another')).open(acme, sealed)).toBeNull();
  });

  it('does not open once a character of it was changed', async () => {
    const box = jweBox(memoryKeyRing('seed'));
    const sealed = await box.seal(acme, 'planted-secret');
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      expect(await box.open(acme, changed)).toBeNull();
    }
  });
});
