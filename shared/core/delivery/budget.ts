import { hour, minute, type Millis } from '../kernel/time.js';

/** What the provider takes, over any minute and any hour, from all instances and tenants together. */
export type MailRate = { perMinute: number; perHour: number };

/** What was planned against a budget: the instants of the last hour's worth, in order, and until when the provider takes none. */
export type BudgetState = { planned: readonly Millis[]; heldUntil: Millis };

export const unspent: BudgetState = { planned: [], heldUntil: 0 };

/**
 * The earliest instant with room for one more. First come, first served: never before what was planned last, so that a
 * mail that waits is overtaken by none.
 */
export function roomAt({ planned, heldUntil }: BudgetState, rate: MailRate, now: Millis): Millis {
  const after = (limit: number, window: Millis): Millis => {
    const oldest = planned.at(-limit);
    return planned.length < limit || oldest === undefined ? 0 : oldest + window;
  };
  return Math.max(
    now,
    heldUntil,
    planned.at(-1) ?? 0,
    after(rate.perMinute, minute),
    after(rate.perHour, hour),
  );
}

/** The budget with one more planned at an instant that had room. Holds no more than an hour's worth, however long the queue. */
export const plannedAt = (state: BudgetState, rate: MailRate, at: Millis): BudgetState => ({
  ...state,
  planned: [...state.planned, at].slice(-Math.max(rate.perMinute, rate.perHour)),
});

/** The provider said that it is too much: nobody sends before the instant it named. */
export const held = (state: BudgetState, until: Millis): BudgetState => ({
  ...state,
  heldUntil: Math.max(state.heldUntil, until),
});
