import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startReceiver, type Receiver } from '../../infra/local/telemetry/receiver.js';
import { run } from '../../shared/cli/run.js';
import { runningBuild, startStack, type Stack } from '../http/stack.js';
import { newSigner } from '../ingest/intake.js';

/*
 * The command against the compiled app under the local host. What is wrong with a deployment is shown by answers that are
 * changed on their way: all others are the service's own.
 */

const uri = 'urn:acme:deploy';
const signer = newSigner('deploy-key');
const settings = { displayName: 'Acme', timeZone: 'UTC' };

let stack: Stack;
let receiver: Receiver;
let folder: string;
let key: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aispm-deployment-'));
  key = join(folder, 'key.json');
  await writeFile(key, JSON.stringify({ ...signer.privateKey.export({ format: 'jwk' }), kid: signer.kid }));
  receiver = await startReceiver({ port: 0 });
  stack = await startStack({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
  const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2099-01-01T00:00:00Z' };
  const source = {
    id: 'deploy',
    uri,
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['deployment.validated'],
    keys: [{ kid: signer.kid, jwk: signer.jwk, ...window }],
  };
  await call('acme', 'PUT', '', { settings, sources: [source] });
  await call('other', 'PUT', '', { settings });
}, 120_000);
afterAll(async () => {
  await stack.close();
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = (tenant: string, ...roles: string[]): Promise<string> =>
  stack.issuer.token({ sub: roles.join('-'), roles, tenants: [tenant] });

async function call(tenant: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const token = await tokenOf(tenant, 'admin', 'operator');
  const response = await fetch(`${stack.url}/tenants/${tenant}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

type Posted = {
  id: string;
  data: {
    deployment: string;
    release: string;
    digest: string;
    outcome: string;
    checks: { name: string; status: string; message: string }[];
  };
};
/** What was posted last, as the service holds it; null for nothing. */
async function lastPosted(): Promise<Posted | null> {
  type Page = { items: { id: string }[] };
  const { items } = (await call('acme', 'GET', '/evidence?type=aispm.deployment.validated&limit=1')) as Page;
  const [last] = items;
  if (last === undefined) return null;
  return ((await call('acme', 'GET', `/evidence/${last.id}`)) as { event: Posted }).event;
}

type Sender = 'nobody' | 'own' | 'damaged';
/** Answers in the service's place, or null to let it answer. */
type Meddle = (path: string, as: Sender, url: string) => Promise<Response | null> | Response | null;
const honest: Meddle = () => null;

type Ran = { exit: number; out: string; err: string; posted: Posted | null };
async function validate(
  meddle: Meddle = honest,
  change: Record<string, string | undefined> = {},
  roles = ['viewer', 'collector'],
): Promise<Ran> {
  const before = await lastPosted();
  const token = await tokenOf('acme', ...roles);
  const options: Record<string, string | undefined> = {
    url: new URL(stack.url).origin,
    tenant: 'acme',
    source: uri,
    key,
    environment: 'production',
    release: runningBuild.name,
    digest: runningBuild.digest,
    ...change,
  };
  const [out, err]: [string[], string[]] = [[], []];
  let slept = 0;
  const exit = await run(
    [
      'deployment',
      ...Object.entries(options).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}`, value],
      ),
    ],
    {
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      env: { AISPM_TOKEN: token },
      // A clock that is ahead by what was waited for, so that patience ends.
      sleep: (ms) => {
        slept += ms;
        return new Promise((resolve) => setTimeout(resolve, Math.min(ms, 100)));
      },
      now: () => Date.now() + slept,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const sent = request.headers.get('authorization');
        const as = sent === null ? 'nobody' : sent === `Bearer ${token}` ? 'own' : 'damaged';
        return (await meddle(new URL(request.url).pathname, as, request.url)) ?? fetch(request);
      },
    },
  );
  const after = await lastPosted();
  return {
    exit,
    out: out.join('\n'),
    err: err.join('\n'),
    posted: after === null || after.id === before?.id ? null : after,
  };
}

