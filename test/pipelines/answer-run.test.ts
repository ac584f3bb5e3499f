import { beforeEach, describe, expect, it } from 'vitest';

import { azureCheckQuerySchema } from '../../schemas/pipelines.js';
import { tenantSchema } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memorySecrets } from '../../shared/adapters/memory/secrets.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import type { MemoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { jweBox } from '../../shared/adapters/secret-box.js';
import { hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import type { ToldOutcome } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { judgeRun, tellRun, type AnswerDeps } from '../../shared/usecases/pipelines/answer-run.js';
import { askByAzure } from '../../shared/usecases/pipelines/ask.js';
import { runOf } from '../../shared/usecases/pipelines/run.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command, person } from '../posture/told.js';
import { serviceSource } from '../../shared/usecases/log/record.js';
import { theTrial } from './trial.js';
import { checkHeaders } from './service.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor } from '../tenants.js';

const tenant = tenantSchema.parse({
  tenantId,
  revision: 1,
  createdAt: instantOf(start),
  sample: false,
  settings: { displayName: 'Harbour', timeZone: 'UTC', pipelines: { azureOrganizations: ['acme'] } },
  sources: [],
  members: [],
  keys: [],
});

let now: number;
let deps: AnswerDeps;
let telemetry: MemoryTelemetry;
let said: { result: string; lines: readonly string[]; token: string }[];
let provider: ToldOutcome;

beforeEach(async () => {
  now = start + hour;
  said = [];
  provider = { status: 'told' };
  telemetry = suiteTelemetry();
  const keys = memoryKeyRing('pipelines');
  const stores = memoryStores().open(tenantId);
  await stores.tenant.put(tenant, null);
  await keys.ensure(tenantId);
  deps = {
    stores,
    blobs: memoryBlobs().open(tenantId),
    keys,
    clock: { now: () => now },
    rehearsal: false,
    renderer: reportRenderer,
    box: jweBox(keys),
    secrets: memorySecrets(),
    telemetry,
    azure: {
      complete: (_check, token, result, lines) => {
        said.push({ result, lines, token });
        return Promise.resolve(provider);
      },
    },
    github: { review: () => Promise.resolve(provider) },
  };
});

/** What makes the tenant ready for a trial: labs, access, and a report that is known to have arrived. */
async function becomeReady(): Promise<void> {
  const report = { report: 'r1' };
  const delivery = {
    ...report,
    operation: '00000000-0000-4000-8000-000000000001',
    recipient: person(3),
    provider: 'acs' as const,
  };
  const told = [
    evidenceOf(
      'inventory.declared',
      { items: [{ kind: 'agent' as const, id: 'builder', owner: person(9) }] },
      now,
      'e1',
    ),
    evidenceOf('decision.recorded', command(), now, 'e2'),
    evidenceOf(
      'report.requested',
      {
        ...report,
        reportType: 'ciso' as const,
        actor: person(1),
        recipients: [person(3)],
        approvalRequired: false,
        period: { from: instantOf(start), to: instantOf(now), zone: 'UTC' },
      },
      now,
      'e3',
    ),
    evidenceOf('report.sending', { ...delivery, intendedAt: instantOf(now) }, now, 'e4'),
    evidenceOf(
      'report.delivered',
      { ...delivery, providerEvent: 'ev', deliveredAt: instantOf(now) },
      now,
      'e5',
    ),
  ];
  told.push(...theTrial(now));
  for (const evidence of told) await deps.stores.evidence.create(evidence);
  await foldEvents(
    { ledger: deps.stores.ledger, now: () => now },
    told.map((evidence) => ({ evidence })),
  );
}

const ask = (waitMinutes: number): Promise<string> =>
  askByAzure(
    deps,
    { tenant, actor: pipelineActor },
    {
      headers: checkHeaders('https://dev.azure.com/acme/'),
      query: azureCheckQuerySchema.parse({ target: 'trial', mode: 'callback', waitMinutes, release: 'v1' }),
    },
    'https://dev.azure.com',
  );
/** Decisions that the gate made here; the trial brought one along. */
const decisions = async (): Promise<number> =>
  (await deps.stores.evidence.search({ type: 'aispm.readiness.decided', limit: 10 })).items.filter(
    ({ event }) => event.source === serviceSource.uri,
  ).length;

describe('a pipeline that asked and waits', () => {
  it('is decided for the very build that it names', async () => {
    const build = { release: 'v1', digest: 'a'.repeat(64), builtAt: '2026-11-01T08:00:00Z' };
    const query = azureCheckQuerySchema.parse({ target: 'production', mode: 'callback', ...build });
    const headers = checkHeaders('https://dev.azure.com/acme/');
    const id = await askByAzure(
      deps,
      { tenant, actor: pipelineActor },
      { headers, query },
      'https://dev.azure.com',
    );
    expect((await runOf(deps.stores, id)).run.release).toEqual({
      name: 'v1',
      digest: build.digest,
      builtAt: build.builtAt,
    });
  });

  it('is told ready once evidence has made it so, and only one decision is recorded', async () => {
    const run = await ask(60);
    expect(await judgeRun(deps, run, 0)).toMatchObject({ status: 'wait' });
    expect(await decisions()).toBe(0);
    now += 10 * minute;
    await becomeReady();
    expect(await judgeRun(deps, run, 1)).toEqual({ status: 'tell' });
    expect(await tellRun(deps, run, 0)).toEqual({ status: 'done' });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ result: 'succeeded', token: checkHeaders('')['authtoken'] });
    expect(await decisions()).toBe(1);
  });

  it('is told blocked, with the blockers, a minute before its timeout: later nobody would hear it', async () => {
    const run = await ask(30);
    for (let attempt = 0; ; attempt++) {
      const step = await judgeRun(deps, run, attempt);
      if (step.status !== 'wait') break;
      expect(step.afterMs).toBeGreaterThan(0);
      now += step.afterMs;
    }
    expect(now).toBe(start + hour + 29 * minute);
    await tellRun(deps, run, 0);
    expect(said[0]?.result).toBe('failed');
    expect(said[0]?.lines.join('\n')).toContain('insufficient_evidence');
  });

  it('that may not wait is told at once', async () => {
    const run = await ask(0);
    expect(await judgeRun(deps, run, 0)).toEqual({ status: 'tell' });
  });

  it('is the same run when it asks again, decided and told once', async () => {
    const run = await ask(0);
    expect(await ask(0)).toBe(run);
    await judgeRun(deps, run, 0);
    await tellRun(deps, run, 0);
    expect(await ask(0)).toBe(run);
    expect(await judgeRun(deps, run, 0)).toEqual({ status: 'done' });
    expect(await tellRun(deps, run, 0)).toEqual({ status: 'done' });
    expect(said).toHaveLength(1);
    expect(await decisions()).toBe(1);
  });
});

