import { eventSchemas, eventTypePrefix } from '../../../schemas/evidence.js';
import type { LogEntry } from '../../core/log/entry.js';
import { endSweep, foldEntry, foldSweep } from '../../core/posture/fold.js';
import { namedBy } from '../../core/posture/named.js';
import { letTimePass } from '../../core/posture/passing.js';
import { utc } from '../../core/projections/stamps.js';
import { NotLoaded, type Workspace } from '../../core/projections/workspace.js';
import type { StoredEvidence } from '../../ports.js';
import { fewEnough, fits, maxOperations, smallEnough } from './batch-limits.js';

/** An event to be folded. A rebuild gives the instant it was sequenced at; otherwise it is now. */
export type Pending = { evidence: StoredEvidence; sequencedAt?: string; unfoldable?: string };

/** What one batch adds to the log, none when it only lets time pass or sweeps, and what it deletes. */
export type Step = { entries: LogEntry[]; deletes: string[] };

/**
 * One batch in the making. `go` takes the step as far as it can and throws NotLoaded where it lacks a document; called
 * again it goes on from there. `ids` are documents that it will surely ask for.
 */
export type Run = { ids: readonly string[]; go(workspace: Workspace, step: Step): void };

/** Runs `work` whole or not at all. */
function whole<T>(workspace: Workspace, work: () => T): T {
  const mark = workspace.mark();
  try {
    return work();
  } catch (error) {
    workspace.returnTo(mark);
    throw error;
  }
}

/**
 * The longest ordered run of events that fits one batch.
 * @param size entries in the log before it
 * @param at when events that come in are sequenced; nothing is due by then
 * @param quietUntil when something that is stored and not loaded becomes due: the run ends before it
 */
export function eventRun(size: number, pending: readonly Pending[], at: string, quietUntil: string): Run {
  let careful = false;
  const go = (workspace: Workspace, step: Step): void => {
    for (const one of pending.slice(step.entries.length)) {
      const sequencedAt = one.sequencedAt === undefined ? at : latest(at, utc(one.sequencedAt));
      if (sequencedAt >= quietUntil) break;
      const entry = entryOf(one, size + step.entries.length, sequencedAt);
      const folded = foldWithin(workspace, step.entries.length, entry, one, careful ? fits : fewEnough);
      if (folded === null) break;
      step.entries.push(folded);
      // Behind a wide change the sweep comes first.
      if (workspace.find('head', 'head')?.sweep) break;
    }
    if (careful || smallEnough(workspace, step.entries.length)) return;
    // Few but long documents, which is rare: once more, and this time each event is weighed.
    careful = true;
    workspace.returnTo(0);
    step.entries.length = 0;
    go(workspace, step);
  };
  return { ids: namedByAll(pending), go };
}

const latest = (a: string, b: string): string => (a > b ? a : b);

/** What the next events name, as many as one batch may change. */
function namedByAll(pending: readonly Pending[]): string[] {
  const ids = new Set<string>();
  for (const { evidence, unfoldable } of pending) {
    if (ids.size >= maxOperations) break;
    if (unfoldable === undefined) for (const id of namedOrNone(evidence)) ids.add(id);
  }
  return [...ids];
}

function namedOrNone(evidence: StoredEvidence): string[] {
  try {
    return namedBy(evidence);
  } catch {
    // It is not what its type says: folding it will tell.
    return [];
  }
}

/** Folds one more entry, or does nothing and returns null where the batch cannot take it. */
function foldWithin(
  workspace: Workspace,
  before: number,
  entry: LogEntry,
  pending: Pending,
  fitting: typeof fits,
): LogEntry | null {
  const mark = workspace.mark();
  const folded = foldOne(workspace, entry, pending);
  if (fitting(workspace, before + 1)) return folded;
  workspace.returnTo(mark);
  // Alone it does not fit either, and never will: a batch that the store refuses would stop the feed for good.
  return before > 0 ? null : foldOne(workspace, entry, { ...pending, unfoldable: 'TooWide' });
}

/** An event that cannot be folded becomes an `unfoldable` entry, and the feed goes on. */
function foldOne(workspace: Workspace, entry: LogEntry, { evidence, unfoldable }: Pending): LogEntry {
  if (unfoldable === undefined) {
    try {
      refuseFalseMeasure(evidence);
      whole(workspace, () => foldEntry(workspace, entry, evidence));
      return entry;
    } catch (error) {
      if (error instanceof NotLoaded) throw error;
      return foldOne(workspace, entry, {
        evidence,
        unfoldable: error instanceof Error ? error.name : 'Error',
      });
    }
  }
  whole(workspace, () => foldEntry(workspace, entry, null));
  return { ...entry, unfoldable };
}

/** By these everything after them is judged. */
const measures = [
  'tenant.configured',
  'policy.published',
  'catalogue.adopted',
  'control.overridden',
  'appetite.approved',
] as const;

/**
 * A measure that is not what its type says would let itself be folded and then fail whatever is judged by it, an event or a
 * moment that has nothing to do with it, and so stop the feed. Others fail by themselves, and alone. A schema of these that
 * is made tighter is another way to fold: it takes another fold version.
 */
function refuseFalseMeasure({ event }: StoredEvidence): void {
  const name = measures.find((one) => event.type === `${eventTypePrefix}${one}`);
  if (name !== undefined) eventSchemas[name].parse(event);
}

const entryOf = ({ evidence }: Pending, position: number, sequencedAt: string): LogEntry => ({
  position,
  id: evidence.id,
  digest: evidence.digest,
  sequencedAt,
});

/** Lets happen what is due until an instant, as much of it as one batch takes. */
export const timeRun = (until: string): Run => ({
  ids: [],
  go: (workspace) => whole(workspace, () => letTimePass(workspace, until, () => fits(workspace, 0))),
});

/** Items in one page of a sweep. */
export const sweepPage = 24;

/** A page of a wide change: each of these items is judged again; after the last page the new summary takes its place. */
export const sweepRun = (ids: readonly string[]): Run => ({
  ids: ['summary-next'],
  go: (workspace, step) =>
    whole(workspace, () => {
      for (const id of ids) {
        const mark = workspace.mark();
        foldSweep(workspace, id);
        if (!fits(workspace, 2)) {
          workspace.returnTo(mark);
          return;
        }
      }
      if (ids.length === sweepPage) return;
      endSweep(workspace);
      step.deletes.push('summary-next');
    }),
});
