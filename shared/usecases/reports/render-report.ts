import { canonicalBytes } from '../../core/kernel/canonical.js';
import { envelopeOf, prepareStatement, type Statement } from '../../core/kernel/dsse.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { originOf } from '../../core/kernel/note.js';
import { manifestPredicate } from '../../core/kernel/predicates.js';
import { millisOf, second } from '../../core/kernel/time.js';
import { prefixedCells } from '../../core/reports/data/spreadsheet-text.js';
import type { ReportFormat } from '../../ports.js';
import { recordStatement } from '../log/record.js';
import { reportInLog } from './decide-report.js';
import { frozenDocument } from './freeze-report.js';
import {
  blobNames,
  loadReport,
  renderedId,
  settleReport,
  type Artifact,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';

export const reportFormats: readonly ReportFormat[] = ['pdf', 'html', 'xlsx', 'csv', 'md', 'json', 'jsonl'];

/**
 * Second step: artifacts from the frozen document, their digests in a signed manifest. An artifact is named by its
 * digest and rendering is deterministic, so a second run writes the same names.
 */
export async function renderReport(
  deps: ReportDeps,
  reportId: string,
): Promise<NonNullable<ReportRecord['rendered']>> {
  const { stores, renderer } = deps;
  const { value: record } = await loadReport(stores, reportId);
  const frozen = record.frozen;
  if (!frozen) throw new Error('a report is frozen before it is rendered');
  const rendered = record.rendered ?? (await settleReport(stores, reportId, 'rendered', await renderAll()));
  const { isNew, entry } = await recordStatement(deps, {
    name: 'report.rendered',
    id: renderedId(reportId),
    data: {
      report: reportId,
      documentDigest: frozen.documentDigest,
      manifestDigest: rendered.manifestDigest,
      position: frozen.position,
      asOf: frozen.asOf,
      artifacts: rendered.artifacts.map(({ format, digest, bytes }) => ({ format, digest, bytes })),
    },
  });
  if (isNew) {
    const { requestedAt } = await reportInLog(deps, reportId);
    const took = millisOf(entry.sequencedAt) - millisOf(requestedAt);
    deps.telemetry.measure('aispm.report.duration', took / second, { type: record.type });
  }
  return rendered;

  async function renderAll(): Promise<NonNullable<ReportRecord['rendered']>> {
    if (!frozen) throw new Error('a report is frozen before it is rendered');
    const document = await frozenDocument(deps, frozen);
    const artifacts: Artifact[] = [];
    const files: File[] = [{ name: 'document.json', bytes: canonicalBytes(document) }];
    for (const format of reportFormats) {
      const { bytes, contentType } = await renderer.render(format, document, frozen.context);
      artifacts.push(await keepArtifact(deps, format, bytes, contentType));
      files.push({ name: `report.${format}`, bytes });
    }
    const manifest = await signManifest(deps, record, frozen, artifacts, prefixedCells(document));
    // The manifest and the keys name the tenant: a public-safe packet leaves without them.
    if (!record.publicSafe)
      files.push({ name: 'manifest.json', bytes: manifest.bytes }, await keysFile(deps));
    const zip = await keepArtifact(deps, 'zip', await renderer.pack(files), 'application/zip');
    return { artifacts: [...artifacts, zip], manifestDigest: manifest.digest };
  }
}

type File = { name: string; bytes: Uint8Array };

/** Stores an artifact under its digest. */
async function keepArtifact(
  { stores, blobs }: ReportDeps,
  format: string,
  bytes: Uint8Array,
  contentType: string,
): Promise<Artifact> {
  const digest = sha256Hex(bytes);
  await blobs.create('reports', blobNames.artifact(stores.tenantId, digest, format), bytes, contentType);
  return { format, digest, bytes: bytes.length, contentType };
}

/** The tenant's public keys as `GET …/keys` answers them, so that the ZIP can be checked by itself. */
async function keysFile({ stores }: ReportDeps): Promise<File> {
  const found = await stores.tenant.get();
  const { tenantId } = stores;
  const keys = found?.tenant.keys ?? [];
  return { name: 'keys.json', bytes: canonicalBytes({ tenantId, origin: originOf(tenantId), keys }) };
}

/** DSSE envelope over an in-toto statement whose subjects are the artifacts. Ed25519: the same key gives the same bytes. */
async function signManifest(
  deps: ReportDeps,
  record: ReportRecord,
  frozen: NonNullable<ReportRecord['frozen']>,
  artifacts: readonly Artifact[],
  prefixed: number,
): Promise<{ bytes: Uint8Array; digest: string }> {
  const { stores, keys, blobs } = deps;
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'document.json', digest: { sha256: frozen.documentDigest } },
      ...artifacts.map(({ format, digest }) => ({ name: `report.${format}`, digest: { sha256: digest } })),
    ],
    predicateType: manifestPredicate,
    predicate: {
      tenantId: stores.tenantId,
      report: record.id,
      reportType: record.type,
      position: frozen.position,
      asOf: frozen.asOf,
      checkpoint: frozen.note,
      rehearsal: deps.rehearsal,
      // Apostrophes of the CSV that are not part of what was recorded; the JSON Lines are the exact copy.
      csvPrefixedCells: prefixed,
    },
  };
  const { payload, toSign } = prepareStatement(statement);
  const { keyId, signature } = await keys.sign(stores.tenantId, toSign);
  const bytes = canonicalBytes(envelopeOf(payload, keyId, signature));
  const digest = sha256Hex(bytes);
  await blobs.create('reports', blobNames.manifest(stores.tenantId, digest), bytes, 'application/json');
  return { bytes, digest };
}
