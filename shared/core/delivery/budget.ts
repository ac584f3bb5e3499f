import { hour, minute, type Millis } from '../kernel/time.js';

/** What the provider takes, over any minute and any hour, from all instances and tenants together. */
export type MailRate = { perMinute: number; perHour: number };

/** What was planned against a budget: whose and when, of the last hour, in order; and until when the provider takes none. */
export type BudgetState = { planned: readonly Planned[]; heldUntil: Millis };
type Planned = { at: Millis; tenant: string };

export const unspent: BudgetState = { planned: [], heldUntil: 0 };

/**
 * No turn is taken further ahead than this: whoever comes next is at most so long behind those who came before, however
 * many of theirs wait. Who finds no room so soon takes no turn, and comes again.
 */
export const ahead: Millis = minute;

/**
 * The earliest instant with room for one more of a tenant's. Two rules, over every minute and every hour: all together stay
 * within the rate, and no tenant takes more than half of what the others leave of it, rounded up. So a flood leaves room
 * for whoever comes; n floods at once settle at equal shares, with one more of the size left free. Never before what was
 * planned last: a turn is overtaken by none.
 */
export function roomAt(
  { planned, heldUntil }: BudgetState,
  { perMinute, perHour }: MailRate,
  tenant: string,
  now: Millis,
): Millis {
  const first = Math.max(now, heldUntil, planned.at(-1)?.at ?? 0);
  // Later is never fuller: nothing is planned behind `first`.
  const inMinute = roomWithin(planned, perMinute, minute, tenant, first);
  return roomWithin(planned, perHour, hour, tenant, inMinute);
}

function roomWithin(
  planned: readonly Planned[],
  limit: number,
  window: Millis,
  tenant: string,
  from: Millis,
): Millis {
  const inside = planned.filter(({ at }) => at > from - window);
  let own = inside.filter((one) => one.tenant === tenant).length;
  let others = inside.length - own;
  let at = from;
  for (const oldest of inside) {
    if (own < Math.ceil((limit - others) / 2)) break;
    at = oldest.at + window;
    if (oldest.tenant === tenant) own -= 1;
    else others -= 1;
  }
  return at;
}

/** The budget with one more planned at an instant that had room. Holds no more than an hour's worth. */
export const plannedAt = (state: BudgetState, rate: MailRate, tenant: string, at: Millis): BudgetState => ({
  ...state,
  planned: [...state.planned, { at, tenant }].slice(-Math.max(rate.perMinute, rate.perHour)),
});

/** The provider said that it is too much: nobody sends before the instant it named. */
export const held = (state: BudgetState, until: Millis): BudgetState => ({
  ...state,
  heldUntil: Math.max(state.heldUntil, until),
});