describe('a pipeline that cannot be told', () => {
  it('is tried again while that may pass, and what was decided stays what it was', async () => {
    const run = await ask(0);
    await judgeRun(deps, run, 0);
    provider = { status: 'retry', detail: 'answered 503' };
    expect(await tellRun(deps, run, 0)).toMatchObject({ status: 'wait' });
    await becomeReady();
    provider = { status: 'told' };
    expect(await tellRun(deps, run, 1)).toEqual({ status: 'done' });
    expect(said.map(({ result }) => result)).toEqual(['failed', 'failed']);
    expect((await runOf(deps.stores, run)).run.status).toBe('told');
  });

  it.each([
    ['it will not pass', { status: 'refused', detail: 'answered 401' }, 0],
    ['two hours are over', { status: 'retry', detail: 'answered 503' }, 3 * hour],
  ] as const)('is given up once %s, and an operator can see why', async (_when, outcome, later) => {
    const run = await ask(0);
    await judgeRun(deps, run, 0);
    provider = outcome;
    now += later;
    expect(await tellRun(deps, run, 0)).toEqual({ status: 'done' });
    expect((await runOf(deps.stores, run)).run).toMatchObject({ status: 'not_told', detail: outcome.detail });
    expect(JSON.stringify(telemetry)).toContain('pipeline_not_told');
  });
});

describe('the token of a check', () => {
  it('stands in the record sealed only, and is gone once it was used', async () => {
    const run = await ask(0);
    const secret = checkHeaders('')['authtoken'] ?? '';
    expect(JSON.stringify(await runOf(deps.stores, run))).not.toContain(secret);
    await judgeRun(deps, run, 0);
    await tellRun(deps, run, 0);
    const { run: kept } = await runOf(deps.stores, run);
    expect(kept.to).toMatchObject({ kind: 'azure', sealedToken: null });
    expect(JSON.stringify(telemetry)).not.toContain(secret);
  });
});
