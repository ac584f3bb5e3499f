import type { ReportType } from '../../schemas/events/service.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { incidentMonth } from './incident-month.js';
import { onTheWay } from './way.js';
import { badMonth, end, goodMonth, storesOf, tenant, thinMonth } from './months.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

/** The eight reports. */
export const types = [
  'cso',
  'ciso',
  'board-kpi',
  'soc2-evidence',
  'incident',
  'trial-handoff',
  'pilot-launch',
  'production-readiness',
] as const satisfies readonly ReportType[];

export type Month = 'good' | 'bad' | 'thin';

const eventsOf = (month: Month, type: ReportType): StoredEvidence[] =>
  type === 'incident'
    ? incidentMonth(({ good: 'contained', bad: 'closed', thin: 'open' } as const)[month])
    : [
        ...{ good: goodMonth, bad: badMonth, thin: thinMonth }[month](),
        ...(month === 'good' && (type === 'trial-handoff' || type === 'pilot-launch') ? onTheWay() : []),
      ];

export async function depsOf(events: readonly StoredEvidence[], rehearsal = false): Promise<ReportDeps> {
  const stores = await storesOf(events);
  return {
    stores,
    registry: memoryStores(),
    blobs: memoryBlobs().open(stores.tenantId),
    keys: memoryKeyRing('reports'),
    clock: { now: () => end },
    renderer: reportRenderer,
    mail: memoryMail(),
    exporter: memoryMail('export'),
    mailRate: { perMinute: 30, perHour: 100 },
    telemetry: suiteTelemetry(),
    rehearsal,
  };
}

/** Building reads only, so that months and reports are made once. */
const made = new Map<string, Promise<unknown>>();
function once<T>(key: string, make: () => Promise<T>): Promise<T> {
  const found = (made.get(key) as Promise<T> | undefined) ?? make();
  made.set(key, found);
  return found;
}

/** The tenant that a report is of, at the end of its month. */
export const worldOf = (type: ReportType, month: Month): Promise<ReportDeps> =>
  once(['incident', 'trial-handoff', 'pilot-launch'].includes(type) ? `${type} ${month}` : month, () =>
    depsOf(eventsOf(month, type), month === 'thin'),
  );

/** One of the eight from one of three months, as the service builds it; the thin month is a rehearsal. */
export const reportOf = (type: ReportType, month: Month, publicSafe = false): Promise<ReportDocument> =>
  once(`${type} ${month} ${String(publicSafe)}`, async () => {
    const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
    return buildReport(await worldOf(type, month), tenant, { type, period, publicSafe });
  });
