import type { ReportView } from '../../../schemas/reports.js';
import { progressOf } from '../../core/delivery/progress.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { instantOf } from '../../core/kernel/time.js';
import type { Report } from '../../core/projections/documents.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { linksOf } from '../links.js';
import { recordStatement, serviceSource } from '../log/record.js';
import type { Page } from '../../ports.js';
import { reportInLog } from './decide-report.js';
import {
  blobNames,
  loadReport,
  renderedId,
  requestedId,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';

type ViewDeps = Pick<ReportDeps, 'stores'>;

/** A report as the log and its record tell it. */
export async function viewReport(deps: ViewDeps, reportId: string): Promise<ReportView> {
  const { value: record } = await loadReport(deps.stores, reportId);
  return viewOf(deps, record, await reportInLog(deps, reportId));
}

/** Reports in order of request, oldest first. */
export async function listReports(
  deps: ViewDeps,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ReportView>> {
  const page = await deps.stores.ledger.list({
    kind: 'report',
    orderBy: 'rank',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const reports = page.items.filter((d): d is Report => d.kind === 'report');
  const items = await Promise.all(
    reports.map(async (report) => viewOf(deps, (await loadReport(deps.stores, report.name)).value, report)),
  );
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

function viewOf({ stores }: ViewDeps, record: ReportRecord, report: Report): ReportView {
  const links = linksOf(stores.tenantId);
  const base = links.at('reports', record.id);
  return {
    id: record.id,
    type: record.type,
    requestedAt: report.requestedAt,
    status: report.status,
    progress: progressOf(
      {
        frozen: record.frozen !== undefined || record.notice !== undefined,
        rendered: record.rendered !== undefined || record.notice !== undefined,
        waiting: record.frozen?.waiting !== undefined,
        approvalRequired: record.approvalRequired,
        recipients: record.recipients.length,
      },
      report,
    ),
    approvalRequired: record.approvalRequired,
    documentDigest: record.frozen?.documentDigest ?? null,
    manifestDigest: record.rendered?.manifestDigest ?? null,
    position: record.frozen?.position ?? null,
    asOf: record.frozen?.asOf ?? null,
    artifacts: (record.rendered?.artifacts ?? []).map(({ format, digest, bytes }) => ({
      format,
      digest,
      bytes,
      link: `${base}/artifacts/${format}`,
    })),
    deliveries: Object.entries(report.deliveries).map(([operation, d]) => ({
      operation,
      recipient: d.recipient,
      status: d.status,
      at: d.at,
    })),
    links: {
      self: base,
      approve: `${base}/approve`,
      reject: `${base}/reject`,
      cancel: `${base}/cancel`,
      packs: `${base}/links`,
      deliveries: links.filtered('deliveries', 'report', record.id),
      ...links.evidence(
        evidenceIdOf(
          serviceSource.uri,
          record.rendered === undefined ? requestedId(record.id) : renderedId(record.id),
        ),
      ),
      ...(record.rendered === undefined ? {} : { manifest: `${base}/artifacts/manifest` }),
    },
  };
}

/** Bytes of an artifact. */
export type ArtifactBytes = { bytes: Uint8Array; contentType: string; digest: string };

/** An artifact, checked against the digest the manifest names before it leaves. @throws Refusal `not_found` while it is not rendered. */
export async function artifactOf(
  { stores, blobs }: Pick<ReportDeps, 'stores' | 'blobs'>,
  reportId: string,
  format: string,
): Promise<ArtifactBytes> {
  const { value: record } = await loadReport(stores, reportId);
  const { name, digest, contentType } = artifactNamed(stores.tenantId, record, format);
  const bytes = await blobs.get('reports', name);
  if (!bytes || sha256Hex(bytes) !== digest) throw new Error('an artifact is missing or was changed');
  return { bytes, contentType, digest };
}

/** The same for a caller of a tenant: the retrieval is evidence. @throws Refusal likewise. */
export async function retrieveArtifact(
  deps: ReportDeps,
  reportId: string,
  format: string,
  subject: string,
): Promise<ArtifactBytes> {
  const { stores, keys, clock } = deps;
  const artifact = await artifactOf(deps, reportId, format);
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await recordStatement(deps, {
    name: 'report.retrieved',
    id: `report-retrieved-${reportId}-${format}-${actor}-${instantOf(clock.now())}`,
    data: { report: reportId, format, actor },
  });
  return artifact;
}

function artifactNamed(
  tenantId: string,
  record: ReportRecord,
  format: string,
): { name: string; digest: string; contentType: string } {
  const json = 'application/json';
  if (format === 'document' && record.frozen) {
    const digest = record.frozen.documentDigest;
    return { name: blobNames.document(tenantId, digest), digest, contentType: json };
  }
  if (format === 'manifest' && record.rendered) {
    const digest = record.rendered.manifestDigest;
    return { name: blobNames.manifest(tenantId, digest), digest, contentType: json };
  }
  const artifact = record.rendered?.artifacts.find((a) => a.format === format);
  if (!artifact) throw new Refusal('not_found', 'the report is not rendered in this format yet');
  return {
    name: blobNames.artifact(tenantId, artifact.digest, format),
    digest: artifact.digest,
    contentType: artifact.contentType,
  };
}
