import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { run } from '../../shared/cli/run.js';
import { scenario } from '../../shared/core/readiness/exercise-scenario.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { admitHttp } from '../../shared/usecases/ingest/admit.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { previewPackets } from '../../shared/usecases/readiness/gate.js';
import { acme, newSigner, source, tenantWith } from '../ingest/intake.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { at, decide, serveRuntime, type Say } from './runtime-stand-in.js';

const now = Date.parse(at);
const uri = 'urn:runtime:exercised';
const signer = newSigner('exercise-key');

let folder: string;
let keyFile: string;
let close: () => void;
let deps: ReturnType<typeof newDeps>;
/** What the service says it is, answer by answer; the last one stays. */
let builds: ({ name: string; digest: string } | null)[];
const build = { name: 'v1', digest: 'a'.repeat(64) };

function newDeps() {
  return {
    stores: memoryStores().open(acme),
    blobs: memoryBlobs().open(acme),
    keys: memoryKeyRing('exercise'),
    clock: { now: () => now },
    telemetry: suiteTelemetry(),
    signatures: joseSignatures(),
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aispm-exercise-'));
  keyFile = join(folder, 'key.json');
  const jwk = { ...signer.privateKey.export({ format: 'jwk' }), kid: signer.kid };
  await writeFile(keyFile, JSON.stringify(jwk));
  close = () => undefined;
  builds = [null];
  deps = newDeps();
  await deps.stores.tenant.put(tenant(), null);
});
afterEach(async () => {
  close();
  await rm(folder, { recursive: true, force: true });
});

const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const tenant = (eventTypes = ['runtime', 'workflow.exercised']) =>
  tenantWith([
    source({ id: 'exercised', uri, eventTypes, keys: [{ kid: signer.kid, jwk: signer.jwk, ...window }] }),
  ]);

type Ran = { exit: number; out: string; err: string };
async function exercise(
  where: readonly string[],
  eventTypes?: string[],
  environment = ['--environment', 'production'],
): Promise<Ran> {
  const [out, err]: string[][] = [[], []];
  const exit = await run(
    [
      'exercise',
      '--url',
      'http://127.0.0.1:7071',
      '--tenant',
      'acme',
      '--source',
      uri,
      '--key',
      keyFile,
      ...environment,
      ...where,
    ],
    {
      out: (line) => void out?.push(line),
      err: (line) => void err?.push(line),
      env: { AISPM_TOKEN: 'token' },
      sleep: () => Promise.resolve(),
      now: () => now,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (request.url.endsWith('/api/health')) {
          const release = builds.length > 1 ? builds.shift() : builds[0];
          return Response.json({ status: 'up', version: '1', release, telemetry: 'local' });
        }
        // The runtime is asked for real; the service stands behind its use-case.
        if (!request.url.includes('/api/tenants/acme/evidence')) return fetch(request);
        const { status, ...receipt } = await admitHttp(deps, {
          tenant: tenant(eventTypes),
          caller: { subject: 'collector' },
          contentType: request.headers.get('content-type'),
          headers: {},
          body: new Uint8Array(await request.arrayBuffer()),
          receivedAt: now,
        });
        return Response.json(receipt, { status });
      },
    },
  );
  const events = (await deps.stores.evidence.search({ limit: 100, order: 'oldest' })).items;
  await foldEvents(
    { ledger: deps.stores.ledger, now: () => now },
    events.map((evidence) => ({ evidence })),
  );
  return { exit, out: out?.join('\n') ?? '', err: err?.join('\n') ?? '' };
}
async function through(say: Say, eventTypes?: string[]): Promise<Ran> {
  const runtime = await serveRuntime(say);
  close = runtime.close;
  return exercise(['--runtime', runtime.url], eventTypes);
}
const stored = async (type: string): Promise<StoredEvidence[]> =>
  (await deps.stores.evidence.search({ type: `aispm.${type}`, limit: 100 })).items;
const packet = async () =>
  (await previewPackets({ ...deps, rehearsal: false, renderer: reportRenderer })).find(
    ({ validator }) => validator === 'runtime_workflow',
  );

