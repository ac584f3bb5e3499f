import type { z } from 'zod';

import { healthSchema } from '../../../schemas/answers/tenants.js';
import type { isolationValidationSchema, validateIsolationSchema } from '../../../schemas/isolation.js';
import type { Build } from '../../../schemas/release.js';
import { fromUtf8 } from '../../core/kernel/bytes.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { stampOf } from '../../core/readiness/stamp.js';
import type { Outbound } from '../../ports.js';
import { contentTypeOf, makeAttempts, prepare, type Ask } from './isolation-proofs.js';
import { linksOf } from '../links.js';
import { recordStatement, type RecordDeps } from '../log/record.js';

export type ValidateIsolationDeps = RecordDeps & { outbound: Outbound; wait: (ms: number) => Promise<void> };

/**
 * Proves the isolation of tenants on the live deployment: through its public routes, with the tokens of two canary
 * tenants, and nothing that a caller would not have. The tokens are sent to this deployment and kept nowhere.
 * @param url where callers reach the routes.
 * @throws Refusal `conflict` where the canaries are not fit for it: then nothing was proven and nothing is recorded.
 */
export async function validateIsolation(
  deps: ValidateIsolationDeps,
  url: string,
  { a, b }: z.infer<typeof validateIsolationSchema>,
  run: string,
): Promise<z.infer<typeof isolationValidationSchema>> {
  const { tenantId } = deps.stores;
  if (new Set<string>([a.tenant, b.tenant, tenantId]).size < 3)
    throw new Refusal('conflict', 'the canaries are two tenants of their own');
  const ask: Ask = async (as, method, path, body) => {
    const names = { a: a.tenant, b: b.tenant, nobody: `no-${run.slice(0, 8)}` };
    const target = path.replaceAll(/\{(a|b|nobody)\}/g, (_, who: keyof typeof names) => names[who]);
    const { token } = as === 'a' ? a : b;
    const answer = await deps.outbound.fetch(`${url}${target}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': contentTypeOf(path) }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = fromUtf8(new Uint8Array(await answer.arrayBuffer()));
    return { status: answer.status, text, json: jsonIn(text) };
  };
  const canaries = { ask, clock: deps.clock, wait: deps.wait, tenants: { a: a.tenant, b: b.tenant }, run };
  const before = await buildBehind(deps, url);
  const evidenceOfB = await prepare(canaries);
  const attempts = await makeAttempts(canaries, evidenceOfB);
  const tried = stampOf(before, await buildBehind(deps, url));

  const outcome = attempts.every(({ passed }) => passed) ? ('passed' as const) : ('failed' as const);
  const data = { deployment: new URL(url).host, outcome, ...tried, attempts };
  const { evidence } = await recordStatement(deps, {
    name: 'isolation.tested',
    id: `isolation-${run}`,
    data,
  });
  return { ...data, evidence: evidence.id, links: linksOf(tenantId).evidence(evidence.id) };
}

/** The build that answers there: another instance than this one, and while a release is rolled out perhaps of another build. */
async function buildBehind({ outbound }: ValidateIsolationDeps, url: string): Promise<Build | null> {
  const answer = await outbound.fetch(`${url}/health`);
  return healthSchema.safeParse(jsonIn(await answer.text())).data?.release ?? null;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
