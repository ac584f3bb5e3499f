import { day, instantOf, millisOf } from '../kernel/time.js';
import { withoutExpired } from '../projections/adoption.js';
import type { Config } from '../projections/config.js';
import type { LedgerDocument } from '../projections/documents.js';
import { dayId } from '../projections/keys.js';
import type { Workspace } from '../projections/workspace.js';
import { timePassed } from './finding-life.js';
import { basisOf, emptyHead } from './head.js';
import { settleReferences } from './references.js';
import { configOf, settleApproval, settleException, settleItem } from './settle.js';

/**
 * Lets happen what is due until an instant, in order of (`dueAt`, id), each at its own instant. Stops before a change
 * that `fits` refuses; the clock then stands at the last that happened, and the next call goes on from there.
 */
export function letTimePass(workspace: Workspace, until: string, fits: () => boolean): void {
  workspace.evidenceId = null;
  for (;;) {
    // Behind a wide change the sweep comes first.
    if (workspace.find('head', 'head')?.sweep) return;
    const [next] = workspace.due(until);
    if (next?.dueAt === undefined) {
      advance(workspace, until);
      return;
    }
    const mark = workspace.mark();
    happen(workspace, next, next.dueAt);
    if (next.kind !== 'config') advance(workspace, next.dueAt);
    if (!fits()) {
      workspace.returnTo(mark);
      return;
    }
  }
}

function advance(workspace: Workspace, to: string): void {
  const head = workspace.find('head', 'head');
  if (!head || head.clock >= to) return;
  const next = { ...head, clock: to };
  workspace.put(next);
  workspace.put({ ...workspace.summary(), basis: basisOf(configOf(workspace), next) });
}

function happen(workspace: Workspace, document: LedgerDocument, at: string): void {
  switch (document.kind) {
    case 'item':
      settleItem(workspace, document, at);
      return;
    case 'approval':
      settleApproval(workspace, document, at);
      return;
    case 'exception':
      settleException(workspace, document, at);
      return;
    case 'finding':
      workspace.put(timePassed(document, configOf(workspace), at));
      return;
    case 'references':
      settleReferences(workspace, document);
      return;
    case 'day-clock':
      endDay(workspace, at);
      return;
    case 'config':
      endOverrides(workspace, document, at);
      return;
    case 'head':
    case 'session':
    case 'report':
    case 'delivery':
    case 'recipient':
    case 'summary':
    case 'day':
    case 'journey':
      throw new TypeError(`a ${document.kind} is never due`);
  }
}

/** Overrides end: every control is what its catalogue says again, for all at once, as of that instant. */
function endOverrides(workspace: Workspace, config: Config, at: string): void {
  const head = workspace.find('head', 'head');
  if (!head) return;
  const after = withoutExpired(config, at);
  const next = { ...head, clock: at, sweep: { cursor: '' } };
  const summary = workspace.summary();
  workspace.put(after);
  workspace.put(next);
  workspace.put({ ...summary, id: 'summary-next', basis: basisOf(after, next) });
}

/** The counters as they stand when a UTC day ends: one point of every trend. */
function endDay(workspace: Workspace, at: string): void {
  const { counts: byName, totals, inventoryAt } = workspace.summary();
  const ended = instantOf(millisOf(at) - day).slice(0, 10);
  const head = workspace.find('head', 'head') ?? emptyHead;
  workspace.put({
    id: dayId(ended),
    kind: 'day',
    day: ended,
    position: head.size,
    basis: { ...basisOf(configOf(workspace), head), clock: at },
    counts: byName,
    totals,
    ...(inventoryAt === undefined ? {} : { inventoryAt }),
  });
  workspace.put({ id: 'day-clock', kind: 'day-clock', dueAt: instantOf(millisOf(at) + day) });
}

/** The end of the UTC day an instant falls on. */
export const nextMidnight = (at: string): string => instantOf((Math.floor(millisOf(at) / day) + 1) * day);
