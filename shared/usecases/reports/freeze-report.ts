import {
  reportDocumentSchema,
  type ReportDocument,
  type RenderContext,
} from '../../../schemas/report-document.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { fromHex, fromUtf8, toBase64 } from '../../core/kernel/bytes.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { buildReport } from './build-report.js';
import { foldUntil } from '../log/fold.js';
import { signCheckpoint } from '../log/checkpoints.js';
import { stateRequest } from './request-report.js';
import { buildValidationReport } from './validation-report.js';
import { blobNames, loadReport, settleReport, type ReportDeps, type ReportRecord } from './report-record.js';

type Frozen = NonNullable<ReportRecord['frozen']>;

/**
 * First step: builds the document at the log's position of now and stores it. Every later step reads this, never the
 * projections. Run again after a crash: what was frozen first stands.
 */
export async function freezeReport(deps: ReportDeps, reportId: string): Promise<Frozen> {
  const { stores, blobs, clock } = deps;
  const { value: record } = await loadReport(stores, reportId);
  if (record.frozen) return record.frozen;
  await stateRequest(deps, record);
  const tenant = await stores.tenant.get();
  if (!tenant) throw new Refusal('not_found', 'there is no such tenant');
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const document = await (record.type === 'delivery-validation'
    ? buildValidationReport(deps, tenant.tenant, record)
    : buildReport(deps, tenant.tenant, record));
  const bytes = canonicalBytes(reportDocumentSchema.parse(document));
  const documentDigest = sha256Hex(bytes);
  await blobs.create(
    'reports',
    blobNames.document(stores.tenantId, documentDigest),
    bytes,
    'application/json',
  );
  const checkpoint = await signCheckpoint(deps);
  const context: RenderContext = {
    documentDigest,
    keyId: checkpoint.keyId,
    checkpoint: { size: checkpoint.size, rootHash: toBase64(fromHex(checkpoint.root)) },
    // The manifest names the tenant, so a public-safe report leaves without it.
    verifyCommand: record.publicSafe
      ? 'ask who gave you this report: they hold its signed manifest'
      : `aispm verify ${reportId}.zip`,
  };
  return settleReport(stores, reportId, 'frozen', {
    documentDigest,
    position: document.position,
    asOf: document.asOf,
    context,
    note: checkpoint.note,
    build: deps.build ?? null,
    ...(document.issue.state === 'waiting' ? { waiting: document.issue.text } : {}),
  });
}

/** The frozen document as it was stored; its digest is checked, because everything after rests on it. */
export async function frozenDocument(
  deps: Pick<ReportDeps, 'stores' | 'blobs'>,
  frozen: Frozen,
): Promise<ReportDocument> {
  const bytes = await deps.blobs.get(
    'reports',
    blobNames.document(deps.stores.tenantId, frozen.documentDigest),
  );
  if (!bytes || sha256Hex(bytes) !== frozen.documentDigest)
    throw new Error('the frozen document is missing or was changed');
  return reportDocumentSchema.parse(JSON.parse(fromUtf8(bytes)));
}
