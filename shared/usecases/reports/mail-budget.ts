import {
  ahead,
  held,
  plannedAt,
  roomAt,
  unspent,
  type BudgetState,
  type MailRate,
} from '../../core/delivery/budget.js';
import { second } from '../../core/kernel/time.js';
import type { ReportDeps } from './report-record.js';

/*
 * The provider's budget, kept in one small document for all instances and shared out among tenants: a send takes its turn
 * in it before it is made. One read, and one write a turn, however many wait. A turn that is not used, because its process
 * died, is lost and no more.
 */

type SharedDeps = Pick<ReportDeps, 'registry' | 'clock'>;
type BudgetDeps = SharedDeps & Pick<ReportDeps, 'mailRate' | 'stores'>;

/** Writers that lose the race this often come again a moment later. */
const tries = 5;

const sends = 'budget:send';
const questions = 'budget:status';

/** A turn at `at`, or none yet: the tenant may take one `after` so many milliseconds. */
export type Turn = { at: number } | { after: number };

/** Takes a turn to send, soon. @returns null where too many take one at once. */
export const bookSend = (deps: BudgetDeps): Promise<Turn | null> => turnIn(deps, sends, deps.mailRate, ahead);

/**
 * Takes a turn to ask for a status now; the provider allows twice as many questions as sends.
 * @returns milliseconds to wait, where there is no room now: then nothing was taken.
 */
export async function takeQuestion(deps: BudgetDeps): Promise<number> {
  const rate = { perMinute: 2 * deps.mailRate.perMinute, perHour: 2 * deps.mailRate.perHour };
  const turn = await turnIn(deps, questions, rate, 0);
  if (turn === null) return second;
  return 'after' in turn ? turn.after : 0;
}

function turnIn(deps: BudgetDeps, id: string, rate: MailRate, soon: number): Promise<Turn | null> {
  const { tenantId } = deps.stores;
  return changed<Turn>(deps, id, (state, now) => {
    const at = roomAt(state, rate, tenantId, now);
    return at - now > soon
      ? { answer: { after: at - now } }
      : { next: plannedAt(state, rate, tenantId, at), answer: { at } };
  });
}

/** The provider said that it is too much: holds every instance's sends until it may be asked again. */
export async function holdSends(deps: SharedDeps, until: number): Promise<void> {
  await changed(deps, sends, (state) => ({ next: held(state, until), answer: null }));
}

/** Until when sends are held back; in the past where they are not. */
export const sendsHeldUntil = async ({ registry }: SharedDeps): Promise<number> =>
  ((await registry.mailBudget.get<BudgetState>(sends))?.value ?? unspent).heldUntil;

async function changed<T>(
  { registry, clock }: SharedDeps,
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
