import { app } from '@azure/functions';
import * as df from 'durable-functions';

import { isRehearsal } from '../shared/configuration.js';
import type { Cadence } from '../shared/core/reviews/periods.js';
import type { VerifiedTenant } from '../shared/core/kernel/verified-tenant.js';
import type { ReportRecord } from '../shared/usecases/reports/report-record.js';
import type { Services } from '../shared/services.js';
import { makeReview } from '../shared/usecases/reviews/make-review.js';
import { reviewPage, type ReviewPage } from '../shared/usecases/reviews/review-page.js';
import { delivered } from './background/event-driven.js';
import { orchestrationsOf } from './background/orchestrations.js';
import { servicesOf } from './http/tenant-services.js';
import { startProduction } from './background/start-production.js';
import { reviewPageName, reviewTenants, reviewTenantsName } from './background/review-tenants-flow.js';

/** Function names by cadence (design, HTTP contract). Every 15 minutes each asks which tenants' periods have ended. */
const timers: Readonly<Record<Cadence, { name: string; schedule: string }>> = {
  daily: { name: 'reviewDaily', schedule: '0 */15 * * * *' },
  weekly: { name: 'reviewWeekly', schedule: '0 5/15 * * * *' },
  monthly: { name: 'reviewMonthly', schedule: '0 10/15 * * * *' },
  quarterly: { name: 'reviewQuarterly', schedule: '30 10/15 * * * *' },
};

/** Registers the four review timers, and the flow that each starts unless it still runs. */
export function register(services: Services): void {
  for (const cadence of ['daily', 'weekly', 'monthly', 'quarterly'] as const) {
    const { name, schedule } = timers[cadence];
    app.timer(name, {
      schedule,
      extraInputs: [df.input.durableClient()],
      handler: (_timer, context) =>
        delivered(services, name, () =>
          orchestrationsOf(context).start(reviewTenantsName, `reviews-${cadence}`, { cadence }),
        ),
    });
  }
  df.app.orchestration(reviewTenantsName, reviewTenants);
  df.app.activity(reviewPageName, {
    extraInputs: [df.input.durableClient()],
    handler: (page: ReviewPage, context) =>
      services.telemetry.span({ name: timers[page.cadence].name }, async () => {
        const orchestrations = orchestrationsOf(context);
        const deps = {
          ...services,
          rehearsal: isRehearsal(services.configuration),
          produce: (tenant: VerifiedTenant, record: ReportRecord) =>
            startProduction(orchestrations, servicesOf(services, tenant), record),
        };
        const done = await reviewPage(deps, page, makeReview);
        services.telemetry.log('info', 'reviews_run', { cadence: page.cadence, count: done.completed });
        return done;
      }),
  });
}
