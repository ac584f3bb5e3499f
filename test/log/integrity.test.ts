import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Integrity } from '../../schemas/answers/integrity.js';
import { integritySchema } from '../../schemas/answers/integrity.js';
import { toHex } from '../../shared/core/kernel/bytes.js';
import { leafBytes } from '../../shared/core/kernel/leaf.js';
import { day, minute } from '../../shared/core/kernel/time.js';
import { appendLeaf } from '../../shared/core/log/merkle.js';
import type { LogEntry } from '../../shared/core/log/entry.js';
import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { BlobStore, StoredEvidence } from '../../shared/ports.js';
import { checkIntegrity, type IntegrityDeps } from '../../shared/usecases/integrity/check-integrity.js';
import { checkAllTenants, runCheck } from '../../shared/usecases/integrity/run-check.js';
import { tenantId, type Services } from '../faults/story.js';
import { keptWorld } from './kept-world.js';
import { meddledWith, placesIn, withFlip, type Meddling } from './kept.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

// One thing at a time is changed behind the back of a tenant with everything the service stores.

let services: Services;
let deps: IntegrityDeps;
let blobNames: { container: 'log' | 'reports'; name: string; length: number }[];
let events: StoredEvidence[];
let entries: LogEntry[];
let documents: LedgerDocument[];

beforeAll(async () => {
  ({ services, deps } = await keptWorld());
  const own = deps;
  blobNames = [];
  for (const container of ['log', 'reports'] as const)
    for (const name of await deps.blobs.list(container, `${tenantId}/`))
      blobNames.push({ container, name, length: (await deps.blobs.get(container, name))?.length ?? 0 });
  entries = await own.stores.ledger.entries(0, 10_000);
  events = (await own.stores.evidence.getMany(entries.map(({ id }) => id))).filter((e) => e !== null);
  documents = [];
  for await (const document of own.stores.ledger.all()) documents.push(document);
});

const check = (over: Partial<IntegrityDeps> = {}, erasedBefore = 0): Promise<Integrity> =>
  checkIntegrity({ ...deps, ...over }, erasedBefore);
const meddle = (meddling: Meddling): Promise<Integrity> =>
  check({ stores: meddledWith(deps.stores, meddling) });

const withBlob = (
  change: (container: string, name: string, bytes: Uint8Array) => Uint8Array | null,
): BlobStore => ({
  ...deps.blobs,
  async get(container, name) {
    const bytes = await deps.blobs.get(container, name);
    return bytes === null ? null : change(container, name, bytes);
  },
  async list(container, prefix) {
    const names = await deps.blobs.list(container, prefix);
    return names.filter((name) => change(container, name, new Uint8Array()) !== null);
  },
});

const found = ({ faults }: Integrity) => faults.map(({ part, position }) => [part, position]);

describe('what was not touched', () => {
  it('passes, all of it looked at', async () => {
    const answer = integritySchema.parse(await check());
    expect(answer).toMatchObject({ outcome: 'passed', open: [], faults: [], from: 0, size: entries.length });
    const { checked } = answer;
    expect(checked).toMatchObject({ entries: entries.length, evidence: entries.length, bundles: 1, keys: 1 });
    for (const part of Object.values(checked)) expect(part).toBeGreaterThan(0);
  });
});

