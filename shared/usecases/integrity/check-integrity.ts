import type { Integrity, IntegrityFault } from '../../../schemas/answers/integrity.js';
import type { TenantId } from '../../../schemas/primitives.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { originOf } from '../../core/kernel/note.js';
import { instantOf, millisOf, minute, type Millis } from '../../core/kernel/time.js';
import { trustFrom, type Trust } from '../../core/log/trust.js';
import { foldVersion } from '../../core/posture/head.js';
import type { Head, LedgerDocument } from '../../core/projections/documents.js';
import type { BlobStore, Clock, KeyRing, LedgerStore, StoredEvidence, TenantStores } from '../../ports.js';
import { foldUntil, headOf } from '../log/fold.js';
import { linksOf } from '../links.js';
import { checkpointFolder } from '../log/checkpoints.js';
import { configurationDigest } from '../tenants/configuration-digest.js';
import { snapshotFolder } from '../log/snapshot.js';
import {
  checkBundle,
  checkCheckpoints,
  checkpointSizes,
  checkPresence,
  checkReports,
  checkTail,
} from './check-blobs.js';
import { checkClock, checkSweep } from './check-head.js';
import { attempt, holds, newNotes, type Notes } from './fault.js';
import { compare, startRebuild } from './rebuild.js';
import { readSnapshot, standsOn, type Snapshot } from './snapshots.js';
import { walkLog, type Walked } from './walk-log.js';

/*
 * The rebuild check: everything that is stored of a tenant is held against its log, and the log against what was signed
 * of it. Truncation, a fork, another order, an exchanged or a changed document is found with its position.
 */

export type IntegrityDeps = {
  stores: TenantStores;
  blobs: BlobStore;
  keys: KeyRing;
  clock: Clock;
  /** An empty ledger in memory, for what follows from the entries of a log. */
  scratch: (log: LedgerStore) => LedgerStore;
};

/** Longer logs are checked from the newest snapshot that leaves no more than this; a full export verifies all of one. */
const mostEntries = 50_000;
const mostFaults = 100;
/** How far the clocks of two instances may be apart. */
const apart = 5 * minute;
/** The log may move while its documents are read. */
const tries = 3;

type Seen = { head: Head; documents: LedgerDocument[] | null };

/** Checks and says what was found. Writes nothing. */
export async function checkIntegrity(deps: IntegrityDeps, erasedBefore: Millis): Promise<Integrity> {
  const { stores, blobs, clock, scratch } = deps;
  const { tenantId } = stores;
  const notes = newNotes();
  const open: string[] = [];
  // A log that says it is further than now would be rebuilt day by day until then.
  const latest = instantOf(clock.now() + apart);
  const found = await stores.tenant.get();
  const trust = trustOf(tenantId, found?.tenant ?? null, notes);
  const { head, documents } = await stableView(stores.ledger);
  if (documents === null)
    open.push(
      head.sweep === null
        ? 'the log moved under every try: its projections were not compared'
        : 'a change of everything is half done: projections were not compared',
    );
  const snapshots = await snapshotsOf(blobs, tenantId, latest, notes);
  const start = startOf(snapshots, head, erasedBefore, await firstIsErased(stores));
  const walkStart = head.size > mostEntries && start !== 'none' ? start : null;
  const from = walkStart?.size ?? 0;
  if (head.size - from > mostEntries)
    open.push('the log is too long for one check, and no snapshot is near its end');
  const sizes = checkpointSizes(await blobs.list('log', checkpointFolder(tenantId)));
  const rebuild =
    start === 'none' ? null : await startRebuild(scratch(stores.ledger), start, snapshots, notes);
  if (rebuild === null)
    open.push('evidence was erased and no snapshot is later: projections were not compared');
  const rebuildFrom = start === 'none' ? head.size : (start?.size ?? 0);
  let configured: StoredEvidence | null = null;
  const plan = {
    start: walkStart === null ? { size: 0, frontier: [] } : walkStart.head,
    head,
    erasedBefore,
    latest,
    sizes: new Set([...sizes.values(), ...snapshots.map((s) => s.size)]),
  };
  const frontiers = await walkLog(stores, plan, notes, async (page) => {
    await checkBundle(blobs, tenantId, page.entries, notes);
    await checkPresence(blobs, tenantId, page, notes);
    configured = page.evidence.findLast((e) => configures(e, found?.tenant)) ?? configured;
    if (sound(notes)) await rebuild?.add(since(page, rebuildFrom));
  });
  await checkTail(blobs, tenantId, from, notes);
  for (const snapshot of snapshots)
    holds(
      notes,
      standsOn(snapshot, frontiers.get(snapshot.size)),
      'snapshots',
      snapshot.size,
      snapshot.name,
      'it stands on another history',
    );
  if (trust !== null) {
    await checkCheckpoints(blobs, sizes, { from, size: head.size, frontiers }, trust, notes);
    await checkReports(blobs, tenantId, trust, notes);
  }
  if (found !== null) await checkConfiguration(deps, found.tenant, configured, notes);
  if (!sound(notes)) open.push('the log is broken: its projections were not compared');
  else if (rebuild !== null && checkClock(head, documents, latest, notes)) {
    await foldUntil({ ledger: rebuild.ledger, now: () => 0 }, millisOf(head.clock));
    if (documents === null) checkSweep(rebuild, head, notes);
    else
      await compare(rebuild.ledger, documents, { part: 'projections', position: head.size, of: '' }, notes);
  }
  return answerOf(tenantId, clock.now(), { head, from, open }, notes);
}

