import { z } from 'zod';

import type { ExportPage, ExportPart } from '../../../schemas/export.js';
import { fromBase64Url, fromUtf8, toBase64, toBase64Url, utf8 } from '../../core/kernel/bytes.js';
import { canonicalBytes, canonicalText } from '../../core/kernel/canonical.js';
import { envelopeOf, prepareStatement } from '../../core/kernel/dsse.js';
import { equalSecrets, hmacSha256Hex, sha256Hex } from '../../core/kernel/hash.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { exportPredicate } from '../../core/kernel/predicates.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import type { BlobStore, Clock, KeyRing, TenantStores } from '../../ports.js';
import { signCheckpoint } from './checkpoints.js';

/*
 * Everything a tenant has, page by page, each signed. The log is exported up to the size it had at the first page. Where
 * the next page starts stands in the cursor, sealed with the tenant's key: whoever could write one could have a page left
 * out and the rest signed as whole.
 */

export type ExportDeps = { stores: TenantStores; blobs: BlobStore; keys: KeyRing; clock: Clock };

/** Entries read for one page, and bytes after which a page ends. */
const entriesAPage = 128;
const bytesAPage = 1_000_000;
const rowsAPage = 100;

const stateSchema = z.strictObject({
  export: z.uuid(),
  index: z.int().min(1),
  size: z.int().min(0),
  people: z.boolean(),
  part: z.enum(['tenant', 'entries', 'records', 'quarantine', 'people', 'blobs']),
  after: z.string(),
});
/** `note` on the first page only: the checkpoint that the whole export stands on. */
type State = z.infer<typeof stateSchema> & { note?: string };

/** Items of a page, and from where the same part goes on; null where it is through. */
type Slice = { items: ExportPage['items']; after: string | null };

/**
 * The page that a cursor names, or the first.
 * @throws Refusal `invalid_request` for a cursor that this tenant's export did not issue.
 */
export async function exportPage(
  deps: ExportDeps,
  { cursor, people }: { cursor?: string | undefined; people: boolean },
  nonce: string,
): Promise<ExportPage> {
  const macKey = await deps.keys.macKey(deps.stores.tenantId);
  const state = cursor === undefined ? await firstState(deps, people, nonce) : open(macKey, cursor);
  const { items, after } = await slices[state.part](deps, state);
  const next = after === null ? nextPart(state) : { part: state.part, after };
  const page = {
    schemaVersion: 'aispm.export-page.v1' as const,
    tenantId: deps.stores.tenantId,
    export: state.export,
    index: state.index,
    last: next === null,
    size: state.size,
    part: state.part,
    items,
  };
  const { note: _told, ...kept } = state;
  const sealed = next === null ? {} : { cursor: seal(macKey, { ...kept, ...next, index: state.index + 1 }) };
  return { ...page, ...sealed, signature: await sign(deps, page) };
}

async function firstState(deps: ExportDeps, people: boolean, nonce: string): Promise<State> {
  const { size, note } = await signCheckpoint(deps);
  const id = uuidOf('export', deps.stores.tenantId, instantOf(deps.clock.now()), nonce);
  return { export: id, index: 0, size, people, part: 'tenant', after: '', note };
}

const parts: readonly ExportPart[] = ['tenant', 'entries', 'records', 'quarantine', 'people', 'blobs'];

function nextPart({ part, people }: State): { part: ExportPart; after: string } | null {
  const next = parts.slice(parts.indexOf(part) + 1).find((p) => p !== 'people' || people);
  return next === undefined ? null : { part: next, after: '' };
}

