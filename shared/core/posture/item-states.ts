import type { ControlState } from '../../../schemas/posture.js';
import type { Surface } from '../../../schemas/primitives.js';
import { hour, instantOf, millisOf, type Millis } from '../kernel/time.js';
import type { Config, Item } from '../projections/documents.js';
import type { DecisionFact, ItemState, Stamp } from '../projections/facts.js';
import { isLater } from '../projections/stamps.js';
import { catalogue } from './catalogue.js';
import type { Control } from './control.js';
import { decisionState, type ApprovalOf } from './decision-state.js';

/** A state with the evidence that decides it, and the instant at which time alone would change it. */
type Judged = { state: ControlState; evidenceId: string | null; until?: Millis };

const none: Judged = { state: 'missing', evidenceId: null };

/** Hours after which an agent that was heard from is silent. */
export const activityHours = 24;

/**
 * Every control in scope for an item, judged at an instant. Pure in (item, config, approvals, instant); `since` is kept
 * from the item while the state stays.
 * @returns states, coverage words, and the next instant at which any of them changes by time alone.
 */
export function judgeItem(
  item: Item,
  config: Config,
  approvalOf: ApprovalOf,
  at: string,
): Pick<Item, 'states' | 'coverage' | 'failing' | 'dueAt' | 'rank'> {
  const now = millisOf(at);
  const changes: Millis[] = [];
  const states: Record<string, ItemState> = {};
  for (const control of catalogue) {
    if (!inScope(control, item)) continue;
    const { state, evidenceId, until } = judge(control, item, config, approvalOf, now);
    if (until !== undefined && until > now) changes.push(until);
    const before = item.states[control.id];
    states[control.id] = { state, evidenceId, since: before?.state === state ? before.since : at };
  }
  const { words, until } = coverage(item, now);
  if (until !== undefined && until > now) changes.push(until);
  const failing = Object.entries(states)
    .filter(([, s]) => s.state !== 'enforced' && s.state !== 'not_applicable')
    .map(([control, s]) => `${control}:${s.state}`);
  const due = changes.length === 0 ? {} : { dueAt: instantOf(Math.min(...changes)) };
  return { states, coverage: words, failing, rank: rankOf(failing.length, item.name), ...due };
}

/** Worst first, then by name; fixed width, so that text order is number order. */
export const rankOf = (failing: number, name: string): string =>
  `${String(999 - Math.min(failing, 999)).padStart(3, '0')}:${name}`;

export function inScope(control: Control, item: Item): boolean {
  if (control.scope.kind !== item.itemKind) return false;
  if (item.declared?.lifecycle === 'retired' && !isLater(item.observed?.last ?? item.declared, item.declared))
    return false;
  if (control.scope.writes) return item.registry?.writes ?? true;
  const surface = control.scope.surface;
  return surface === undefined || mayTouch(item, surface);
}

/** Undeclared surfaces mean any surface: what is not known to be out of scope is in it. */
const mayTouch = (item: Item, surface: Surface): boolean =>
  item.observed?.surfaces.includes(surface) === true ||
  item.declared?.surfaces === undefined ||
  item.declared.surfaces.includes(surface);

function judge(control: Control, item: Item, config: Config, approvalOf: ApprovalOf, now: Millis): Judged {
  const { judgement } = control;
  const fresh = (stamp: Stamp, state: ControlState): Judged =>
    within(stamp, control.freshnessHours, state, now);
  switch (judgement.by) {
    case 'inventory':
      return judgeInventory(item);
    case 'registry':
      return judgeRegistry(item, fresh, now);
    case 'decision': {
      const fact = latest(judgement.facts.map((key) => item.facts[key]));
      if (!fact) return none;
      return fresh(
        fact,
        decisionState(fact, { id: control.id, highRisk: judgement.highRisk }, config, approvalOf),
      );
    }
    case 'signature': {
      const last = item.observed?.last;
      return last ? fresh(last, last.trusted ? 'enforced' : 'missing') : none;
    }
    case 'activity':
      return item.observed ? fresh(item.observed.last, 'enforced') : none;
    case 'delivery':
      return item.delivery
        ? fresh(item.delivery, item.delivery.outcome === 'delivered' ? 'enforced' : 'blocked')
        : none;
    case 'approval':
    case 'exception':
      return none; // scope.kind keeps items away from these
  }
}

/** A state holds within its window; after it the proof is stale, unless it proved nothing to begin with. */
function within(stamp: Stamp, hours: number, state: ControlState, now: Millis): Judged {
  const until = millisOf(stamp.time) + hours * hour;
  if (now >= until) return { state: 'stale', evidenceId: stamp.id };
  return { state, evidenceId: stamp.id, until };
}

function judgeInventory(item: Item): Judged {
  const { declared, observed } = item;
  if (!declared) return { state: 'missing', evidenceId: observed?.last.id ?? null };
  // Acting after retirement is acting undeclared.
  if (declared.lifecycle === 'retired')
    return { state: 'missing', evidenceId: observed?.last.id ?? declared.id };
  return { state: declared.owner === undefined ? 'missing' : 'enforced', evidenceId: declared.id };
}

function judgeRegistry(
  item: Item,
  fresh: (stamp: Stamp, state: ControlState) => Judged,
  now: Millis,
): Judged {
  const { registry } = item;
  if (!registry?.registered) return { state: 'blocked', evidenceId: registry?.id ?? null };
  const owned = registry.owner !== undefined || item.declared?.owner !== undefined;
  const approvedUntil = registry.approvedUntil === undefined ? null : millisOf(registry.approvedUntil);
  const approved = approvedUntil !== null && approvedUntil > now;
  const trusted =
    registry.tier === 'trusted'
      ? approvedUntil === null || approved
      : registry.tier === 'reviewed' && approved;
  const judged = fresh(registry, owned && trusted ? 'enforced' : 'missing');
  if (judged.state !== 'enforced' || approvedUntil === null) return judged;
  return { ...judged, until: Math.min(judged.until ?? approvedUntil, approvedUntil) };
}

const latest = (facts: readonly (DecisionFact | undefined)[]): DecisionFact | undefined =>
  facts.reduce((best, fact) => (fact && isLater(fact, best) ? fact : best), undefined);

/** Coverage words of an item (design, five layers): covered is declared, with a fresh action from a trusted source. */
function coverage(item: Item, now: Millis): { words: string[]; until?: Millis } {
  if (item.itemKind === 'tenant') return { words: [] };
  if (!inScopeOfCoverage(item)) return { words: ['retired'] };
  const words = ['in_scope'];
  const until = item.observed ? millisOf(item.observed.last.time) + activityHours * hour : undefined;
  const heard = until !== undefined && now < until;
  if (item.declared) words.push('declared');
  if (item.observed) words.push('observed');
  if (item.declared && heard && item.observed?.last.trusted === true) words.push('covered');
  if (item.observed && !item.declared) words.push('shadow');
  if (item.declared && !heard) words.push('silent');
  return until === undefined ? { words } : { words, until };
}

const inScopeOfCoverage = (item: Item): boolean =>
  item.declared?.lifecycle !== 'retired' ||
  (item.observed !== undefined && isLater(item.observed.last, item.declared));