/** Whether entries and events are what was logged: what is rebuilt from others says nothing. */
const sound = ({ faults }: Notes): boolean =>
  !faults.some(({ part }) => part === 'entries' || part === 'evidence');

function trustOf(tenantId: string, tenant: Tenant | null, notes: Notes): Trust | null {
  notes.checked.keys += tenant?.keys.length ?? 0;
  return attempt(notes, 'keys', null, tenantId, () =>
    trustFrom({ tenantId, origin: originOf(tenantId), keys: tenant?.keys ?? [] }),
  );
}

/** Every document at one head; without documents where the log never rests, or rests half through a wide change. */
async function stableView(ledger: LedgerStore): Promise<Seen> {
  for (let attempts = 0; ; attempts++) {
    const before = await headOf(ledger);
    const documents: LedgerDocument[] = [];
    for await (const document of ledger.all()) documents.push(document);
    const after = await headOf(ledger);
    if (after.etag === before.etag && before.document.sweep === null)
      return { head: before.document, documents };
    if (attempts === tries) return { head: after.document, documents: null };
  }
}

async function snapshotsOf(
  blobs: BlobStore,
  tenantId: string,
  latest: string,
  notes: Notes,
): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const name of await blobs.list('log', snapshotFolder(tenantId))) {
    const snapshot = await readSnapshot(blobs, tenantId, name, { foldVersion, latest }, notes);
    if (snapshot !== null) snapshots.push(snapshot);
  }
  return snapshots.sort((a, b) => a.size - b.size);
}

async function firstIsErased({ ledger, evidence }: TenantStores): Promise<boolean> {
  const [first] = await ledger.entries(0, 1);
  return first !== undefined && (await evidence.get(first.id)) === null;
}

/** Where a rebuild starts: at nothing (null), at a snapshot behind all that was erased, or nowhere. */
function startOf(
  snapshots: readonly Snapshot[],
  head: Head,
  erasedBefore: Millis,
  erased: boolean,
): Snapshot | null | 'none' {
  if (!erased && head.size <= mostEntries) return null;
  const later = snapshots.filter(
    (s) => s.size <= head.size && millisOf(s.clock) >= erasedBefore && head.size - s.size <= mostEntries,
  );
  return later[0] ?? 'none';
}

const since = ({ entries, evidence }: Walked, from: number): Walked => {
  const skip = entries.filter(({ position }) => position < from).length;
  return { entries: entries.slice(skip), evidence: evidence.slice(skip) };
};

const configures = (evidence: StoredEvidence | null, tenant: Tenant | undefined): boolean =>
  evidence?.event.type === 'aispm.tenant.configured' && evidence.event.data.revision === tenant?.revision;

/** The tenant's document is what the evidence of its revision says: a change past the service leaves no evidence. */
async function checkConfiguration(
  { keys, stores }: IntegrityDeps,
  tenant: Tenant,
  configured: StoredEvidence | null,
  notes: Notes,
): Promise<void> {
  if (configured?.event.type !== 'aispm.tenant.configured') return;
  notes.checked.configuration += 1;
  const macKey = await keys.macKey(stores.tenantId);
  const digest = configurationDigest(tenant, (name) => pseudonymOf(macKey, name));
  const same = digest === configured.event.data.digest;
  const position = (await stores.ledger.entryOf(configured.id))?.position ?? null;
  holds(notes, same, 'configuration', position, 'tenant', 'the settings are not those that were logged');
}

function answerOf(
  tenantId: TenantId,
  now: Millis,
  { head, from, open }: { head: Head; from: number; open: string[] },
  { faults, checked }: Notes,
): Integrity {
  const order: readonly IntegrityFault['part'][] = ['entries', 'evidence', 'keys', 'checkpoints'];
  const rank = ({ part }: IntegrityFault): number =>
    order.includes(part) ? order.indexOf(part) : order.length;
  const sorted = faults.toSorted(
    (a, b) => rank(a) - rank(b) || (a.position ?? Infinity) - (b.position ?? Infinity),
  );
  return {
    tenantId,
    checkedAt: instantOf(now),
    size: head.size,
    from,
    outcome: faults.length > 0 ? 'failed' : open.length > 0 ? 'incomplete' : 'passed',
    open,
    failed: faults.length,
    faults: sorted.slice(0, mostFaults),
    checked,
    links: { log: linksOf(tenantId).at('log', 'checkpoint') },
  };
}