const health = (change: object): Response =>
  Response.json({ status: 'up', version: '1', release: runningBuild, telemetry: 'exported', ...change });
const failedOf = ({ posted }: Ran): string[] =>
  (posted?.data.checks ?? []).filter(({ status }) => status !== 'pass').map(({ name }) => name);
const messageOf = ({ posted }: Ran, check: string): string =>
  posted?.data.checks.find(({ name }) => name === check)?.message ?? '';

describe('aispm deployment', () => {
  it('posts, signed, that the deployment runs the release, knows its callers, holds its keys and is watched', async () => {
    const ran = await validate();
    expect([ran.exit, ran.err]).toEqual([0, '']);
    const { host } = new URL(stack.url);
    expect(ran.posted?.data).toMatchObject({
      deployment: host,
      release: runningBuild.name,
      digest: runningBuild.digest,
      outcome: 'passed',
    });
    expect(ran.posted?.data.checks.map(({ name, status }) => [name, status])).toEqual([
      ['release', 'pass'],
      ['identity', 'pass'],
      ['key_custody', 'pass'],
      ['telemetry', 'pass'],
    ]);
    expect(ran.out).toContain('PASS  identity: GET …/log/checkpoint answers 401 without a token, 401 to a');
    // The validator finds in the log what it asks for, each check with what was seen.
    const { items } = (await call('acme', 'POST', '/readiness/packets', {
      release: runningBuild.name,
      digest: runningBuild.digest,
      builtAt: '2026-01-01T00:00:00Z',
    })) as { items: { validator: string; checks: { name: string; status: string }[] }[] };
    const packet = items.find(({ validator }) => validator === 'production_deployment_runtime');
    const own = ['release_deployed', 'identity', 'key_custody', 'telemetry'];
    expect(packet?.checks.filter(({ name }) => own.includes(name)).map(({ status }) => status)).toEqual(
      own.map(() => 'pass'),
    );
  });

  it('answers a challenge of its source as a connector: the nonce is the id of what it posts', async () => {
    const { posted, exit } = await validate(honest, { nonce: 'nonce-1', deployment: 'eu-1' });
    expect([exit, posted?.id, posted?.data.deployment]).toEqual([0, 'nonce-1', 'eu-1']);
  });

  it('names the build that it found, never the one that was asked for', async () => {
    for (const change of [{ digest: 'c'.repeat(64) }, { release: 'v9' }]) {
      const ran = await validate(honest, change);
      expect([ran.exit, failedOf(ran)]).toEqual([1, ['release']]);
      const { name, digest } = runningBuild;
      expect(ran.posted?.data).toMatchObject({ release: name, digest, outcome: 'failed' });
      expect(messageOf(ran, 'release')).toMatch(`${name}, SHA-256 ${digest} runs, not `);
    }
  });

  it('does not say of one build what it saw of two', async () => {
    let asked = 0;
    const ran = await validate((path) => {
      if (path !== '/api/health' || (asked += 1) > 1) return null;
      return health({ release: { name: 'older', digest: 'd'.repeat(64) } });
    });
    expect([ran.exit, failedOf(ran)]).toEqual([1, ['release']]);
    expect(messageOf(ran, 'release')).toContain('no one build was looked at');
  });

  it.each([
    ['nobody', '200 without a token, 401 to a damaged one'],
    ['damaged', '401 without a token, 200 to a damaged one'],
  ])('fails identity where the route lets in who sends as %s', async (lets, seen) => {
    const authorization = `Bearer ${await tokenOf('acme', 'viewer')}`;
    const ran = await validate((path, as, url) =>
      path.endsWith('/log/checkpoint') && as === lets ? fetch(url, { headers: { authorization } }) : null,
    );
    expect([ran.exit, failedOf(ran)]).toEqual([1, ['identity']]);
    expect(messageOf(ran, 'identity')).toContain(seen);
  });

  it('fails identity, and what it could not read, where the caller may not read', async () => {
    const ran = await validate(honest, {}, ['collector']);
    expect([ran.exit, failedOf(ran)]).toEqual([1, ['identity', 'key_custody']]);
    expect(messageOf(ran, 'identity')).toContain("403 to the caller's own");
    expect(messageOf(ran, 'key_custody')).toContain(
      'could not be looked at: the checkpoint: the service answers 403',
    );
  });

  it('fails key custody where the published keys do not verify the checkpoint', async () => {
    const { keys } = (await call('other', 'GET', '/keys')) as { keys: unknown };
    const own = (await call('acme', 'GET', '/keys')) as object;
    const exchanged = await validate((path) =>
      path.endsWith('/acme/keys') ? Response.json({ ...own, keys }) : null,
    );
    expect([exchanged.exit, failedOf(exchanged)]).toEqual([1, ['key_custody']]);
    expect(messageOf(exchanged, 'key_custody')).toMatch(/does not verify: .*\(key_unknown\)/);

    const checkpoint = (await call('acme', 'GET', '/log/checkpoint')) as object;
    const claimed = await validate((path, as) =>
      path.endsWith('/log/checkpoint') && as === 'own'
        ? Response.json({ ...checkpoint, root: 'e'.repeat(64) })
        : null,
    );
    expect([claimed.exit, failedOf(claimed)]).toEqual([1, ['key_custody']]);
    expect(messageOf(claimed, 'key_custody')).toContain('(checkpoint_mismatch)');
  });

  it('fails key custody where the keys are of another tenant, or are not published', async () => {
    const others = await call('other', 'GET', '/keys');
    for (const answer of [Response.json(others), Response.json({}, { status: 500 })]) {
      const ran = await validate((path) => (path.endsWith('/acme/keys') ? answer.clone() : null));
      expect([ran.exit, failedOf(ran)]).toEqual([1, ['key_custody']]);
      expect(messageOf(ran, 'key_custody')).toMatch(/^could not be looked at: /);
    }
  });

  it('fails telemetry where the service says that it stays there', async () => {
    const ran = await validate((path) => (path === '/api/health' ? health({ telemetry: 'local' }) : null));
    expect([ran.exit, failedOf(ran)]).toEqual([1, ['telemetry']]);
    expect(messageOf(ran, 'telemetry')).toContain('does not leave the process');
  });

  it.each([
    [
      'the service does not say which build it is',
      (path: string) => path === '/api/health',
      health({ release: null }),
    ],
    [
      'the service does not take it',
      (path: string) => path.endsWith('/evidence'),
      Response.json({}, { status: 503 }),
    ],
    [
      'the service does not know the caller',
      (path: string) => path.includes('/tenants/'),
      Response.json({}, { status: 401 }),
    ],
  ])('posts nothing and cannot tell where %s', async (_what, at, answer) => {
    const ran = await validate((path) => (at(path) ? answer.clone() : null));
    expect([ran.exit, ran.posted, ran.out]).toEqual([2, null, '']);
    expect(ran.err).toMatch(/^aispm deployment: /);
  });

  it('posts nothing where no environment is named: production is not taken for granted', async () => {
    const ran = await validate(honest, { environment: undefined });
    expect([ran.exit, ran.posted, ran.out]).toEqual([2, null, '']);
    expect(ran.err).toBe(
      'aispm deployment: --environment is needed: dev, test, staging, production, sandbox',
    );
  });

  it('cannot tell where its source is not registered, its key is none, or what it asks for is no build', async () => {
    expect(await validate(honest, { source: 'urn:acme:unknown' })).toMatchObject({ exit: 2, posted: null });
    expect(await validate(honest, { key: join(folder, 'none.json') })).toMatchObject({
      exit: 2,
      posted: null,
    });
    expect(await validate(honest, { digest: 'C'.repeat(64) })).toMatchObject({ exit: 2, posted: null });
    const short = join(folder, 'short.json');
    await writeFile(
      short,
      JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', d: 'c2VjcmV0', kid: 'k' }),
    );
    const told = await validate(honest, { key: short });
    expect([told.exit, told.posted]).toEqual([2, null]);
    expect(told.err).toBe(`aispm deployment: ${short} is no private key that can sign`);
  });
});
