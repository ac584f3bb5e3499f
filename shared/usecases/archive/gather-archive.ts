import { archiveFiles } from '../../../schemas/archive.js';
import type { EventName } from '../../../schemas/events/types.js';
import { packetSchema } from '../../../schemas/packets.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { fromUtf8 } from '../../core/kernel/bytes.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { originOf } from '../../core/kernel/note.js';
import { instantOf } from '../../core/kernel/time.js';
import type { PacketFile } from '../../core/reports/manifest.js';
import type { Period } from '../../core/reviews/periods.js';
import { startOfDay } from '../../core/reviews/zone.js';
import type { BlobStore, StoredEvidence, TenantStores } from '../../ports.js';
import { checkpointFolder, type Prover } from '../log/checkpoints.js';
import { inParallel } from '../parallel.js';
import { readSome } from '../read-some.js';
import { knownAt } from '../log/replay.js';
import { eventsWithin } from '../reports/read-proofs.js';
import { reviewBlob, reviewIn } from '../reviews/review-document.js';
import { blobNames, reportRecordId, type ReportRecord } from '../reports/report-record.js';

/*
 * What an operating archive holds of a quarter, read from the log and the blobs. Everything is read within bounds; where
 * there is more than a bound, the archive says how much.
 */

export type GatherArchiveDeps = { stores: TenantStores; blobs: BlobStore };
/** The quarter as instants: first included, last excluded. One that runs ends with what is said now. */
export type Window = { from: string; to: string };

/** Types whose events prove how the service was operated. */
const provingTypes = [
  'connector.validated',
  'isolation.tested',
  'integrity.checked',
  'deployment.validated',
  'workflow.exercised',
  'drill.recorded',
  'packet.submitted',
  'archive.closed',
  'archive.verified',
  'review.completed',
  'review.acknowledged',
  'readiness.decided',
  'report.rendered',
  'report.approved',
  'report.delivered',
] as const satisfies readonly EventName[];

const most = { events: 1000, checkpoints: 500, packets: 2000, reviews: 5000, reports: 20_000 };
const atOnce = 8;

export function windowOf(period: Period, zone: string, now: number): Window {
  return {
    from: instantOf(startOfDay(period.from, zone)),
    to: instantOf(Math.min(period.endsAt, now + 1)),
  };
}

/** Events of the quarter that prove something, and those named, each with its proof; what the checkpoint covers. */
export async function eventFiles(
  { stores }: GatherArchiveDeps,
  window: Window,
  named: readonly string[],
  prover: Prover,
): Promise<PacketFile[]> {
  const found = new Map<string, StoredEvidence>();
  for (const name of provingTypes)
    for (const event of (await eventsWithin(stores, name, window, most.events)).events)
      found.set(event.id, event);
  for (const event of await stores.evidence.getMany(named)) if (event !== null) found.set(event.id, event);
  const files = await inParallel([...found.values()], atOnce, async ({ id, digest, event, admission }) => {
    const entry = await stores.ledger.entryOf(id);
    if (entry === null || entry.position >= prover.checkpoint.size) return null;
    const log = { position: entry.position, sequencedAt: entry.sequencedAt };
    return jsonFile(archiveFiles.event(id), {
      event: { id, digest, event, admission, log },
      proof: prover.inclusion(entry),
    });
  });
  return files.filter((file) => file !== null);
}

/** Checkpoints signed in the quarter, each with the proof that its log is the beginning of the archive's. */
export async function checkpointFiles(
  { stores, blobs }: GatherArchiveDeps,
  { from, to }: Window,
  prover: Prover,
): Promise<{ files: PacketFile[]; of: number }> {
  const [first, last] = [await sizeAt(stores, from), await sizeAt(stores, to)];
  const names = (await blobs.list('log', checkpointFolder(stores.tenantId)))
    .map((name) => ({ name, size: Number(name.slice(name.lastIndexOf('/') + 1)) }))
    .filter(({ size }) => size > first && size <= Math.min(last, prover.checkpoint.size));
  const step = Math.max(1, Math.ceil(names.length / most.checkpoints));
  const kept = names.filter((_, n) => n % step === 0 || n === names.length - 1);
  const files = await inParallel(kept, atOnce, async ({ name, size }) => ({
    name: archiveFiles.checkpoint(size),
    bytes: await present(blobs, 'log', name),
  }));
  const proofs = kept
    .filter(({ size }) => size < prover.checkpoint.size)
    .map(({ size }) => prover.consistency(size));
  return { files: [...files, jsonFile(archiveFiles.consistency, { items: proofs })], of: names.length };
}

