import { beforeEach, describe, expect, it } from 'vitest';

import { archiveFiles } from '../../schemas/archive.js';
import { archiveSignOffs } from '../../schemas/sign-offs.js';
import type { Tenant } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';

import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { verdictOf } from '../../shared/cli/verdict.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { day } from '../../shared/core/kernel/time.js';
import { readNote } from '../../shared/core/log/trust.js';
import type { PacketFile } from '../../shared/core/reports/manifest.js';
import type { Blobs } from '../../shared/ports.js';
import { closeArchive } from '../../shared/usecases/archive/close-archive.js';
import { archiveBlob } from '../../shared/usecases/archive/open-archive.js';
import { archiveFile, readArchives } from '../../shared/usecases/archive/read-archives.js';
import { signCheckpoint } from '../../shared/usecases/log/checkpoints.js';
import { issuePackets } from '../../shared/usecases/readiness/gate.js';
import { runReviews } from './run.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import { processWith } from '../faults/dying.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { tenantNamed } from '../tenants.js';
import { allSignedOff, flipped, onboarded, passedDrill, signedOff } from './signed-off.js';

const harbour = tenantNamed('harbour');
const quarter = '2026-Q4';
let now: number;
let allBlobs: Blobs;
let deps: ReportDeps;
let tenant: Tenant;

beforeEach(async () => {
  now = Date.parse('2026-11-24T09:00:00Z');
  const stores = memoryStores();
  allBlobs = memoryBlobs();
  const keys = memoryKeyRing('archive');
  const telemetry = suiteTelemetry();
  deps = {
    stores: stores.open(harbour),
    registry: stores,
    blobs: allBlobs.open(harbour),
    keys,
    clock: { now: () => now },
    renderer: reportRenderer,
    exporter: memoryMail('export'),
    mailRate: { perMinute: 30, perHour: 100 },
    mail: memoryMail(),
    telemetry,
    rehearsal: false,
  };
  now -= 2 * day;
  tenant = await onboarded(deps);
  now += 2 * day;
});

/** A quarter in which something of everything was made. */
async function lived(): Promise<void> {
  await passedDrill(deps, 'drill-0');
  await signCheckpoint(deps);
  await issuePackets(deps, null);
  const { stores, registry: _registry, blobs: _blobs, ...rest } = deps;
  const all = { open: () => stores, due: () => Promise.resolve({ items: [harbour] }) };
  await runReviews({ ...rest, stores: { ...memoryStores(), ...all }, blobs: allBlobs }, 'daily');
  const { id } = await requestReport(deps, tenant, { subject: 'op' }, { type: 'ciso' }, 'nonce');
  await freezeReport(deps, id);
  await renderReport(deps, id);
}

const close = (key = 'k1') => closeArchive(deps, tenant, quarter, 'operator-1', key);
async function filesOf(): Promise<PacketFile[]> {
  const { bytes } = await archiveFile(deps, quarter);
  return (await reportRenderer.unpack(bytes)) ?? [];
}
const verdict = (files: readonly PacketFile[]) =>
  verdictOf([{ name: 'archive.zip', files: [...files] }], null);

