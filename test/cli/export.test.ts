import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { exportPageSchema, type ExportPage } from '../../schemas/export.js';
import { logKeysSchema } from '../../schemas/answers/evidence.js';
import { toBase64Url, utf8 } from '../../shared/core/kernel/bytes.js';
import { originOf } from '../../shared/core/kernel/note.js';
import { trustFrom, type Trust } from '../../shared/core/log/trust.js';
import { erasedIn, verifyExport } from '../../shared/core/log/verify-export.js';
import type { IntegrityDeps } from '../../shared/usecases/integrity/check-integrity.js';
import { exportPage } from '../../shared/usecases/log/export-tenant.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { tenantId } from '../faults/story.js';
import { meddledWith, placesIn, withFlip } from '../log/kept.js';
import { keptWorld } from '../log/kept-world.js';
import { aispm, folderWith, remove, token, where } from './desk.js';
import { json } from './papers.js';

let deps: IntegrityDeps;
let keys: ReturnType<typeof logKeysSchema.parse>;
let trust: Trust;
let pages: ExportPage[];

async function exported(from: IntegrityDeps, people = false, nonce = 'one'): Promise<ExportPage[]> {
  const found: ExportPage[] = [];
  for (let cursor: string | undefined; ;) {
    const page = exportPageSchema.parse(await exportPage(from, { cursor, people }, nonce));
    found.push(page);
    if (page.cursor === undefined) return found;
    cursor = page.cursor;
  }
}

beforeAll(async () => {
  ({ deps } = await keptWorld());
  // More than a page holds, to be put together again.
  await deps.blobs.create('payloads', `${tenantId}/raw/large.bin`, new Uint8Array(2_500_000).fill(7), 'x/y');
  const tenant = (await deps.stores.tenant.get())?.tenant;
  keys = logKeysSchema.parse({ tenantId, origin: originOf(tenantId), keys: tenant?.keys });
  trust = trustFrom(keys);
  pages = await exported(deps);
});

const failed = (given: readonly ExportPage[]): string[] =>
  verifyExport(given, trust).flatMap((c) => (c.passed ? [] : [c.code]));
const pageNamed = (n: number): string => `page-${String(n).padStart(6, '0')}.json`;
const filesOf = (given: readonly ExportPage[]) => given.map((page) => json(pageNamed(page.index), page));

