import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { runReviews } from '../shared/usecases/review.js';
import type { Cadence } from '../shared/core/reviews/periods.js';

/** Function names by cadence (design, HTTP contract). Every 15 minutes each asks which tenants' periods have ended. */
const timers: Readonly<Record<Cadence, { name: string; schedule: string }>> = {
  daily: { name: 'reviewDaily', schedule: '0 */15 * * * *' },
  weekly: { name: 'reviewWeekly', schedule: '0 5/15 * * * *' },
  monthly: { name: 'reviewMonthly', schedule: '0 10/15 * * * *' },
  quarterly: { name: 'reviewQuarterly', schedule: '30 10/15 * * * *' },
};

/** Registers the four review timers: one use-case, four cadences. */
export function register(services: Services): void {
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
