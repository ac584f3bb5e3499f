import type { TenantId } from '../../schemas/primitives.js';
import { utf8 } from '../core/kernel/bytes.js';
import { instantOf, millisOf } from '../core/kernel/time.js';
import type { LogEntry } from '../core/log/entry.js';
import { endSweep, foldEntry, foldSweep } from '../core/posture/fold.js';
import { emptyHead } from '../core/posture/head.js';
import { letTimePass } from '../core/posture/passing.js';
import type { Head, LedgerDocument, Summary } from '../core/projections/documents.js';
import { NotLoaded, Workspace } from '../core/projections/workspace.js';
import type { CommitResult, LedgerStore, StoredEvidence } from '../ports.js';

/*
 * Sequence and fold. If the process dies before a commit, the batch never happened and the feed delivers again; after a
 * commit, what is in the log is skipped. Instances racing on one tenant find the head moved, reload and try again:
 * positions come from the head alone.
 */

/** Cosmos allows 100 operations and 2 MB a batch; the rest is left for the head and for what JSON adds on the wire. */
const maxOperations = 96;
const maxBytes = 1_500_000;
/** Documents due at once that one batch takes on. */
const dueLimit = 24;

export type FoldDeps = { ledger: LedgerStore; now: () => number };
export type FoldResult = { folded: number; skipped: number; unfoldable: number };

/** An event to be folded. A rebuild gives the instant it was sequenced at; otherwise it is now. */
export type Pending = { evidence: StoredEvidence; sequencedAt?: string; unfoldable?: string };

/** What one committed batch adds to the log; none when it only let time pass or swept. */
type Step = { entries: LogEntry[] };

/** Folds events in the given order, each once, however often and by however many instances it is handed over. */
export async function foldEvents(deps: FoldDeps, pending: readonly Pending[]): Promise<FoldResult> {
  const result: FoldResult = { folded: 0, skipped: 0, unfoldable: 0 };
  let rest = uniqueById(pending);
  result.skipped = pending.length - rest.length;
  let check = false;
  while (rest.length > 0) {
    if (check) {
      const known = await deps.ledger.known(rest.map((p) => p.evidence.id));
      result.skipped += known.size;
      rest = rest.filter((p) => !known.has(p.evidence.id));
      check = false;
      continue;
    }
    const step = await foldStep(deps, rest);
    if (step.status === 'committed') {
      result.folded += step.entries.length;
      result.unfoldable += step.entries.filter((e) => e.unfoldable !== undefined).length;
      rest = rest.slice(step.entries.length);
    } else if (step.status === 'duplicate') {
      check = true;
    }
  }
  return result;
}

/** Lets time pass until an instant, and finishes a sweep that was left half done. */
export async function foldUntil(deps: FoldDeps, until: number): Promise<void> {
  for (;;) {
    const head = await headOf(deps.ledger);
    if (!head.etag || (head.document.clock >= instantOf(until) && !head.document.sweep)) return;
    await commitStep(
      deps.ledger,
      head,
      (workspace, horizon) => tickStep(workspace, instantOf(until), horizon),
      until,
    );
  }
}

/** The head, or the one a first entry starts from. */
export async function headOf(ledger: LedgerStore): Promise<{ document: Head; etag: string | null }> {
  const found = await ledger.head();
  if (!found) return { document: emptyHead, etag: null };
  if (found.document.kind !== 'head') throw new TypeError('the head is not a head');
  return { document: found.document, etag: found.etag };
}

async function foldStep(
  deps: FoldDeps,
  rest: readonly Pending[],
): Promise<CommitResult & { entries: LogEntry[] }> {
  const head = await headOf(deps.ledger);
  const [first] = rest;
  const at = Math.max(
    first?.sequencedAt === undefined ? deps.now() : millisOf(first.sequencedAt),
    millisOf(head.document.clock),
  );
  const { commit, step } = await commitStep(
    deps.ledger,
    head,
    (workspace, horizon) => runOf(workspace, head.document, rest, at, horizon),
    at,
  );
  return { ...commit, entries: step.entries };
}

