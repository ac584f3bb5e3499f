import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import type { Cadence } from '../shared/core/reviews/periods.js';
import { runReviews } from '../shared/usecases/review.js';
import { acknowledgeReview } from '../shared/usecases/reviews/acknowledge.js';
import { listReviews, readReview } from '../shared/usecases/reviews/read-reviews.js';
import { serveAll } from './http.js';
import type { RouteHandlers } from './route.js';
import { reviewRoutes } from './routes/reviews.js';

/** Function names by cadence (design, HTTP contract). Every 15 minutes each asks which tenants' periods have ended. */
const timers: Readonly<Record<Cadence, { name: string; schedule: string }>> = {
  daily: { name: 'reviewDaily', schedule: '0 */15 * * * *' },
  weekly: { name: 'reviewWeekly', schedule: '0 5/15 * * * *' },
  monthly: { name: 'reviewMonthly', schedule: '0 10/15 * * * *' },
  quarterly: { name: 'reviewQuarterly', schedule: '30 10/15 * * * *' },
};

export const handlers: RouteHandlers<typeof reviewRoutes> = {
  listReviews: async ({ stores, query, now }) => ({
    status: 200,
    body: await listReviews({ stores, now }, query),
  }),
  readReview: async ({ stores, params, now }, { blobs }) => ({
    status: 200,
    body: await readReview({ stores, blobs, now }, params),
  }),
  acknowledgeReview: async ({ stores, params, body, caller, roles, now }, { blobs, keys, clock }) => {
    const person = { subject: caller.subject, roles };
    await acknowledgeReview({ stores, keys, clock }, params, body.notes, person);
    return { status: 200, body: await readReview({ stores, blobs, now }, params) };
  },
};

/** Registers the routes of reviews, and the four timers: one use-case, four cadences. */
export function register(services: Services): void {
  serveAll(services, reviewRoutes, handlers);
  for (const cadence of ['daily', 'weekly', 'monthly', 'quarterly'] as const) {
    const { name, schedule } = timers[cadence];
    app.timer(name, {
      schedule,
      handler: async () => {
        const { completed } = await services.telemetry.span({ name }, () => runReviews(services, cadence));
        services.telemetry.log('info', 'reviews_run', { cadence, count: completed });
      },
    });
  }
}
