import { canonicalBytes } from '../../shared/core/kernel/canonical.js';
import { fromUtf8, toBase64, utf8 } from '../../shared/core/kernel/bytes.js';
import { checkpointText, originOf } from '../../shared/core/kernel/note.js';
import { signedNote } from '../../shared/core/log/checkpoint.js';
import type { PacketFile } from '../../shared/core/reports/manifest.js';
import type { Services } from '../faults/story.js';
import { admit, eventOf, feed, newWorld, reportDeps, tenantId } from '../faults/story.js';
import { proveConsistency, signCheckpoint, type LogDeps } from '../../shared/usecases/log/checkpoints.js';
import { readEvidence, readProof } from '../../shared/usecases/posture/read-evidence.js';
import { decideGate, previewReadiness } from '../../shared/usecases/readiness/gate.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import { retrieveArtifact } from '../../shared/usecases/reports/view-report.js';
import { releaseNamed } from '../../shared/core/readiness/validators/facts.js';
import { pipelineActor } from '../tenants.js';

/** Everything that can be verified, made by the service itself over stores in memory, as the bytes a caller would save. */
export type Papers = Awaited<ReturnType<typeof makePapers>>;

export async function makePapers() {
  const world = await newWorld();
  const services: Services = { ...world, world };
  const deps = reportDeps(services);
  const log: LogDeps = deps;
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(...(await admit(services, [eventOf(`e${n}`, 5 - n)])));
  await feed(services);
  const older = await signCheckpoint(log);

  const document = await deps.stores.tenant.get();
  if (document === null) throw new Error('the world has no tenant');
  const record = await requestReport(
    deps,
    document.tenant,
    { subject: 'operator' },
    { type: 'ciso', idempotencyKey: 'papers' },
    'unused',
  );
  await freezeReport(deps, record.id);
  await renderReport(deps, record.id);
  const artifact = async (format: string, name: string): Promise<PacketFile> => ({
    name,
    bytes: (await retrieveArtifact(deps, record.id, format, 'auditor')).bytes,
  });
  const packet = [
    await artifact('manifest', 'manifest.json'),
    await artifact('document', 'document.json'),
    await artifact('html', 'report.html'),
    await artifact('json', 'report.json'),
    await artifact('pdf', 'report.pdf'),
    ...(await Promise.all(
      ['xlsx', 'csv', 'md', 'jsonl'].map((format) => artifact(format, `report.${format}`)),
    )),
  ];

  const gate = { ...deps, rehearsal: true };
  const answer = await decideGate(gate, 'production', releaseNamed('v1.2.3'), pipelineActor);
  const preview = await previewReadiness(gate, 'production');
  const [eventId = ''] = ids;
  const newer = await signCheckpoint(log);
  const { keyId, publicKey } = await services.keys.ensure(tenantId);
  const keys = {
    tenantId,
    origin: originOf(tenantId),
    keys: [
      { keyId, algorithm: 'Ed25519', publicKey: toBase64(publicKey), createdAt: '2026-11-01T00:00:00Z' },
    ],
  };
  const { people: _people, links: _links, ...event } = await readEvidence(deps.stores, eventId, false);
  const { links: _proofLinks, ...proof } = await readProof(log, eventId);
  return {
    /** The service behind the papers, to ask it more. */
    services,
    deps,
    gate,
    reportId: record.id,
    keys: json('keys.json', keys),
    /** The same, as the service answers them. */
    keysAnswer: keys,
    publicKey,
    packet,
    event: json('event.json', event),
    proof: json('proof.json', proof),
    older: text('older.txt', older.note),
    newer: json('newer.json', newer),
    consistency: json('consistency.json', await proveConsistency(log, older.size, newer.size)),
    answer: json('answer.json', answer),
    preview: json('preview.json', preview),
    record: json('record.json', await readEvidence(deps.stores, answer.decision ?? '', false)),
    recordProof: json('record-proof.json', await readProof(log, answer.decision ?? '')),
    fork: async () => {
      const root = new Uint8Array(32).fill(7);
      const forged = { origin: originOf(tenantId), size: newer.size, root };
      const { signature } = await services.keys.sign(tenantId, utf8(checkpointText(forged)));
      return text('fork.txt', signedNote(forged, publicKey, signature));
    },
  };
}

export const json = (name: string, value: unknown): PacketFile => ({ name, bytes: canonicalBytes(value) });
export const text = (name: string, value: string): PacketFile => ({ name, bytes: utf8(value) });

/** A JSON file with one value changed by hand. */
export function changed(file: PacketFile, change: (value: Record<string, unknown>) => void): PacketFile {
  const value = JSON.parse(fromUtf8(file.bytes)) as Record<string, unknown>;
  change(value);
  return json(file.name, value);
}

/** A file with one bit turned over. */
export function flipped(file: PacketFile, bit: number): PacketFile {
  const bytes = Uint8Array.from(file.bytes);
  const at = Math.floor(bit / 8) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  return { name: file.name, bytes };
}
