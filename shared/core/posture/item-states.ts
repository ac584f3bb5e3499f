import type { Surface } from '../../../schemas/primitives.js';
import { instantOf, millisOf, type Millis } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import type { Item } from '../projections/documents.js';
import type { ItemState } from '../projections/facts.js';
import { isLater } from '../projections/stamps.js';
import type { Control } from './control.js';
import type { ApprovalOf } from './decision-state.js';
import { controlsFor, inForceFor } from './in-force.js';
import { failingOf, fallsOf, keptState, subjectOf, type Judged } from './judged.js';
import { judge } from './judges.js';
import { labelsOf } from './labels.js';
import { unenforcedAction, unenforcedLabel } from './unenforced.js';

/**
 * Every control in scope for an item, judged at an instant. Pure in (item, config, approvals, instant); `since` is kept
 * from the item while the state stays.
 * @returns states, labels, and the next instant at which any of them changes by time alone.
 */
export function judgeItem(
  item: Item,
  config: Config,
  approvalOf: ApprovalOf,
  at: string,
): Pick<Item, 'states' | 'labels' | 'failing' | 'dueAt' | 'rank' | 'unenforced'> {
  const now = millisOf(at);
  const changes: Millis[] = [];
  const states: Record<string, ItemState> = {};
  const subject = subjectOf(item);
  for (const control of controlsFor(config, item.itemKind)) {
    if (!inScope(control, item)) continue;
    const { applies, override, freshnessHours } = inForceFor(control, config, subject);
    const hours =
      control.judgement.by === 'declaration' && override?.freshnessHours === undefined
        ? config.settings.inventoryFreshDays * 24
        : freshnessHours;
    const { state, evidenceId, until }: Judged = applies
      ? judge(control, item, { config, approvalOf, hours, now })
      : { state: 'not_applicable', evidenceId: override?.id ?? null };
    if (until !== undefined && until > now) changes.push(until);
    if (state !== null) states[control.id] = keptState(item.states[control.id], { state, evidenceId }, at);
  }
  const { labels: words, changesAt } = labelsOf(item, now);
  const unenforced = words.includes('retired') ? null : unenforcedAction(item, config, approvalOf);
  const labels = [...words, ...(unenforced === null ? [] : [unenforcedLabel]), ...fallsOf(states)];
  changes.push(...changesAt.filter((until) => until > now));
  const failing = failingOf(states);
  const due = changes.length === 0 ? {} : { dueAt: instantOf(Math.min(...changes)) };
  const action = unenforced === null ? {} : { unenforced };
  return { states, labels, failing, rank: rankOf(failing.length, item.name), ...action, ...due };
}

/** Worst first, then by name; fixed width, so that text order is number order. */
export const rankOf = (failing: number, name: string): string =>
  `${String(999 - Math.min(failing, 999)).padStart(3, '0')}:${name}`;

function inScope({ scope }: Control, item: Item): boolean {
  if (item.declared?.lifecycle === 'retired' && !isLater(item.observed?.last ?? item.declared, item.declared))
    return false;
  if (scope.writes) return item.registry?.writes ?? true;
  return (
    scope.surfaces === undefined || scope.surfaces.some((surface) => mayTouch(item, surface, scope.seen))
  );
}

/** Undeclared surfaces mean any surface, because what is not known to be out of scope is in it; unless it must be seen. */
const mayTouch = ({ observed, declared }: Item, surface: Surface, seen?: true): boolean =>
  observed?.surfaces.includes(surface) === true || (declared?.surfaces?.includes(surface) ?? seen !== true);