describe('one bit, anywhere', () => {
  it('in a blob of the log or of reports is found, by its name', async () => {
    expect(new Set(blobNames.map(({ name }) => name.split('/')[1]))).toEqual(
      new Set([
        'bundles',
        'checkpoints',
        'snapshots',
        'documents',
        'artifacts',
        'manifests',
        'reviews',
        'archives',
      ]),
    );
    // Every kind, however few there are of it.
    const kinds = [...new Set(blobNames.map(({ name }) => name.split('/')[1] ?? ''))];
    for (const kind of kinds)
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), async (which, bit) => {
          const all = blobNames.filter(({ name }) => name.split('/')[1] === kind);
          const target = all[which % all.length];
          const blobs = withBlob((_, name, bytes) => {
            if (name !== target?.name || bytes.length === 0) return bytes;
            const at = Math.floor(bit / 8) % bytes.length;
            return bytes.map((byte, index) => (index === at ? byte ^ (1 << (bit % 8)) : byte));
          });
          const answer = await check({ blobs });
          expect(answer.outcome).toBe('failed');
          expect(answer.faults.every(({ name }) => name === target?.name)).toBe(true);
        }),
        { numRuns: 3 },
      );
  }, 60_000);

  it('in an event, its admission or its digest is found at its position', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), async (which, place, bit) => {
        const target = events[which % events.length];
        if (target === undefined) return;
        // What stands beside an event (a keyed digest that tells duplicates apart, a trace) is no part of what is logged.
        const places = placesIn(target).filter(
          ([first]) => !['bodyMac', 'tenantId', 'traceparent'].includes(String(first)),
        );
        const path = places[place % places.length] ?? [];
        const answer = await meddle({ evidence: (e) => (e.id === target.id ? withFlip(e, path, bit) : e) });
        expect(answer.outcome).toBe('failed');
        const position = entries.find(({ id }) => id === target.id)?.position ?? -1;
        expect(found(answer)[0]).toEqual(['evidence', position]);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('in an entry of the log is found at its position or before the next checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom('id', 'digest', 'sequencedAt', 'position'),
        fc.nat(),
        async (which, member, bit) => {
          const place = which % entries.length;
          const answer = await meddle({
            entries: (all) => all.map((e) => (e.position === place ? withFlip(e, [member], bit) : e)),
          });
          expect(answer.outcome).toBe('failed');
          const positions = answer.faults
            .filter(({ part }) => part !== 'bundles')
            .flatMap(({ position }) => position ?? []);
          expect(Math.min(...positions)).toBeGreaterThanOrEqual(place);
          const checkpoints = answer.faults.filter(({ part }) => part === 'checkpoints');
          expect(positions.includes(place) || checkpoints.length > 0).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  it('in a projection is found, by its id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), async (which, place, bit) => {
        const target = documents[which % documents.length];
        if (target === undefined) return;
        const places = placesIn(target).filter(([first]) => first !== 'id' && first !== 'kind');
        const path = places[place % places.length] ?? [];
        const answer = await meddle({ document: (d) => (d.id === target.id ? withFlip(d, path, bit) : d) });
        expect(answer.outcome).toBe('failed');
        expect(JSON.stringify(answer.faults)).toContain(target.id);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('in a public key or a setting of the tenant is found', async () => {
    expect(found(await meddle({ tenant: (t) => withFlip(t, ['keys', 0, 'publicKey'], 9) }))).toContainEqual([
      'keys',
      null,
    ]);
    const answer = await meddle({
      tenant: (t) => withFlip(t, ['settings', 'reports', 'approvalRequired'], 0),
    });
    expect(found(answer)).toEqual([['configuration', 0]]);
  });
});

describe('a log that was', () => {
  it('cut short is found where it ends', async () => {
    const answer = await meddle({ entries: (all) => all.slice(0, 200) });
    expect(found(answer)[0]).toEqual(['entries', 200]);
  });

  it('cut short together with its head is found by the checkpoints that were signed', async () => {
    const frontier = frontierOf(200);
    const answer = await meddle({
      entries: (all) => all.slice(0, 200),
      document: (d) => (d.kind === 'head' ? { ...d, size: 200, frontier } : d),
    });
    const cut = answer.faults.filter(({ part }) => part === 'checkpoints');
    expect(cut.map(({ detail }) => detail).join()).toContain('it was truncated');
    expect(cut.some(({ position }) => position === entries.length)).toBe(true);
  });

  it('put in another order, or had an event exchanged for another, is found', async () => {
    const swapped = await meddle({
      entries: (all) =>
        all.map((e) => (e.position === 7 ? at(all, 8, 7) : e.position === 8 ? at(all, 7, 8) : e)),
    });
    expect(swapped.outcome).toBe('failed');
    expect(found(swapped)).toContainEqual(['entries', entries.length]);
    const replaced = await meddle({
      entries: (all) => all.map((e) => (e.position === 7 ? at(all, 3, 7) : e)),
    });
    expect(found(replaced)[0]?.[0]).toBe('entries');
  });

  it('lost an event, a bundle or an artifact that an event names is found', async () => {
    expect(found(await meddle({ evidence: (e) => (e.id === entries[9]?.id ? null : e) }))).toEqual([
      ['evidence', 9],
    ]);
    const artifact = blobNames.find(({ name }) => name.endsWith('.pdf'))?.name;
    const gone = await check({ blobs: withBlob((_, name, bytes) => (name === artifact ? null : bytes)) });
    expect(gone.faults).toMatchObject([{ part: 'artifacts', name: artifact }]);
  });

  it('forked is found: another history was signed for a size', async () => {
    const forged = blobNames.find(({ name }) => name.includes('/checkpoints/'))?.name ?? '';
    const other = blobNames.findLast(({ name }) => name.includes('/checkpoints/'))?.name ?? '';
    const bytes = (await deps.blobs.get('log', other)) ?? new Uint8Array();
    const answer = await check({ blobs: withBlob((_, name, own) => (name === forged ? bytes : own)) });
    expect(answer.faults).toMatchObject([{ part: 'checkpoints', name: forged }]);
  });
});

describe('evidence whose time is over', () => {
  it('is not missed, and projections are rebuilt from the snapshot behind it', async () => {
    const until = entries[20]?.sequencedAt ?? '';
    const early = new Set(entries.filter((e) => e.position < 20).map(({ id }) => id));
    const stores = meddledWith(deps.stores, { evidence: (e) => (early.has(e.id) ? null : e) });
    const answer = await check({ stores }, Date.parse(until) + 1);
    expect(answer).toMatchObject({ outcome: 'passed', faults: [] });
  });
});

describe('what a check comes to', () => {
  it('is evidence; a failure is an alarm and a critical finding, until a later check passes', async () => {
    const telemetry = suiteTelemetry();
    const stores = meddledWith(deps.stores, { evidence: (e) => (e.id === entries[9]?.id ? null : e) });
    const failed = await runCheck({ ...deps, stores, telemetry });
    expect(failed.outcome).toBe('failed');
    expect(telemetry.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        event: 'verification_failed',
        fields: expect.objectContaining({ position: 9 }) as object,
      }),
    );
    expect(await finding(deps)).toMatchObject({ state: 'open', severity: 'critical' });
    services.world.now += minute;
    expect((await runCheck({ ...deps, telemetry })).outcome).toBe('passed');
    expect(await finding(deps)).toMatchObject({ state: 'closed' });
  });

  it('comes once a day to every tenant by the timer, and the failure of one stops no other', async () => {
    const telemetry = suiteTelemetry();
    const { stores, blobs } = services.world;
    const all = { ...deps, stores, blobs: { open: () => blobs }, telemetry };
    services.world.now += minute;
    expect(await checkAllTenants(all)).toEqual({ tenants: 1, failed: 0, broken: 0 });
    expect(await checkAllTenants(all)).toEqual({ tenants: 0, failed: 0, broken: 0 });
    services.world.now += day;
    const broken = { open: () => ({ ...blobs, list: () => Promise.reject(new Error('down')) }) };
    expect(await checkAllTenants({ ...all, blobs: broken })).toEqual({ tenants: 1, failed: 0, broken: 1 });
    expect(telemetry.lines.at(-1)?.event).toBe('verification_broken');
  });
});

const at = (all: readonly LogEntry[], from: number, position: number): LogEntry => {
  const entry = all[from];
  if (entry === undefined) throw new Error('no such entry');
  return { ...entry, position };
};

const frontierOf = (size: number): string[] =>
  entries
    .slice(0, size)
    .reduce<Uint8Array[]>((frontier, entry, n) => appendLeaf(frontier, n, leafBytes(entry)), [])
    .map(toHex);

/** State of the finding that a failed check opens, and whether the gate counts it. */
async function finding({ stores }: IntegrityDeps) {
  const { items } = await stores.ledger.list({ kind: 'finding', limit: 1000 });
  return items.find((d) => d.kind === 'finding' && d.rule === 'verification_failed');
}