type Build = (workspace: Workspace, horizon: string) => Step;

/** Loads what a step needs, runs it, commits it. A half-done sweep goes first: nothing folds past a wide change. */
async function commitStep(
  ledger: LedgerStore,
  head: { document: Head; etag: string | null },
  build: Build,
  at: number,
): Promise<{ commit: CommitResult; step: Step }> {
  const sweeping = head.document.sweep !== null;
  const due = sweeping ? [] : await ledger.due(instantOf(at), dueLimit + 1);
  // Beyond the horizon not everything that is due was loaded, so nothing there may happen yet.
  const horizon = due.length > dueLimit ? (due[dueLimit]?.dueAt ?? instantOf(at)) : '9999';
  const items = sweeping ? await sweepItems(ledger, head.document.sweep?.cursor ?? '') : null;
  const summaryId: Summary['id'] = sweeping ? 'summary-next' : 'summary';
  const loaded = new Map<string, LedgerDocument | null>([['head', head.etag ? head.document : null]]);
  for (const document of [...due, ...(items ?? [])]) loaded.set(document.id, document);
  const deletes: string[] = [];
  const { workspace, step } = await runLoaded(ledger, loaded, summaryId, (w) => {
    if (!items) return build(w, horizon);
    deletes.length = 0;
    if (
      sweepStep(
        w,
        items.map((i) => i.id),
      )
    )
      deletes.push('summary-next');
    return { entries: [] };
  });
  const documents = workspace.changes().filter((d) => !deletes.includes(d.id));
  // A step that moves no head had nothing to do: another instance did it between our reads.
  if (!documents.some((d) => d.id === 'head')) return { commit: { status: 'stale' }, step: { entries: [] } };
  const commit = await ledger.commit({ headETag: head.etag, entries: step.entries, documents, deletes });
  return { commit, step };
}

/** Runs a pure step, loading the documents it asks for until it has them all. */
async function runLoaded<T>(
  ledger: LedgerStore,
  loaded: Map<string, LedgerDocument | null>,
  summaryId: Summary['id'],
  run: (workspace: Workspace) => T,
): Promise<{ workspace: Workspace; step: T }> {
  let wanted = ['config', 'day-clock', 'summary', 'summary-next'];
  for (;;) {
    const found = await ledger.read(wanted);
    for (const id of wanted) loaded.set(id, found.get(id) ?? null);
    const workspace = new Workspace(loaded, summaryId);
    try {
      return { workspace, step: run(workspace) };
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      wanted = wantedBy(loaded, summaryId, run);
    }
  }
}

/**
 * Everything a step asks for, found by pretending that what is missing does not exist: one run and one round of reads,
 * not one a document.
 */
function wantedBy<T>(
  loaded: ReadonlyMap<string, LedgerDocument | null>,
  summaryId: Summary['id'],
  run: (workspace: Workspace) => T,
): string[] {
  const wanted = new Set<string>();
  const guess = new Map(loaded);
  guess.get = (id) => {
    const known = loaded.get(id);
    if (known === undefined) wanted.add(id);
    return known ?? null;
  };
  try {
    run(new Workspace(guess, summaryId));
  } catch {
    // What it cannot do without a document it may do with it: the next run tells.
  }
  return [...wanted];
}

