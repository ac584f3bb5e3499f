import { tenantSchema, type Tenant } from '../../schemas/tenant.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { minute, second } from '../../shared/core/kernel/time.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail, type MemoryMail } from '../../shared/adapters/memory/mail.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import type {
  BlobStore,
  KeyRing,
  MailProvider,
  Renderer,
  StoredEvidence,
  Stores,
} from '../../shared/ports.js';
import { admitHttp } from '../../shared/usecases/ingest/admit.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { signCheckpoint } from '../../shared/usecases/log/checkpoints.js';
import { closeDeliveries, openDeliveries } from '../../shared/usecases/reports/close-report.js';
import { decideReport, reportInLog } from '../../shared/usecases/reports/decide-report.js';
import { deliverMail, planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import { Died, type Process } from './dying.js';
import { tenantNamed } from '../tenants.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

export const tenantId = tenantNamed('harbour');
const begins = Date.parse('2026-11-24T09:00:00Z');

export const tenant: Tenant = tenantSchema.parse({
  tenantId,
  revision: 1,
  createdAt: '2026-11-01T00:00:00Z',
  sample: false,
  settings: {
    displayName: 'Harbour Mutual',
    timeZone: 'Europe/London',
    reports: {
      approvalRequired: true,
      approvalExpiresHours: 72,
      allowedDomains: ['harbour.example'],
      recipients: [
        { address: 'ciso@harbour.example', audience: ['ciso'] },
        { address: 'board@harbour.example', audience: ['ciso', 'board'] },
      ],
    },
  },
  sources: [
    {
      id: 'runtime',
      uri: 'urn:test:runtime',
      connectorType: 'custom',
      provenance: 'live',
      environments: ['production'],
      eventTypes: ['runtime'],
      keys: [],
    },
  ],
  members: [],
  keys: [],
});

/** What outlives a process: the stores, the blobs, the vault, the provider, and the clock on the wall. */
export type World = { stores: Stores; blobs: BlobStore; keys: KeyRing; mail: MemoryMail; now: number };

export async function newWorld(): Promise<World> {
  const world = {
    stores: memoryStores(),
    blobs: memoryBlobs().open(tenantId),
    keys: memoryKeyRing('faults'),
    mail: memoryMail(),
    now: begins,
  };
  await world.stores.open(tenantId).tenant.put(tenant, null);
  await world.keys.ensure(tenantId);
  return world;
}

/** Services of one process over the world. A renderer that costs nothing: what is rendered is tested elsewhere. */
export type Services = { stores: Stores; blobs: BlobStore; keys: KeyRing; mail: MailProvider; world: World };
export const servicesOf = (world: World, process: Process): Services => ({
  stores: process.wrap('stores', world.stores),
  blobs: process.wrap('blobs', world.blobs),
  keys: process.wrap('keys', world.keys),
  mail: process.wrap('mail', world.mail),
  world,
});

const plainRenderer: Renderer = {
  render: async (format, document, context) =>
    format === 'json'
      ? reportRenderer.render(format, document, context)
      : { bytes: utf8(format), contentType: 'text/plain' },
  mail: () => Promise.resolve({ subject: 'CISO report', html: '<p>', text: 'text' }),
  notice: ({ title, says }) => Promise.resolve({ subject: title, html: '<p>', text: says.join('\n') }),
  pack: (files) => Promise.resolve(utf8(files.map(({ name }) => name).join())),
  unpack: (bytes) => reportRenderer.unpack(bytes),
};

const clockOf = (world: World) => ({ now: () => world.now });

export function reportDeps({ stores, blobs, keys, mail, world }: Services): ReportDeps {
  return {
    stores: stores.open(tenantId),
    registry: stores,
    blobs,
    keys,
    clock: clockOf(world),
    renderer: plainRenderer,
    mail,
    exporter: memoryMail('export'),
    mailRate: { perMinute: 30, perHour: 100 },
    telemetry: suiteTelemetry(),
    rehearsal: true,
  };
}

export const eventOf = (id: string, minutes: number): Record<string, unknown> => ({
  specversion: '1.0',
  id,
  source: 'urn:test:runtime',
  type: 'aispm.decision.recorded',
  time: new Date(begins - minutes * minute).toISOString(),
  environment: 'production',
  data: {
    decision: 'block',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1', rule: 'destructive' },
    surface: 'command',
    risks: ['destructive'],
    agent: `agent-${id.slice(0, 1)}`,
    repository: 'billing',
    severity: 'high',
    ran: false,
  },
});

/** One request of a sender; it resends until it has a receipt. @returns ids that were acknowledged. */
export async function admit(services: Services, events: readonly unknown[]): Promise<string[]> {
  const receipt = await admitHttp(
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
      contentType: 'application/cloudevents-batch+json',
      headers: {},
      body: utf8(JSON.stringify(events)),
      receivedAt: services.world.now,
    },
  );
  return [...receipt.accepted, ...receipt.duplicates].map(({ id }) => id);
}

/** The change feed: hands over everything that was ever stored, as after a lost lease. */
export async function feed(services: Services): Promise<void> {
  const all: StoredEvidence[] = [];
  const page = await services.world.stores.open(tenantId).evidence.search({ limit: 200 });
  all.push(...page.items.reverse());
  const { ledger } = services.stores.open(tenantId);
  await foldEvents(
    { ledger, now: () => services.world.now },
    all.map((evidence) => ({ evidence })),
  );
  await signCheckpoint({
    stores: services.stores.open(tenantId),
    blobs: services.blobs,
    keys: services.keys,
  });
}

/** A report from request to the provider's word, as the durable flow runs it: each step again until it has ended. */
export async function report(next: () => Services, outcome: (recipient: string) => string): Promise<string> {
  const step = <T>(run: (services: Services) => Promise<T>): Promise<T> => untilDone(next, run);
  const record = await step((s) =>
    requestReport(
      reportDeps(s),
      tenant,
      { subject: 'operator' },
      { type: 'ciso', idempotencyKey: 'nov' },
      'unused',
    ),
  );
  await step((s) => freezeReport(reportDeps(s), record.id));
  await step((s) => renderReport(reportDeps(s), record.id));
  await step(async (s) => {
    if ((await reportInLog(reportDeps(s), record.id)).status === 'rendered')
      await decideReport(reportDeps(s), record.id, 'approved', 'approver');
  });
  const { operationIds } = await step((s) => planDelivery(reportDeps(s), record.id));
  for (const operationId of operationIds) {
    for (;;) {
      const progress = await step((s) => deliverMail(reportDeps(s), record.id, operationId));
      if (progress.status === 'done') break;
      next().world.now += progress.afterMs;
    }
  }
  const { world } = next();
  for (const mail of [...world.mail.sent]) {
    const event = {
      id: `event-${mail.operationId}`,
      data: { messageId: mail.operationId, recipient: mail.to.address, status: outcome(mail.to.address) },
    };
    await step((s) =>
      receiveDelivery(
        { stores: s.stores, keys: s.keys, clock: clockOf(s.world), telemetry: suiteTelemetry() },
        event,
      ),
    );
  }
  const { open } = await step((s) => openDeliveries(reportDeps(s), record.id));
  if (open > 0) await step((s) => closeDeliveries(reportDeps(s), record.id));
  return record.id;
}

/** Runs a step until it ends, in a new process whenever the last one died, a while later. */
export async function untilDone<T>(
  next: () => Services,
  run: (services: Services) => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    const services = next();
    try {
      return await run(services);
    } catch (error) {
      if (!(error instanceof Died) || tries > 3) throw error;
      services.world.now += 31 * second;
    }
  }
}
