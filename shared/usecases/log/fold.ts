import type { TenantId } from '../../../schemas/primitives.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import type { LogEntry } from '../../core/log/entry.js';
import { emptyHead } from '../../core/posture/head.js';
import type { Head, LedgerDocument } from '../../core/projections/documents.js';
import { utc } from '../../core/projections/stamps.js';
import { loggedEvidence, NotLoaded, Workspace } from '../../core/projections/workspace.js';
import type { CommitResult, LedgerStore, StoredEvidence } from '../../ports.js';
import { eventRun, sweepPage, sweepRun, timeRun, type Pending, type Run, type Step } from './fold-run.js';

/*
 * Sequence and fold. If the process dies before a commit, the batch never happened and the feed delivers again; after a
 * commit, what is in the log is skipped. Instances racing on one tenant find the head moved, reload and try again:
 * positions come from the head alone.
 */

/** Documents due at once that one batch takes on. */
const dueLimit = 24;

/** `committed` is told of the entries of each batch once they are in the log. */
export type FoldDeps = {
  ledger: LedgerStore;
  now: () => number;
  committed?: (entries: readonly LogEntry[]) => void;
};
export type FoldResult = { folded: number; skipped: number; unfoldable: number };

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
      deps.committed?.(step.entries);
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
    await commitStep(deps.ledger, head, instantOf(until), []);
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
  const at = Math.max(
    rest[0]?.sequencedAt === undefined ? deps.now() : millisOf(rest[0].sequencedAt),
    millisOf(head.document.clock),
  );
  const { commit, entries } = await commitStep(deps.ledger, head, instantOf(at), rest);
  return { ...commit, entries };
}

/**
 * Loads what a step needs, runs it, commits it. First things first: a half-done sweep, because nothing folds past a wide
 * change; then what is due, in batches of its own; then events.
 */
async function commitStep(
  ledger: LedgerStore,
  head: { document: Head; etag: string | null },
  at: string,
  pending: readonly Pending[],
): Promise<{ commit: CommitResult; entries: LogEntry[] }> {
  const { sweep, size } = head.document;
  const sweeping = sweep === null ? null : await sweepItems(ledger, sweep.cursor);
  const due = sweeping === null ? await ledger.due(latest(at, pending.at(-1)), dueLimit + 1) : [];
  const ripe = due.filter(({ dueAt = at }) => dueAt <= at);
  const run =
    sweeping !== null
      ? sweepRun(sweeping.map(({ id }) => id))
      : ripe.length > 0 || pending.length === 0
        ? // Beyond the last of them not everything that is due was loaded, so nothing there may happen yet.
          timeRun(ripe[dueLimit]?.dueAt ?? at)
        : eventRun(size, pending, at, due[0]?.dueAt ?? '9999');
  const workspace = new Workspace(sweeping === null ? 'summary' : 'summary-next');
  workspace.load('head', head.etag === null ? null : head.document);
  for (const document of sweeping ?? due) workspace.load(document.id, document);
  const { entries, deletes } = await runLoaded(ledger, workspace, run);
  const documents = workspace.changes().filter((d) => !deletes.includes(d.id));
  // A step that moves no head had nothing to do: another instance did it between our reads.
  if (!documents.some((d) => d.id === 'head')) return { commit: { status: 'stale' }, entries: [] };
  const commit = await ledger.commit({ headETag: head.etag, entries, documents, deletes });
  return { commit, entries };
}

/** The instant of the last of the events, which a rebuild gives; for events that come in it is now. */
const latest = (at: string, last: Pending | undefined): string =>
  last?.sequencedAt !== undefined && utc(last.sequencedAt) > at ? utc(last.sequencedAt) : at;

/** Takes a run to its end, loading the documents it asks for. */
async function runLoaded(ledger: LedgerStore, workspace: Workspace, run: Run): Promise<Step> {
  const step: Step = { entries: [], deletes: [] };
  let wanted: ReadonlySet<string> = new Set(['config', 'day-clock', 'summary', 'journey', ...run.ids]);
  for (;;) {
    const missing = [...wanted].filter((id) => !workspace.has(id));
    await load(ledger, workspace, missing);
    try {
      run.go(workspace, step);
      return step;
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      wanted = wantedBy(workspace, run, step).add(error.id);
    }
  }
}

/** Documents by id; of events only whether the log has them. */
async function load(ledger: LedgerStore, workspace: Workspace, missing: readonly string[]): Promise<void> {
  const ids = missing.filter((id) => loggedEvidence(id) === null);
  const events = missing.map(loggedEvidence).filter((id) => id !== null);
  const [found, known] = await Promise.all([
    ids.length === 0 ? null : ledger.read(ids),
    events.length === 0 ? null : ledger.known(events),
  ]);
  for (const id of ids) workspace.load(id, found?.get(id) ?? null);
  for (const id of events) workspace.loadLogged(id, known?.has(id) === true);
}

/**
 * Everything the rest of a run asks for, found by pretending that what is missing does not exist: one round of reads, not
 * one a document.
 */
function wantedBy(workspace: Workspace, run: Run, { entries }: Step): Set<string> {
  const wanted = new Set<string>();
  try {
    run.go(workspace.trial(wanted), { entries: [...entries], deletes: [] });
  } catch {
    // What it cannot do without a document it may do with it: the next run tells.
  }
  return wanted;
}

/** What controls are judged for, in the order of their ids: a wide change goes through all of it. */
const judgedKinds = ['approval', 'exception', 'item'] as const;

async function sweepItems(ledger: LedgerStore, cursor: string): Promise<LedgerDocument[]> {
  const found: LedgerDocument[] = [];
  for (const kind of judgedKinds) {
    if (found.length === sweepPage) break;
    // Ids begin with their kind, so a cursor past a kind is past all of it.
    if (cursor > `${kind}:\uffff`) continue;
    const page = await ledger.list({ kind, after: cursor, limit: sweepPage - found.length });
    found.push(...page.items);
  }
  return found;
}

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