const slices: Readonly<Record<ExportPart, (deps: ExportDeps, state: State) => Promise<Slice>>> = {
  async tenant({ stores }, { note }) {
    const found = await stores.tenant.get();
    return { items: [{ tenant: found?.tenant ?? null, checkpoint: note }], after: null };
  },
  async entries({ stores }, { after, size }) {
    const from = Number(after === '' ? 0 : after);
    const entries = await stores.ledger.entries(from, Math.min(from + entriesAPage, size));
    const evidence = await stores.evidence.getMany(entries.map(({ id }) => id));
    const items: ExportPage['items'] = [];
    let bytes = 0;
    for (const [index, entry] of entries.entries()) {
      const found = evidence[index] ?? null;
      const item = {
        entry,
        evidence: found === null ? null : { event: found.event, admission: found.admission },
      };
      bytes += canonicalText(item).length;
      if (items.length > 0 && bytes > bytesAPage) break;
      items.push(item);
    }
    const to = from + items.length;
    if (items.length === 0 && to < size) throw new Error('the log has a gap');
    return { items, after: to < size ? String(to) : null };
  },
  records: async ({ stores }, { after }) => listed(await stores.records.all(asked(after))),
  quarantine: async ({ stores }, { after }) => listed(await stores.quarantine.list(asked(after))),
  people: async ({ stores }, { after }) => listed(await stores.tenant.people(asked(after))),
  blobs: async ({ stores, blobs }, { after }) => pieces(blobs, stores.tenantId, after),
};

const asked = (after: string) => ({ limit: rowsAPage, ...(after === '' ? {} : { cursor: after }) });
const listed = ({ items, cursor }: { items: readonly object[]; cursor?: string }): Slice => ({
  items: items.map((item) => ({ ...item })),
  after: cursor ?? null,
});

/** Where the next piece starts: container, name, offset. */
const placeSchema = z.tuple([z.enum(['log', 'reports', 'payloads']), z.string(), z.int().min(0)]);

/** Blobs in the order of containers and names; a large one over several pages. */
async function pieces(blobs: BlobStore, tenantId: string, after: string): Promise<Slice> {
  const [container, first, start] =
    after === '' ? (['log', '', 0] as const) : placeSchema.parse(JSON.parse(after));
  const names = (await blobs.list(container, `${tenantId}/`)).filter((name) => name >= first);
  const items: ExportPage['items'] = [];
  let bytes = 0;
  for (const name of names) {
    const content = (await blobs.get(container, name)) ?? new Uint8Array();
    let offset = name === first ? start : 0;
    do {
      if (bytes >= bytesAPage) return { items, after: JSON.stringify([container, name, offset]) };
      const piece = content.slice(offset, offset + bytesAPage);
      items.push({ container, name, offset, total: content.length, bytes: toBase64(piece) });
      offset += piece.length;
      bytes += piece.length;
    } while (offset < content.length);
  }
  const containers = ['log', 'reports', 'payloads'] as const;
  const next = containers[containers.indexOf(container) + 1];
  return { items, after: next === undefined ? null : JSON.stringify([next, '', 0]) };
}

async function sign(
  { stores, keys }: ExportDeps,
  page: Omit<ExportPage, 'cursor' | 'signature'>,
): Promise<ExportPage['signature']> {
  const { tenantId, index, last, size, part } = page;
  const { payload, toSign } = prepareStatement({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: `export-${page.export}-${index}`, digest: { sha256: sha256Hex(canonicalBytes(page)) } },
    ],
    predicateType: exportPredicate,
    predicate: { tenantId, export: page.export, index, last, size, part },
  });
  const { keyId, signature } = await keys.sign(stores.tenantId, toSign);
  return envelopeOf(payload, keyId, signature);
}

const macOf = (macKey: Uint8Array, text: string): string => hmacSha256Hex(macKey, `export-cursor\n${text}`);

function seal(macKey: Uint8Array, state: State): string {
  const text = canonicalText(state);
  return toBase64Url(utf8(JSON.stringify([text, macOf(macKey, text)])));
}

function open(macKey: Uint8Array, cursor: string): State {
  try {
    const [text, mac] = z.tuple([z.string(), z.string()]).parse(JSON.parse(fromUtf8(fromBase64Url(cursor))));
    if (equalSecrets(utf8(mac), utf8(macOf(macKey, text)))) return stateSchema.parse(JSON.parse(text));
  } catch {
    // Not of the form of a cursor: refused like one with another seal.
  }
  throw new Refusal('invalid_request', 'the cursor is not one of this export');
}
