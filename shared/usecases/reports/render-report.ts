import { canonicalBytes } from '../../core/kernel/canonical.js';
import { envelopeOf, prepareStatement, type Statement } from '../../core/kernel/dsse.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { manifestPredicate } from '../../core/kernel/predicates.js';
import type { ReportFormat } from '../../ports.js';
import { recordStatement } from '../record.js';
import { frozenDocument } from './freeze-report.js';
import {
  blobNames,
  loadReport,
  settleReport,
  type Artifact,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';

export const reportFormats: readonly ReportFormat[] = ['pdf', 'html', 'json'];

/**
 * Second step: artifacts from the frozen document, their digests in a signed manifest. An artifact is named by its
 * digest and rendering is deterministic, so a second run writes the same names.
 */
export async function renderReport(
  deps: ReportDeps,
  reportId: string,
): Promise<NonNullable<ReportRecord['rendered']>> {
  const { stores, blobs, renderer } = deps;
  const { value: record } = await loadReport(stores, reportId);
  const frozen = record.frozen;
  if (!frozen) throw new Error('a report is frozen before it is rendered');
  const rendered = record.rendered ?? (await settleReport(stores, reportId, 'rendered', await renderAll()));
  await recordStatement(deps, {
    name: 'report.rendered',
    id: `report-rendered-${reportId}`,
    data: {
      report: reportId,
      documentDigest: frozen.documentDigest,
      manifestDigest: rendered.manifestDigest,
      position: frozen.position,
      asOf: frozen.asOf,
      artifacts: rendered.artifacts.map(({ format, digest, bytes }) => ({ format, digest, bytes })),
    },
  });
  return rendered;

  async function renderAll(): Promise<NonNullable<ReportRecord['rendered']>> {
    if (!frozen) throw new Error('a report is frozen before it is rendered');
    const document = await frozenDocument(deps, frozen);
    const artifacts: Artifact[] = [];
    for (const format of reportFormats) {
      const { bytes, contentType } = await renderer.render(format, document, frozen.context);
      const digest = sha256Hex(bytes);
      await blobs.create('reports', blobNames.artifact(stores.tenantId, digest, format), bytes, contentType);
      artifacts.push({ format, digest, bytes: bytes.length, contentType });
    }
    return { artifacts, manifestDigest: await signManifest(deps, record, frozen, artifacts) };
  }
}

/** DSSE envelope over an in-toto statement whose subjects are the artifacts. Ed25519: the same key gives the same bytes. */
async function signManifest(
  deps: ReportDeps,
  record: ReportRecord,
  frozen: NonNullable<ReportRecord['frozen']>,
  artifacts: readonly Artifact[],
): Promise<string> {
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
    },
  };
  const { payload, toSign } = prepareStatement(statement);
  const { keyId, signature } = await keys.sign(stores.tenantId, toSign);
  const bytes = canonicalBytes(envelopeOf(payload, keyId, signature));
  const digest = sha256Hex(bytes);
  await blobs.create('reports', blobNames.manifest(stores.tenantId, digest), bytes, 'application/json');
  return digest;
}