async function sizeAt({ ledger }: TenantStores, instant: string): Promise<number> {
  const head = await ledger.head();
  return head?.document.kind === 'head' ? knownAt(ledger, head.document, instant) : 0;
}

/** Packets that were issued in the quarter. */
export async function packetFiles(
  { stores, blobs }: GatherArchiveDeps,
  { from, to }: Window,
): Promise<PacketFile[]> {
  const names = (await blobs.list('reports', `${stores.tenantId}/packets/`)).slice(-most.packets);
  const files = await inParallel(names, atOnce, async (name) => {
    const bytes = await present(blobs, 'reports', name);
    const packet = packetSchema.parse(JSON.parse(fromUtf8(bytes)));
    return packet.as_of >= from && packet.as_of <= to
      ? { name: archiveFiles.packet(packet.digest), bytes }
      : null;
  });
  return files.filter((file) => file !== null);
}

/** Reviews of periods that lie in the quarter. */
export async function reviewFiles(
  { stores, blobs }: GatherArchiveDeps,
  period: Period,
  { from }: Window,
): Promise<PacketFile[]> {
  const query = { kind: 'item', where: { itemKind: 'review' } } as const;
  const { items } = await readSome(stores.ledger, query, most.reviews);
  const done = items.flatMap(({ review }) => review?.completed ?? []).filter(({ time }) => time >= from);
  const events = await stores.evidence.getMany(done.map(({ id }) => id));
  const files = await inParallel(events, atOnce, async (evidence) => {
    if (evidence?.event.type !== 'aispm.review.completed') return null;
    const { review, digest } = evidence.event.data;
    const bytes = await present(blobs, 'reports', reviewBlob(stores.tenantId, digest));
    const { from: first, to: last } = reviewIn(bytes).document.period;
    return first >= period.from && last <= period.to ? { name: archiveFiles.review(review), bytes } : null;
  });
  return files.filter((file) => file !== null);
}

/** Reports requested in the quarter and rendered: manifest, document and renderings. A ZIP would hold the same once more. */
export async function reportFiles(
  { stores, blobs }: GatherArchiveDeps,
  { from, to }: Window,
): Promise<PacketFile[]> {
  const { items } = await readSome(stores.ledger, { kind: 'report' }, most.reports);
  const reports = items.filter(({ requestedAt }) => requestedAt >= from && requestedAt < to);
  const files = await inParallel(reports, 2, async ({ name }) => {
    const record = (await stores.records.get<ReportRecord>(reportRecordId(name)))?.value;
    if (record?.rendered === undefined || record.frozen === undefined || record.publicSafe) return [];
    const { manifestDigest, artifacts } = record.rendered;
    const parts = [
      ['manifest.json', blobNames.manifest(stores.tenantId, manifestDigest)],
      ['document.json', blobNames.document(stores.tenantId, record.frozen.documentDigest)],
      ...artifacts
        .filter(({ format }) => format !== 'zip')
        .map(({ format, digest }) => [format, blobNames.artifact(stores.tenantId, digest, format)]),
    ] as const;
    return inParallel(parts, atOnce, async ([part = '', blob = '']) => ({
      name: archiveFiles.report(name, part === 'json' ? 'report.json' : part),
      bytes: await present(blobs, 'reports', blob),
    }));
  });
  return files.flat();
}

/** The tenant's public keys as `GET …/keys` answers them, so that the archive can be checked by itself. */
export const keysFile = ({ tenantId, keys }: Tenant): PacketFile =>
  jsonFile(archiveFiles.keys, { tenantId, origin: originOf(tenantId), keys });

export const jsonFile = (name: string, value: object): PacketFile => ({ name, bytes: canonicalBytes(value) });

async function present(blobs: BlobStore, container: 'log' | 'reports', name: string): Promise<Uint8Array> {
  const bytes = await blobs.get(container, name);
  if (bytes === null) throw new Error(`a blob of the archive is missing: ${name.split('/')[1] ?? ''}`);
  return bytes;
}