describe('aispm exercise', () => {
  it('posts a session that the validator finds whole, signed, with every element', async () => {
    const ran = await through(decide);
    expect([ran.exit, ran.err]).toEqual([0, '']);
    expect(await stored('decision.recorded')).toHaveLength(scenario.length);
    expect(await packet()).toMatchObject({ ready: true, evidence_mode: 'live', blocker_count: 0 });
  });

  it('names the build of the service that took the session, where it is the same before and after', async () => {
    const named = async (): Promise<unknown> => {
      const [closing] = await stored('workflow.exercised');
      return (closing?.event.data as { release?: unknown }).release;
    };
    builds = [build];
    const ran = await through(decide);
    expect([ran.exit, await named()]).toEqual([0, build]);
    expect(ran.out).toContain(`Of release v1, SHA-256 ${build.digest}.`);
    close();
    deps = newDeps();
    await deps.stores.tenant.put(tenant(), null);
    builds = [build, { ...build, digest: 'b'.repeat(64) }];
    const across = await through(decide);
    expect([across.exit, await named()]).toEqual([0, undefined]);
    expect(across.out).toContain('no release is named');
  });

  it('reaches a runtime that is a command, by its standard input and output', async () => {
    const script = join(folder, 'runtime.mjs');
    const outcome = JSON.stringify(
      decide(
        {
          ...scenario[0]!,
          schema_version: 'aispm.exercise_action.v1',
          session_id: 's',
          agent_id: 'a',
          repository: 'r',
        },
        1,
      ),
    );
    await writeFile(
      script,
      `let text = ''; for await (const part of process.stdin) text += part;
       const action = JSON.parse(text); const told = ${outcome};
       Object.assign(told.decision, action, { schema_version: 'cavra.decision.v1', decision_id: action.session_id + action.target });
       if (action.action_type === 'file_read') console.log(JSON.stringify(told)); else process.exit(3);`,
    );
    const ran = await exercise(['--runtime', process.execPath, '--', script]);
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain('file_read: allow, carried out');
    expect(ran.err).toContain('file_write: the runtime ended with 3');
    expect(await stored('decision.recorded')).toHaveLength(1);
  });

  it('says nothing of what the runtime did not answer, answered in another form, or about another action', async () => {
    const odd: Record<string, (action: Parameters<Say>[0], n: number) => unknown> = {
      file_read: () => 503,
      file_write: () => ({ decision: 'allow' }),
      git_operation: (action, n) => ({ ...decide(action, n), executed: 'yes' }),
      pull_request: (action, n) => decide({ ...action, target: 'something else' }, n),
      mcp_tool_call: (action, n) => decide({ ...action, session_id: 'another' }, n),
    };
    const ran = await through((action, n) => odd[action.action_type]?.(action, n) ?? decide(action, n));
    expect(ran.exit).toBe(1);
    const [closing] = await stored('workflow.exercised');
    const named = (closing?.event.data as { elements: { element: string }[] }).elements;
    expect(named.map(({ element }) => element)).toEqual([
      'high_risk_command',
      'approval_routed',
      'bypass_attempt',
    ]);
    for (const element of ['file_read', 'file_write', 'git_branch', 'pull_request', 'mcp_call'])
      expect(ran.out).toContain(`NOT SHOWN  ${element}`);
    expect(await packet()).toMatchObject({ ready: false });
  });

  it('posts a bypass that went through as what it was, and says that it is not shown', async () => {
    const weak: Say = (action, n) => {
      const told = decide(action, n);
      if (!/sh -c|printf/.test(action.target)) return told;
      return { ...told, executed: true, decision: { ...told.decision, decision: 'allow' } };
    };
    const ran = await through(weak);
    expect([ran.exit, ran.out]).toEqual([1, expect.stringContaining('NOT SHOWN  bypass_attempt')]);
    const let_through = (await stored('decision.recorded')).filter(
      ({ event }) => /sh -c|printf/.test(JSON.stringify(event.data)) && 'ran' in event.data && event.data.ran,
    );
    expect(let_through).toHaveLength(2);
    expect((await packet())?.checks.find(({ name }) => name === 'bypass_attempt')?.status).toBe('blocker');
  });

  it('names nobody: who asked for an approval is a pseudonym before it leaves', async () => {
    await through(decide);
    const [request] = await stored('approval.requested');
    expect((request?.event.data as { requestedBy: string }).requestedBy).toMatch(/^psn:[0-9a-f]{32}$/);
    expect(JSON.stringify(request)).not.toContain('Lovelace');
  });

  it('posts nothing where the runtime answers nothing, and cannot tell', async () => {
    const ran = await exercise(['--runtime', 'http://127.0.0.1:9/decide']);
    expect([ran.exit, (await deps.stores.evidence.search({ limit: 1 })).items]).toEqual([2, []]);
    for (const where of ['http://runtime.example/decide', 'http://', 'https:///']) {
      const clear = await exercise(['--runtime', where]);
      expect([where, clear.exit, clear.err]).toEqual([
        where,
        2,
        'aispm exercise: a runtime is reached over https, or http on this machine',
      ]);
    }
  });

  it('asks nothing of the runtime and posts nothing where no environment is named, or one that is none', async () => {
    const runtime = await serveRuntime(() => {
      throw new Error('it was asked');
    });
    close = runtime.close;
    for (const [named, says] of [
      [[], '--environment is needed: dev, test, staging, production, sandbox'],
      [['--environment', 'prod'], '--environment is dev, test, staging, production, sandbox'],
    ] as const) {
      const ran = await exercise(['--runtime', runtime.url], undefined, [...named]);
      expect([ran.exit, ran.out, ran.err]).toEqual([2, '', `aispm exercise: ${says}`]);
    }
    expect((await deps.stores.evidence.search({ limit: 1 })).items).toEqual([]);
  });

  it('is not whole where the source is not registered for it by name', async () => {
    const ran = await through(decide, ['runtime']);
    expect(ran.exit).toBe(1);
    expect(ran.err).toContain('refused aispm.workflow.exercised: type_not_registered');
  });
});
