import type { RenderContext } from '../../../schemas/report-document.js';
import type { ReportType } from '../../../schemas/events/service.js';
import type { Build } from '../../../schemas/release.js';
import type { MailRate } from '../../core/delivery/budget.js';
import type { Notice } from '../../core/delivery/notice.js';
import type { Cadence } from '../../core/reviews/periods.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type {
  BlobStore,
  Clock,
  KeyRing,
  MailProvider,
  Renderer,
  Stores,
  Telemetry,
  TenantStores,
} from '../../ports.js';

/** What report steps need. One tenant's stores; the mail registry spans tenants because a provider's event names none. */
export type ReportDeps = {
  stores: TenantStores;
  registry: Pick<Stores, 'rememberOperation' | 'mailBudget'>;
  blobs: BlobStore;
  keys: KeyRing;
  clock: Clock;
  renderer: Renderer;
  mail: MailProvider;
  /** Where a report goes that is exported and not mailed. */
  exporter: MailProvider;
  /** What that provider takes. */
  mailRate: MailRate;
  telemetry: Telemetry;
  /** This service as its readers reach it; absent where it does not know. */
  publicUrl?: string;
  /** What runs here, where it is known. */
  build?: Build | null;
  /** Everything here is a rehearsal and says so: loopback endpoints, or no production environment. */
  rehearsal: boolean;
};

export type Artifact = { format: string; digest: string; bytes: number; contentType: string };

/**
 * The working state of a report's production. What others rely on stands in the log; this is what the steps need to do
 * the same again after a crash: each member is written once, and a step that finds it returns it.
 */
export type ReportRecord = {
  id: string;
  type: ReportType;
  requestedBy: string;
  approvalRequired: boolean;
  /** Pseudonyms; addresses are looked up when a mail is sent. */
  recipients: string[];
  period: { label: string; from: string; to: string; zone: string };
  publicSafe: boolean;
  /** The incident an incident report is about; the one opened last where absent. */
  incident?: string;
  /** The review that a digest is of. */
  review?: { cadence: Cadence; period: string };
  /** What a notice says: it has no packet, and is neither frozen nor rendered. */
  notice?: Notice;
  /** The schedule that asked for it. */
  schedule?: string;
  approvalExpiresHours: number;
  /** Goes into Blob and to nobody. */
  deliver?: 'export';
  frozen?: {
    documentDigest: string;
    position: number;
    asOf: string;
    context: RenderContext;
    note: string;
    /** The build that froze it. */
    build: Build | null;
    /** What the packet waits for, in its own words: it may be read, and is neither approved nor sent. */
    waiting?: string;
  };
  rendered?: { artifacts: Artifact[]; manifestDigest: string };
};

/** Has a report produced, once: one that runs or is past its beginning is left alone. */
export type Produce = (record: ReportRecord) => Promise<void>;

export const reportRecordId = (id: string): string => `report:${id}`;
/** Ids that the service gives the events of a report's first steps. */
export const requestedId = (id: string): string => `report-requested-${id}`;
export const renderedId = (id: string): string => `report-rendered-${id}`;

export const operationRecordId = (operationId: string): string => `operation:${operationId}`;

export async function loadReport(
  stores: TenantStores,
  id: string,
): Promise<{ value: ReportRecord; etag: string }> {
  const found = await stores.records.get<ReportRecord>(reportRecordId(id));
  if (!found) throw new Refusal('not_found', 'there is no such report');
  return found;
}

/**
 * Adds what a step found out, once. When another run of the same step was first, its result stands and is returned:
 * a step that ran twice must not leave two truths.
 */
export async function settleReport<K extends 'frozen' | 'rendered'>(
  stores: TenantStores,
  id: string,
  member: K,
  value: NonNullable<ReportRecord[K]>,
): Promise<NonNullable<ReportRecord[K]>> {
  for (;;) {
    const { value: record, etag } = await loadReport(stores, id);
    const existing: ReportRecord[K] = record[member];
    if (existing !== undefined) return existing;
    if (
      (await stores.records.put(reportRecordId(id), 'report', { ...record, [member]: value }, etag)) !== null
    )
      return value;
  }
}

export const blobNames = {
  document: (tenantId: string, digest: string): string => `${tenantId}/documents/${digest}.json`,
  artifact: (tenantId: string, digest: string, format: string): string =>
    `${tenantId}/artifacts/${digest}.${format}`,
  manifest: (tenantId: string, digest: string): string => `${tenantId}/manifests/${digest}.json`,
};
