import { held, plannedAt, roomAt, unspent, type BudgetState } from '../../core/delivery/budget.js';
import { second } from '../../core/kernel/time.js';
import type { ReportDeps } from './report-record.js';

/*
 * The provider's budget, kept in one small document for all instances: a send takes its turn in it before it is made. One
 * read and one write a send, however many wait. A turn that is not used, because its process died, is lost and no more.
 */

type BudgetDeps = Pick<ReportDeps, 'registry' | 'mailRate' | 'clock'>;

/** Writers that lose the race this often come again a moment later. */
const tries = 5;

const sends = 'budget:send';
const questions = 'budget:status';

/** Takes a turn to send. @returns its instant, now or later; null where too many take one at once. */
export const bookSend = (deps: BudgetDeps): Promise<number | null> =>
  changed(deps, sends, (state, now) => {
    const at = roomAt(state, deps.mailRate, now);
    return { next: plannedAt(state, deps.mailRate, at), answer: at };
  });

/**
 * Takes a turn to ask for a status now; the provider allows twice as many questions as sends.
 * @returns milliseconds to wait, where there is no room now: then nothing was taken.
 */
export async function takeQuestion(deps: BudgetDeps): Promise<number> {
  const rate = { perMinute: 2 * deps.mailRate.perMinute, perHour: 2 * deps.mailRate.perHour };
  const wait = await changed(deps, questions, (state, now) => {
    const at = roomAt(state, rate, now);
    return at > now ? { answer: at - now } : { next: plannedAt(state, rate, at), answer: 0 };
  });
  return wait ?? second;
}

/** The provider said that it is too much: holds every instance's sends until it may be asked again. */
export async function holdSends(deps: BudgetDeps, until: number): Promise<void> {
  await changed(deps, sends, (state) => ({ next: held(state, until), answer: null }));
}

/** Until when sends are held back; in the past where they are not. */
export const sendsHeldUntil = async ({ registry }: BudgetDeps): Promise<number> =>
  ((await registry.mailBudget.get<BudgetState>(sends))?.value ?? unspent).heldUntil;

async function changed<T>(
  { registry, clock }: BudgetDeps,
  id: string,
  change: (state: BudgetState, now: number) => { next?: BudgetState; answer: T },
): Promise<T | null> {
  for (let tried = 0; tried < tries; tried += 1) {
    const found = await registry.mailBudget.get<BudgetState>(id);
    const { next, answer } = change(found?.value ?? unspent, clock.now());
    if (next === undefined) return answer;
    if ((await registry.mailBudget.put(id, 'budget', next, found?.etag ?? null)) !== null) return answer;
  }
  return null;
}
