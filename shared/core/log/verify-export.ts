import { z } from 'zod';

import type { ExportPage } from '../../../schemas/export.js';
import { toHex } from '../kernel/bytes.js';
import { canonicalBytes } from '../kernel/canonical.js';
import { sha256Hex } from '../kernel/hash.js';
import { evidenceIdOf } from '../kernel/ids.js';
import { leafBytes } from '../kernel/leaf.js';
import { exportPredicate } from '../kernel/predicates.js';
import { emptyRoot, leafHash, nodeHash } from '../kernel/tree-hash.js';
import { inOrder, must, type CheckResult } from './checks.js';
import { verifyExportedBlobs, type ExportedLog } from './verify-export-blobs.js';
import { checkEnvelope, openNote, readStatement, type Trust } from './trust.js';

const entryItem = z.object({
  entry: z.object({
    position: z.int(),
    id: z.string(),
    digest: z.string(),
    sequencedAt: z.string(),
    unfoldable: z.string().optional(),
  }),
  evidence: z
    .object({
      event: z.looseObject({ source: z.string(), id: z.string() }),
      admission: z.looseObject({}),
    })
    .nullable(),
});
type EntryItem = z.infer<typeof entryItem>;

type WholeLog = ExportedLog & { entries: readonly EntryItem[] };

function logOf(pages: readonly ExportPage[]): WholeLog {
  const entries = itemsOf(pages, 'entries').map((item) => entryItem.parse(item));
  const hashes = entries.map(({ entry }) => leafHash(leafBytes(entry)));
  return { entries, rootsAt: (sizes) => rootsAt(hashes, sizes) };
}

/** An export whole: every page signed, none missing, every entry in the signed tree, every event the one logged. */
export function verifyExport(given: readonly ExportPage[], trust: Trust): CheckResult[] {
  const pages = [...given].sort((a, b) => a.index - b.index);
  let read: WholeLog | undefined;
  const log = (): WholeLog => (read ??= logOf(pages));
  return inOrder([
    ['the pages are of one export, of the tenant whose keys are held', () => oneExport(pages, trust)],
    ['no page is missing, and none is twice', () => noGap(pages)],
    ['every page is what was signed of it', () => pages.forEach(signedPage)],
    [
      'every page is signed by a key of the tenant',
      () => pages.forEach((p) => checkEnvelope(p.signature, trust)),
    ],
    ['the log is whole: every position once, in order', () => positions(log().entries, sizeOf(pages))],
    ['the checkpoint is signed by a key of the tenant', () => void openNote(checkpointOf(pages), trust)],
    ['the entries make the tree of the checkpoint', () => tree(log(), pages, trust)],
    ['every event is the one that was logged', () => log().entries.forEach(eventOf)],
    ...verifyExportedBlobs(() => itemsOf(pages, 'blobs'), log, trust),
  ]);
}

/**
 * Roots in hexadecimal that the exported entries make at these sizes; none for a size beyond them. They are of what was
 * signed only where `verifyExport` passed.
 */
export const rootsOf = (given: readonly ExportPage[], sizes: readonly number[]): Map<number, string> =>
  logOf([...given].sort((a, b) => a.index - b.index)).rootsAt(new Set(sizes));

/** Positions whose events are gone: provable, not readable. */
export const erasedIn = (pages: readonly ExportPage[]): number[] =>
  itemsOf(pages, 'entries')
    .map((item) => entryItem.safeParse(item).data)
    .flatMap((item) => (item?.evidence === null ? [item.entry.position] : []));

const itemsOf = (pages: readonly ExportPage[], part: ExportPage['part']) =>
  pages.filter((page) => page.part === part).flatMap(({ items }) => items);

const sizeOf = (pages: readonly ExportPage[]): number => pages[0]?.size ?? 0;

const headItem = z.object({ checkpoint: z.string() });
const checkpointOf = (pages: readonly ExportPage[]): string =>
  headItem.parse(itemsOf(pages, 'tenant')[0]).checkpoint;

function oneExport(pages: readonly ExportPage[], trust: Trust): void {
  const [first] = pages;
  must(first?.tenantId === trust.tenantId, 'tenant_mismatch', `the export is not of ${trust.tenantId}`);
  for (const page of pages)
    must(
      page.export === first.export && page.tenantId === first.tenantId && page.size === first.size,
      'export_incomplete',
      `page ${page.index} is of another export`,
    );
}

function noGap(pages: readonly ExportPage[]): void {
  for (const [place, { index, last }] of pages.entries()) {
    must(index === place, 'export_incomplete', `page ${place} is missing, or another is there twice`);
    must(
      last === (place === pages.length - 1),
      'export_incomplete',
      `the export does not end with page ${place}`,
    );
  }
}

const statementSchema = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })).length(1),
  predicateType: z.literal(exportPredicate),
});

function signedPage({ cursor: _cursor, signature, ...page }: ExportPage): void {
  const { subject } = statementSchema.parse(readStatement(signature));
  must(
    subject[0]?.digest.sha256 === sha256Hex(canonicalBytes(page)),
    'digest_mismatch',
    `page ${page.index} is not what was signed`,
  );
}

function positions(entries: readonly EntryItem[], size: number): void {
  for (const [place, { entry }] of entries.entries())
    must(entry.position === place, 'entry_mismatch', `there is no entry at position ${place}`);
  must(entries.length === size, 'entry_mismatch', `the log ends at position ${entries.length} of ${size}`);
}

/**
 * Roots of trees of these sizes, in one pass: written from RFC 9162, section 2.1.1, as joins of equal subtrees, and not
 * from the code that signs.
 */
function rootsAt(hashes: readonly Uint8Array[], sizes: ReadonlySet<number>): Map<number, string> {
  const roots = new Map<number, string>([[0, toHex(emptyRoot())]]);
  const trees: { height: number; hash: Uint8Array }[] = [];
  for (const [place, leaf] of hashes.entries()) {
    let tree = { height: 0, hash: leaf };
    for (let left = trees.at(-1); left?.height === tree.height; left = trees.at(-1)) {
      trees.pop();
      tree = { height: tree.height + 1, hash: nodeHash(left.hash, tree.hash) };
    }
    trees.push(tree);
    if (!sizes.has(place + 1)) continue;
    const root = trees.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right));
    roots.set(place + 1, toHex(root));
  }
  return roots;
}

function tree(log: ExportedLog, pages: readonly ExportPage[], trust: Trust): void {
  const { size, root } = openNote(checkpointOf(pages), trust);
  must(size === sizeOf(pages), 'checkpoint_mismatch', `the checkpoint is of ${size} entries`);
  must(
    log.rootsAt(new Set([size])).get(size) === toHex(root),
    'consistency_invalid',
    `the ${size} entries are not those that were signed`,
  );
}

function eventOf({ entry, evidence }: EntryItem): void {
  if (evidence === null) return;
  const { event, admission } = evidence;
  const at = `the event at position ${entry.position}`;
  must(evidenceIdOf(event.source, event.id) === entry.id, 'digest_mismatch', `${at} is another one`);
  const digest = sha256Hex(canonicalBytes({ event, admission }));
  must(digest === entry.digest, 'digest_mismatch', `${at} is not what was logged`);
}