/** The longest ordered run of events that fits one batch. What is due before them goes first, in batches of its own. */
function runOf(
  workspace: Workspace,
  head: Head,
  rest: readonly Pending[],
  at: number,
  horizon: string,
): Step {
  const sequencedAt = instantOf(at);
  if (workspace.due(sequencedAt).length > 0) return tickStep(workspace, sequencedAt, horizon);
  const entries: LogEntry[] = [];
  for (const pending of rest) {
    // Entries of another instant need what is due by then, which was not loaded.
    if (pending.sequencedAt !== undefined && millisOf(pending.sequencedAt) > at) break;
    const mark = workspace.mark();
    const entry = entryOf(pending, head.size + entries.length, sequencedAt);
    let folded = foldOne(workspace, entry, pending, mark);
    if (!fits(workspace, entries.length + 1)) {
      workspace.returnTo(mark);
      if (entries.length > 0) break;
      // Alone it does not fit either, and never will: a batch that the store refuses would stop the feed for good.
      folded = foldOne(workspace, entry, { ...pending, unfoldable: 'TooWide' }, mark);
    }
    entries.push(folded);
    // Behind a wide change the sweep comes first.
    if (workspace.find('head', 'head')?.sweep) break;
  }
  return { entries };
}

/** 400 bytes is more than an entry takes. */
const fits = (workspace: Workspace, entries: number): boolean =>
  workspace.changes().length + entries <= maxOperations &&
  approximateBytes(workspace) + 400 * entries <= maxBytes;

/** An event that cannot be folded becomes an `unfoldable` entry, and the feed goes on. */
function foldOne(
  workspace: Workspace,
  entry: LogEntry,
  pending: Pending,
  mark: ReadonlyMap<string, LedgerDocument>,
): LogEntry {
  if (pending.unfoldable === undefined) {
    try {
      foldEntry(workspace, entry, pending.evidence);
      return entry;
    } catch (error) {
      if (error instanceof NotLoaded) throw error;
      workspace.returnTo(mark);
      foldEntry(workspace, entry, null);
      return { ...entry, unfoldable: error instanceof Error ? error.name : 'Error' };
    }
  }
  foldEntry(workspace, entry, null);
  return { ...entry, unfoldable: pending.unfoldable };
}

const entryOf = ({ evidence }: Pending, position: number, sequencedAt: string): LogEntry => ({
  position,
  id: evidence.id,
  digest: evidence.digest,
  sequencedAt,
});

function tickStep(workspace: Workspace, until: string, horizon: string): Step {
  letTimePass(workspace, until < horizon ? until : horizon, () => fits(workspace, 0));
  return { entries: [] };
}

const sweepPage = 24;

async function sweepItems(ledger: LedgerStore, cursor: string): Promise<LedgerDocument[]> {
  const page = await ledger.list({ kind: 'item', after: cursor, limit: sweepPage });
  return page.items;
}

/** @returns whether the sweep is through. */
function sweepStep(workspace: Workspace, ids: readonly string[]): boolean {
  for (const id of ids) {
    const mark = workspace.mark();
    foldSweep(workspace, id);
    if (!fits(workspace, 2)) {
      workspace.returnTo(mark);
      return false;
    }
  }
  if (ids.length === sweepPage) return false;
  endSweep(workspace);
  return true;
}

/** Documents are values, so a length once measured holds; a run asks again after each of its events. */
const lengths = new WeakMap<LedgerDocument, number>();

/** Bytes of UTF-8. */
function lengthOf(document: LedgerDocument): number {
  const length = lengths.get(document) ?? utf8(JSON.stringify(document)).length;
  lengths.set(document, length);
  return length;
}

const approximateBytes = (workspace: Workspace): number =>
  workspace.changes().reduce((sum, document) => sum + lengthOf(document), 0);

function uniqueById(pending: readonly Pending[]): Pending[] {
  const seen = new Set<string>();
  return pending.filter(({ evidence }) => !seen.has(evidence.id) && seen.add(evidence.id) !== undefined);
}

/** Tenants side by side, each tenant's events in the order they came. */
export function byTenant(events: readonly StoredEvidence[]): Map<TenantId, StoredEvidence[]> {
  const groups = new Map<TenantId, StoredEvidence[]>();
  for (const event of events) groups.set(event.tenantId, [...(groups.get(event.tenantId) ?? []), event]);
  return groups;
}
