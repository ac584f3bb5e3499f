import { tenantIdSchema } from '../../schemas/primitives.js';
import { sourceSchema, tenantSchema } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { admitHttp } from '../../shared/usecases/admit.js';
import type { Stores } from '../../shared/ports.js';

/** One line of the table: how many a second, and how that compares with the bare work on the same bytes. */
export type BenchRow = { name: string; perSecond: number; ratio: number };

const now = Date.parse('2026-06-01T12:00:00.000Z');
const tenantId = tenantIdSchema.parse('bench');
const uri = 'urn:agent-runtime:bench';
const tenant = tenantSchema.parse({
  tenantId,
  revision: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  sample: false,
  settings: { displayName: 'Bench', timeZone: 'UTC' },
  sources: [
    sourceSchema.parse({
      id: 'bench',
      uri,
      connectorType: 'custom',
      provenance: 'live',
      environments: ['dev'],
      eventTypes: ['runtime'],
      keys: [],
    }),
  ],
  members: [],
  keys: [],
});

/** A decision of about 1.5 KB, as a busy runtime sends it: nothing in it has to be removed. */
const decision = (id: string): unknown => ({
  specversion: '1.0',
  type: 'aispm.decision.recorded',
  id,
  source: uri,
  time: '2026-06-01T11:59:00.000Z',
  environment: 'dev',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data: {
    decision: 'require_approval',
    mode: 'enforce',
    policy: {
      id: 'acme-runtime-baseline',
      version: '2026.5.1',
      rule: 'commands.destructive.outside-workspace',
    },
    surface: 'command',
    operation: 'execute',
    risks: ['destructive', 'outside_workspace'],
    agent: 'claude-code/build-fleet-7',
    repository: 'acme/payments-service',
    workflow: 'release-train',
    session: 'ses-0190a6c2-8f6e-7c1d-b3a1-5f2f9f6f7f11',
    severity: 'high',
    ran: false,
    target: `rm -r build/${'generated/output/'.repeat(22)}`,
    reason: 'Deletes files outside the folders that the workflow declared. '.repeat(5).trim(),
    evidence: ['evidence://ses-0190/1', 'evidence://ses-0190/2', 'git://acme/payments-service/4bf92f35'],
    correlation: 'corr-0190a6c28f6e',
  },
});

const request = (body: Uint8Array, contentType: string) => ({
  tenantId,
  caller: { subject: 'bench' },
  contentType,
  headers: {},
  body,
  receivedAt: now,
});

/** Stores that take everything and keep nothing: what is measured is admission, not a map. */
async function boundless(): Promise<Stores> {
  const stores = memoryStores();
  await stores.open(tenantId).tenant.put(tenant, null);
  return {
    ...stores,
    open: (id) => {
      const opened = stores.open(id);
      return { ...opened, evidence: { ...opened.evidence, create: () => Promise.resolve(null) } };
    },
  };
}

/** Seconds of processor time that this process has used: what a busy machine does beside does not count. */
const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Repeats the work for about `milliseconds`, warm, and says how many items it did in a second of one core. */
async function rate(
  items: number,
  milliseconds: number,
  work: () => Promise<unknown> | void,
): Promise<number> {
  const measured = async (limit: number): Promise<number> => {
    const until = performance.now() + limit;
    const start = processorSeconds();
    let runs = 0;
    do {
      await work();
      runs++;
    } while (performance.now() < until);
    return (runs * items) / (processorSeconds() - start);
  };
  await measured(milliseconds / 2);
  return measured(milliseconds);
}

/**
 * Admission of unsigned 1.5 KB events in process on one core, one event a request and 100 a request, beside bare JSON.parse
 * and SHA-256 of the same bytes. The goal is 10,000 a second.
 */
export async function admissionBench(milliseconds = 2000): Promise<BenchRow[]> {
  const single = utf8(JSON.stringify(decision('dec-1')));
  const batch = utf8(JSON.stringify(Array.from({ length: 100 }, (_, i) => decision(`dec-${i}`))));
  const deps = {
    stores: await boundless(),
    keys: memoryKeyRing('bench'),
    signatures: { keyId: () => null, verify: () => Promise.resolve(false) },
    blobs: memoryBlobs(),
  };
  const decoder = new TextDecoder();
  const bare = await rate(1, milliseconds, () => {
    JSON.parse(decoder.decode(single));
    sha256Hex(single);
  });
  const one = await rate(1, milliseconds, () =>
    admitHttp(deps, request(single, 'application/cloudevents+json')),
  );
  const many = await rate(100, milliseconds, () =>
    admitHttp(deps, request(batch, 'application/cloudevents-batch+json')),
  );
  return [
    { name: `JSON.parse + SHA-256, ${single.length} bytes`, perSecond: bare, ratio: 1 },
    { name: 'admission, one event a request', perSecond: one, ratio: one / bare },
    { name: 'admission, 100 events a request', perSecond: many, ratio: many / bare },
  ];
}
