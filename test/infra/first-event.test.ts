import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startStack, type Stack } from '../http/stack.js';

const script = new URL('../../infra/first-event.sh', import.meta.url).pathname;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.close());

it('takes an empty service to a tenant’s first event in the log, and says at a second run that it is there', async () => {
  const token = await stack.issuer.token({ sub: 'owner', roles: ['admin', 'collector'], tenants: ['first'] });
  const env = { PATH: process.env['PATH'] ?? '', AISPM_TOKEN: token };
  const run = async (): Promise<string> =>
    (await promisify(execFile)('bash', [script, stack.url, 'first'], { env })).stdout;

  const said = await run();
  expect(said).toContain('the tenant first is there');
  expect(said).toMatch(/admitted: \{"accepted":\[\{"id":"[0-9a-f]{64}"/);
  expect(said).toContain('it stands in the log');

  const again = await run();
  expect(again).toMatch(/admitted: \{"accepted":\[\],"duplicates":\[\{"id":"[0-9a-f]{64}"/);
}, 120_000);