describe('the operating archive of a quarter', () => {
  it('holds packets, proofs, checkpoints, reviews and artifacts in one ZIP that aispm verify accepts', async () => {
    await lived();
    await allSignedOff(deps, tenant);
    await close();
    const files = await filesOf();
    const kinds = new Set(files.map(({ name }) => name.split(/[-.]/)[0]));
    expect([...kinds].sort()).toEqual(
      ['archive', 'checkpoint', 'consistency', 'event', 'keys', 'packet', 'report', 'review'].sort(),
    );
    expect(files.filter(({ name }) => name.startsWith('packet-'))).toHaveLength(4);
    expect(files.filter(({ name }) => name.startsWith('review-'))).toHaveLength(2);
    for (const part of ['manifest.json', 'document.json', 'pdf', 'xlsx', 'html'])
      expect(files.some(({ name }) => name.startsWith('report-') && name.endsWith(`.${part}`))).toBe(true);
    const { verdict: said, sections, unclear } = verdict(files);
    expect([said, unclear]).toEqual(['verified', []]);
    expect(sections.at(-1)?.checks.at(-1)?.check).toBe('every sign-off is an event of the archive');
  }, 60_000);

  it('is held against a checkpoint that a mail told, by its own checkpoints, where they lead there', async () => {
    await lived();
    await allSignedOff(deps, tenant);
    await close();
    const files = await filesOf();
    const notes = files
      .filter(({ name }) => name.startsWith('checkpoint-'))
      .map(({ bytes }) => fromUtf8(bytes));
    const told = (note: string) => {
      const { size, root } = readNote(note).checkpoint;
      return { size, root };
    };
    const against = (one: ReturnType<typeof told>) =>
      verdictOf([{ name: 'archive.zip', files: [...files] }], null, [one]);
    expect(notes.length).toBeGreaterThan(1);
    for (const note of notes) {
      const { verdict: said, unclear } = against(told(note));
      expect([said, unclear]).toEqual(['verified', []]);
      const other = against({ ...told(note), root: told(note).root.map((byte) => byte ^ 1) });
      expect(other.verdict).toBe('not_verified');
      expect(JSON.stringify(other.sections)).toContain('log_forked');
    }
    const sizes = notes.map((note) => told(note).size);
    const between = Array.from({ length: Math.max(...sizes) }, (_, n) => n + 1).find(
      (n) => !sizes.includes(n),
    );
    const unknown = against({ size: between ?? 1, root: told(notes[0] ?? '').root });
    expect(unknown.verdict).toBe('could_not_tell');
    expect(unknown.unclear.join()).toContain('needs the answer of GET …/log/consistency');
  }, 60_000);

  it('shows one flipped bit in any of its files, a file that is missing, and one that is too many', async () => {
    await lived();
    await allSignedOff(deps, tenant);
    await close();
    const files = await filesOf();
    for (const [n, { name, bytes }] of files.entries()) {
      const changed = files.map((file, i) =>
        i === n ? { name, bytes: flipped(bytes, bytes.length >> 1) } : file,
      );
      expect(verdict(changed).verdict, name).not.toBe('verified');
      if (name !== archiveFiles.manifest)
        expect(verdict(files.filter((_, i) => i !== n)).verdict, name).not.toBe('verified');
    }
    const [first] = files;
    if (first === undefined) throw new Error('the archive is empty');
    expect(verdict([...files, { ...first, name: 'note.txt' }]).verdict).toBe('not_verified');
  }, 60_000);

  it('is not closed while a sign-off is missing, and says which', async () => {
    const drill = await passedDrill(deps);
    await signedOff(deps, tenant, 'documentation_sync', [drill]);
    await expect(close()).rejects.toMatchObject({
      code: 'conflict',
      message:
        'the quarter is not signed off: publication_validation, first_wave_activation, customer_operating_review, advisory_drill_closeout',
    });
    const { signOffs, archives } = await readArchives(deps.stores, tenant, quarter);
    expect(archives).toEqual([]);
    expect(signOffs.filter(({ given }) => given !== null).map(({ name }) => name)).toEqual([
      'documentation_sync',
    ]);
  });

  it('does not take the sign-offs of another quarter', async () => {
    await allSignedOff(deps, tenant, '2026-Q3');
    await expect(close()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('cannot be closed before its quarter has begun', async () => {
    await expect(closeArchive(deps, tenant, '2027-Q1', 'operator-1', 'k')).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('closed again under the same key is the same archive; under another it is a new one with what came since', async () => {
    await allSignedOff(deps, tenant);
    const first = await close('k1');
    now += day;
    expect(await close('k1')).toEqual(first);
    const second = await close('k2');
    expect(second.digest).not.toBe(first.digest);
    expect(second.position).toBeGreaterThan(first.position);
    const { archives } = await readArchives(deps.stores, tenant, quarter);
    expect(archives.map(({ archive, closed, onDemand }) => [archive, closed, onDemand])).toEqual([
      [second.archive, true, true],
      [first.archive, true, true],
    ]);
    const events = await deps.stores.evidence.search({ type: 'aispm.archive.closed', limit: 10 });
    expect(events.items).toHaveLength(2);
  });

  it('is not closed over something that was changed where it lay: the fault is named', async () => {
    await lived();
    await allSignedOff(deps, tenant);
    const blobs = {
      ...deps.blobs,
      get: async (...asked: Parameters<typeof deps.blobs.get>) => {
        const bytes = await deps.blobs.get(...asked);
        return bytes && asked[1].includes('/artifacts/') ? flipped(bytes, 10) : bytes;
      },
    };
    await expect(closeArchive({ ...deps, blobs }, tenant, quarter, 'op', 'k')).rejects.toThrow(
      /would not verify: every report verifies by itself: report-.*digest/,
    );
  }, 60_000);

  it('killed at any step is closed by the same order again, once', async () => {
    await allSignedOff(deps, tenant);
    const whole = processWith(null);
    const fresh = async () => {
      const own = { ...deps, stores: memoryStores().open(harbour), blobs: memoryBlobs().open(harbour) };
      await onboarded(own);
      await allSignedOff(own, tenant);
      return own;
    };
    const counted = await fresh();
    await closeArchive(
      { ...counted, stores: whole.wrap('stores', counted.stores), blobs: whole.wrap('blobs', counted.blobs) },
      tenant,
      quarter,
      'op',
      'k',
    );
    for (let at = 0; at < whole.calls.length; at += 3) {
      const own = await fresh();
      const process = processWith({ at, when: at % 2 === 0 ? 'before' : 'after' });
      const dying = {
        ...own,
        stores: process.wrap('stores', own.stores),
        blobs: process.wrap('blobs', own.blobs),
      };
      await closeArchive(dying, tenant, quarter, 'op', 'k').catch(() => undefined);
      now += 1000;
      const record = await closeArchive(own, tenant, quarter, 'op', 'k');
      const bytes = await own.blobs.get('reports', archiveBlob(harbour, record.digest));
      expect(bytes && sha256Hex(bytes)).toBe(record.digest);
      const closed = await own.stores.evidence.search({ type: 'aispm.archive.closed', limit: 10 });
      expect(
        closed.items.map(({ event }) => event.type === 'aispm.archive.closed' && event.data.digest),
      ).toEqual([record.digest]);
    }
  }, 60_000);

  it('names who signed off: five roles’ people, as events of the log', async () => {
    await allSignedOff(deps, tenant);
    await close();
    const files = await filesOf();
    const events = files
      .filter(({ name }) => name.startsWith('event-'))
      .map(
        ({ bytes }) =>
          JSON.parse(fromUtf8(bytes)) as { event: { event: { type: string; data: { signOff?: string } } } },
      );
    const signed = events
      .map(({ event }) => event.event)
      .filter(({ type }) => type === 'aispm.signoff.recorded');
    for (const name of archiveSignOffs) expect(signed.some(({ data }) => data.signOff === name)).toBe(true);
  });
});
