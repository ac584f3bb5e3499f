import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { Refusal, problemOf } from '../../shared/core/kernel/refusal.js';
import type { PacketFile } from '../../shared/core/reports/manifest.js';
import { decideReadinessSchema } from '../../schemas/readiness.js';
import { run } from '../../shared/cli/run.js';
import type { ExitCode } from '../../shared/cli/terminal.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { admitHttp } from '../../shared/usecases/ingest/admit.js';
import { planReadiness } from '../../shared/usecases/readiness/plan.js';
import { decideGate } from '../../shared/usecases/readiness/gate.js';
import { retrieveArtifact, viewReport } from '../../shared/usecases/reports/view-report.js';
import { tenant, tenantId } from '../faults/story.js';
import type { Papers } from './papers.js';
import { releaseOf } from '../../shared/core/readiness/validators/facts.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor } from '../tenants.js';

export const token = 'eyJ.secret-token.sig';
export const where = ['--url', 'http://127.0.0.1:7071/', '--tenant', tenantId];

type Asked = { method: string; path: string; headers: Headers; body: Uint8Array };
type Told = { status?: number; body: unknown; headers?: Record<string, string> };

/** The service's use-cases behind `fetch`, as far as the command asks for them. */
export function fetchOver(papers: Papers, before: (asked: Asked) => Told | null = () => null): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const asked: Asked = {
      method: request.method,
      path: pathname.replace(`/api/tenants/${tenantId}/`, '') + search,
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
    };
    const { status = 200, body, headers = {} } = before(asked) ?? (await answer(papers, asked));
    const bytes = body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
    return new Response(bytes, { status, headers });
  };
}

async function answer(papers: Papers, asked: Asked): Promise<Told> {
  try {
    if (asked.headers.get('authorization') !== `Bearer ${token}`)
      throw new Refusal('unauthenticated', 'the token is not valid');
    return await route(papers, asked);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = problemOf(error);
    return { status: body.status, body };
  }
}

async function route({ services, deps, gate, keys }: Papers, { method, path, body }: Asked): Promise<Told> {
  const [, report = '', format = ''] = /^reports\/([^/]+)(?:\/artifacts\/([a-z]+))?$/.exec(path) ?? [];
  if (path === 'keys') return { body: keys.bytes };
  if (format !== '') return { body: (await retrieveArtifact(deps, report, format, 'auditor')).bytes };
  if (report !== '') return { body: await viewReport(deps, report) };
  if (path.startsWith('readiness/plan?')) {
    const { target, ...named } = decideReadinessSchema.parse(
      Object.fromEntries(new URLSearchParams(path.slice('readiness/plan?'.length))),
    );
    return { body: await planReadiness(gate, target, releaseOf(named)) };
  }
  if (path === 'readiness' && method === 'POST') {
    const { target, ...named } = decideReadinessSchema.parse(JSON.parse(fromUtf8(body)));
    return { body: await decideGate(gate, target, releaseOf(named), pipelineActor) };
  }
  if (path === 'evidence' && method === 'POST') {
    const { status, ...receipt } = await admitHttp(
      {
        stores: services.stores.open(tenantId),
        keys: services.keys,
        signatures: joseSignatures(),
        blobs: services.blobs,
        telemetry: suiteTelemetry(),
      },
      {
        tenant,
        caller: { subject: 'collector' },
        contentType: 'application/json',
        headers: {},
        body,
        receivedAt: services.world.now,
      },
    );
    return { status, body: receipt };
  }
  throw new Refusal('not_found', 'there is nothing here for you');
}

export type Ran = { exit: ExitCode; out: string; err: string; slept: number[] };

/** Runs a command line in process, with a clock that jumps over every pause. */
export async function aispm(
  args: readonly string[],
  fetchIt: typeof fetch = () => Promise.reject(new Error('offline')),
  env: Record<string, string> = { AISPM_TOKEN: token },
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const slept: number[] = [];
  let now = 0;
  const exit = await run(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    env,
    fetch: fetchIt,
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    now: () => now,
  });
  return { exit, out: out.join('\n'), err: err.join('\n'), slept };
}

/** A folder of its own with these files in it. */
export async function folderWith(files: readonly PacketFile[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aispm-cli-'));
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
  return folder;
}

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
