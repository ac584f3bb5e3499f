import type { EventData, EventName } from '../../schemas/events/types.js';
import type { ReviewOf } from '../../schemas/review.js';
import { tenantSchema, type Tenant } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import type { Cadence } from '../../shared/core/reviews/periods.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { reviewBlob, reviewIn } from '../../shared/usecases/reviews/review-document.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { runReviews, type Started } from './run.js';
import { onboarded } from './signed-off.js';

/* One tenant, in UTC, onboarded on the first day: a test plants a defect, lets time pass and reads the review. */

export { start };
export const day = (n: number): string => instantOf(start + (n - 1) * 86_400_000).slice(0, 10);

/** What sends a planted tenant's mails: nothing, from memory. */
export const mailDeps = (): Omit<ReportDeps, 'stores' | 'blobs' | 'keys' | 'clock' | 'renderer'> => ({
  registry: memoryStores(),
  mail: memoryMail(),
  exporter: memoryMail('export'),
  mailRate: { perMinute: 30, perHour: 100 },
  telemetry: suiteTelemetry(),
  rehearsal: false,
});

export async function plantedWorld() {
  let now = start;
  let told = 0;
  const all = { stores: memoryStores(), blobs: memoryBlobs() };
  const keys = memoryKeyRing('planted');
  const clock = { now: () => now };
  const stores = all.stores.open(tenantId);
  const deps = { stores, blobs: all.blobs.open(tenantId), keys, clock, renderer: reportRenderer };
  const started: Started[] = [];
  await onboarded(deps);
  return {
    deps,
    started,
    now: () => now,
    /** Moves the clock; what is due is folded by whoever looks next. */
    at(instant: number): void {
      now = instant;
    },
    async change(settings: Partial<Tenant['settings']>, more: Partial<Tenant> = {}): Promise<void> {
      const found = await stores.tenant.get();
      if (found === null) throw new Error('there is no tenant');
      const { tenant, etag } = found;
      const next = { ...tenant, ...more, settings: { ...tenant.settings, ...settings } };
      await stores.tenant.put(tenantSchema.parse(next), etag);
    },
    /** One event comes in now, of which `time` may say that it happened before. @returns its evidence id. */
    async tell<N extends EventName>(
      name: N,
      data: EventData<N>,
      how: Parameters<typeof evidenceOf>[4] & { time?: number } = {},
    ): Promise<string> {
      const evidence = evidenceOf(name, data, how.time ?? now, `told-${told++}`, how);
      await stores.evidence.create(evidence);
      await foldEvents({ ledger: stores.ledger, now: () => now }, [{ evidence }]);
      return evidence.id;
    },
    /** Runs ticks of a cadence until nothing is left. @returns the newest review of it. */
    async review<C extends Cadence>(cadence: C): Promise<ReviewOf<C>> {
      const tick = () => runReviews({ ...all, keys, clock, telemetry: suiteTelemetry() }, cadence, started);
      for (let done = await tick(); done.completed > 0; done = await tick())
        if (done.failed > 0) throw new Error('a review failed');
      const { items } = await stores.evidence.search({ type: 'aispm.review.completed', limit: 200 });
      const digests = items.flatMap(({ event }) =>
        event.type === 'aispm.review.completed' && event.data.cadence === cadence
          ? [[event.data.period, event.data.digest] as const]
          : [],
      );
      const [, digest = ''] = digests.sort().at(-1) ?? [];
      const bytes = await deps.blobs.get('reports', reviewBlob(tenantId, digest));
      if (bytes === null) throw new Error(`there is no ${cadence} review`);
      const { document } = reviewIn(bytes);
      if (document.cadence !== cadence) throw new Error('a review of another cadence');
      // as: the compiler does not follow the cadence into the type.
      return document as ReviewOf<C>;
    },
  };
}
export type PlantedWorld = Awaited<ReturnType<typeof plantedWorld>>;