describe('a full export', () => {
  it('verifies, offline, whole: every entry, event and blob of the tenant', async () => {
    expect(verifyExport(pages, trust).every(({ passed }) => passed)).toBe(true);
    const items = (part: ExportPage['part']) => pages.filter((p) => p.part === part).flatMap((p) => p.items);
    expect(items('entries')).toHaveLength(pages[0]?.size ?? -1);
    expect(items('records').length).toBeGreaterThan(3);
    const names = new Set(
      items('blobs').map(({ container, name }) => `${String(container)}/${String(name)}`),
    );
    for (const container of ['log', 'reports', 'payloads'] as const)
      for (const name of await deps.blobs.list(container, `${tenantId}/`))
        expect(names).toContain(`${container}/${name}`);
  });

  it('is told by aispm verify from the files alone, and says what it cannot prove', async () => {
    const folder = await folderWith([...filesOf(pages), json('keys.json', keys)]);
    const ran = await aispm(['verify', folder]);
    expect(ran.out).toContain('the entries make the tree of the checkpoint');
    expect(ran.out).toContain('nor what it was never sent');
    expect(ran.exit).toBe(0);
    await remove(folder);
  });

  it('goes on while the log grows, and stands on the checkpoint of its first page', async () => {
    const grown = await keptWorld();
    const first = await exportPage(grown.deps, { people: false }, 'growing');
    const { recordStatement } = await import('../../shared/usecases/log/record.js');
    await recordStatement(grown.deps, {
      name: 'review.acknowledged',
      id: 'later',
      data: { review: 'weekly', actor: `psn:${'0'.repeat(32)}`, notes: 'seen' },
    });
    const rest: ExportPage[] = [];
    for (let { cursor } = first; cursor !== undefined;) {
      const page = await exportPage(grown.deps, { cursor, people: false }, 'growing');
      rest.push(page);
      cursor = page.cursor;
    }
    expect(failed([first, ...rest])).toEqual([]);
  });

  it('does not verify without one of its pages, with one of another export, or cut short', async () => {
    const other = await exported(deps, false, 'two');
    for (let n = 0; n < pages.length; n += 3) expect(failed(pages.toSpliced(n, 1))).not.toEqual([]);
    expect(failed(pages.toSpliced(2, 1, other[2] as ExportPage))).toEqual(['export_incomplete']);
    expect(failed(pages.slice(0, -1))).toEqual(['export_incomplete']);
    expect(failed([...pages, pages[1] as ExportPage])).toEqual(['export_incomplete']);
  });

  it('does not verify with anything changed in any page', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (which, place, bit) => {
        const target = pages[which % pages.length] as ExportPage;
        const places = placesIn(target).filter(([first]) => first !== 'cursor');
        const changed = withFlip(target, places[place % places.length] ?? [], bit);
        const read = exportPageSchema.safeParse(changed);
        if (read.success) expect(failed(pages.map((p) => (p === target ? read.data : p)))).not.toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('does not verify where the service itself signed over a changed store, but for what it alone knows', async () => {
    const [first] = await deps.stores.ledger.entries(9, 10);
    const stores = meddledWith(deps.stores, {
      evidence: (e) => (e.id === first?.id ? { ...e, event: { ...e.event, subject: 'changed' } } : e),
    });
    expect(failed(await exported({ ...deps, stores }))).toEqual(['digest_mismatch']);
    const cut = meddledWith(deps.stores, {
      entries: (all) => all.map((e) => (e.position === 9 ? { ...e, digest: 'f'.repeat(64) } : e)),
    });
    expect(failed(await exported({ ...deps, stores: cut }))).toEqual(['consistency_invalid']);
    expect(failed(await exported({ ...deps, keys: memoryKeyRing('another') }))).toContain('key_unknown');
  });

  it('proves events whose time is over, and says where they were', async () => {
    const stores = meddledWith(deps.stores, { evidence: (e) => (e.event.id === 'a7' ? null : e) });
    const without = await exported({ ...deps, stores });
    expect(failed(without)).toEqual([]);
    expect(erasedIn(without)).toHaveLength(1);
  });

  it('cannot be made to leave a page out by a cursor of one’s own', async () => {
    const state = { export: pages[0]?.export, index: 1, size: 3, people: true, part: 'people', after: '' };
    for (const forged of [
      toBase64Url(utf8(JSON.stringify([JSON.stringify(state), 'f'.repeat(64)]))),
      toBase64Url(utf8(JSON.stringify(state))),
      'x',
    ])
      await expect(exportPage(deps, { cursor: forged, people: true }, 'n')).rejects.toMatchObject({
        code: 'invalid_request',
      });
  });

  it('holds names of people only where they were asked for, whatever the cursor is sent with', async () => {
    expect(pages.some(({ part }) => part === 'people')).toBe(false);
    const second = await exportPage(deps, { cursor: pages[0]?.cursor, people: true }, 'n');
    expect(second.part).toBe('entries');
    const named = await exported(deps, true);
    expect(named.filter(({ part }) => part === 'people').flatMap(({ items }) => items)).toContainEqual(
      expect.objectContaining({ name: 'root' }),
    );
  });
});

describe('aispm export', () => {
  it('downloads what aispm verify then checks, and overwrites nothing', async () => {
    const folder = await folderWith([]);
    const out = join(folder, 'all');
    const fetchIt: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      expect(request.headers.get('authorization')).toBe(`Bearer ${token}`);
      if (url.pathname.endsWith('/keys')) return Response.json(keys);
      const cursor = url.searchParams.get('cursor') ?? undefined;
      return Response.json(await exportPage(deps, { cursor, people: false }, 'cli'));
    };
    const ran = await aispm(['export', ...where, '--out', out], fetchIt);
    expect([ran.exit, ran.err]).toEqual([0, '']);
    await access(join(out, pageNamed(0)));
    expect((await aispm(['verify', out])).exit).toBe(0);
    expect((await aispm(['export', ...where, '--out', out], fetchIt)).exit).toBe(2);
    await remove(folder);
  });
});
