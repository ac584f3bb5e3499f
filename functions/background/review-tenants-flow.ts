import type { OrchestrationContext, Task } from 'durable-functions';

import type { ReviewPage, ReviewResult } from '../../shared/usecases/reviews/review-page.js';
import { patience } from './patience.js';

/*
 * One tick of a cadence over all tenants, as a generator that the durable framework replays: page by page, so that no
 * function runs long and a crash costs a page. One instance a cadence; a tick that finds it running leaves it alone.
 */

export const reviewTenantsName = 'reviewTenantsV1';
export const reviewPageName = 'reviewPage';

/** Pages after which the instance goes on with a new history: a history grows with every step, and is read again for each. */
const pagesAGeneration = 20;

export type ReviewTick = ReviewPage & { soFar?: ReviewResult };

/** Every page once, one after the other: what is in flight is what one page has in flight, and no more. */
export function* reviewTenants(context: OrchestrationContext): Generator<Task, ReviewResult | null, never> {
  const { cadence, ...begun } = context.df.getInput<ReviewTick>();
  let { cursor, soFar = { tenants: 0, completed: 0, failed: 0 } } = begun;
  for (let page = 0; page < pagesAGeneration; page++) {
    const input: ReviewPage = { cadence, ...(cursor === undefined ? {} : { cursor }) };
    const done: ReviewResult & { cursor?: string } = yield context.df.callActivityWithRetry(
      reviewPageName,
      patience,
      input,
    );
    soFar = {
      tenants: soFar.tenants + done.tenants,
      completed: soFar.completed + done.completed,
      failed: soFar.failed + done.failed,
    };
    cursor = done.cursor;
    if (cursor === undefined) return soFar;
  }
  context.df.continueAsNew({ cadence, cursor, soFar });
  return null;
}
