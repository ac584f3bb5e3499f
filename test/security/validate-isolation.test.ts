import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isolationProofs } from '../../shared/core/readiness/validators/deployment.js';
import { isolationValidationSchema } from '../../schemas/isolation.js';
import { problemSchema } from '../../schemas/problem.js';
import { canarySource } from '../../shared/usecases/readiness/isolation-proofs.js';
import { runningBuild, startStack, type Stack } from '../http/stack.js';

/* The five proofs, asked of the running app by its operator: the app calls its own public routes with canaries' tokens. */

let stack: Stack;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  stack = await startStack();
  const roles = ['admin', 'operator', 'collector'];
  for (const tenant of ['acme', 'canary-a', 'canary-b']) {
    tokens[tenant] = await stack.issuer.token({ sub: `operator-of-${tenant}`, roles, tenants: [tenant] });
    const settings = { displayName: tenant, timeZone: 'UTC' };
    const sources = tenant === 'acme' ? [] : [canarySource(tenant === 'canary-a' ? 'a' : 'b')];
    const body = JSON.stringify({ settings, sources });
    const headers = { authorization: `Bearer ${tokens[tenant]}`, 'content-type': 'application/json' };
    expect((await fetch(`${stack.url}/tenants/${tenant}`, { method: 'PUT', headers, body })).status).toBe(
      201,
    );
  }
}, 60_000);
afterAll(() => stack.close());

const canary = (tenant: string, token = tokens[tenant]) => ({ tenant, token });
const validate = async (a: object, b: object): Promise<[number, unknown]> => {
  const headers = { authorization: `Bearer ${tokens['acme']}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ a, b });
  const answer = await fetch(`${stack.url}/tenants/acme/validations/isolation`, {
    method: 'POST',
    headers,
    body,
  });
  return [answer.status, await answer.json()];
};
const evidence = async (): Promise<string> => {
  const headers = { authorization: `Bearer ${tokens['acme']}` };
  return (await fetch(`${stack.url}/tenants/acme/evidence?type=aispm.isolation.tested`, { headers })).text();
};

describe('the isolation of tenants', () => {
  it('is proven by five proofs on the live deployment, and stands in the log with each attempt and answer', async () => {
    for (let times = 1; times <= 2; times++) {
      const [status, json] = await validate(canary('canary-a'), canary('canary-b'));
      expect([status, json]).toMatchObject([200, { outcome: 'passed' }]);
      const { attempts, release, evidence: id } = isolationValidationSchema.parse(json);
      // Of the build that answered.
      expect(release).toEqual(runningBuild);
      // What the gate asks for is what the operation proves.
      expect([...new Set(attempts.map(({ proof }) => proof))]).toEqual([...isolationProofs]);
      expect(await evidence()).toContain(id);
    }
    expect(JSON.stringify(await evidence())).not.toContain(tokens['canary-a']);
  }, 60_000);

  it('is not proven, and the attempts say where, when A’s token does reach B', async () => {
    const roles = ['admin', 'operator', 'collector'];
    const both = await stack.issuer.token({ sub: 'too-much', roles, tenants: ['canary-a', 'canary-b'] });
    const [status, json] = await validate(canary('canary-a', both), canary('canary-b'));
    const { outcome, attempts } = isolationValidationSchema.parse(json);
    expect([status, outcome]).toEqual([200, 'failed']);
    const failed = attempts.filter(({ passed }) => !passed).map(({ request }) => request);
    expect(failed).toContain('GET /tenants/{b}/evidence');
    expect(failed).toContain('GET /tenants/{b}/posture');
  }, 60_000);

  it('is not called proven or broken by canaries that are not fit for it', async () => {
    const viewer = await stack.issuer.token({ sub: 'v', roles: ['viewer'], tenants: ['canary-b'] });
    const unfit = [
      [canary('canary-a'), canary('canary-a')],
      [canary('acme'), canary('canary-b')],
      [canary('canary-a'), canary('canary-b', viewer)],
    ] as const;
    const before = await evidence();
    for (const [a, b] of unfit) {
      const [status, json] = await validate(a, b);
      expect([status, problemSchema.parse(json).code]).toEqual([409, 'conflict']);
    }
    expect(await evidence()).toBe(before);
  }, 60_000);
});
