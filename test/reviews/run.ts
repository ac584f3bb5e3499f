import type { OrchestrationContext } from 'durable-functions';

import { depsFor } from '../../functions/produce-report.js';
import { reviewTenants, type ReviewTick } from '../../functions/background/review-tenants-flow.js';
import { servicesOf } from '../../functions/http/tenant-services.js';
import type { Services } from '../../shared/services.js';
import type { Cadence } from '../../shared/core/reviews/periods.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { tellEnded } from '../../shared/usecases/delivery/tell-ended.js';
import type { ReportRecord } from '../../shared/usecases/reports/report-record.js';
import { makeReview } from '../../shared/usecases/reviews/make-review.js';
import {
  reviewPage,
  type MakeReview,
  type ReviewDeps,
  type ReviewPage,
  type ReviewResult,
} from '../../shared/usecases/reviews/review-page.js';
import { settleLedgers } from '../../shared/usecases/log/settle-ledgers.js';

/* A tick of the reviews without a host: the real flow, its activity run where the framework would run it. */

type Given = Pick<ReviewDeps, 'stores' | 'blobs' | 'keys' | 'clock' | 'telemetry'> & Partial<ReviewDeps>;

/** Reports that a tick had produced. */
export type Started = { tenantId: string; record: ReportRecord };

const depsOf = (given: Given, started: Started[]): ReviewDeps => ({
  renderer: reportRenderer,
  mail: memoryMail(),
  exporter: memoryMail('export'),
  mailRate: { perMinute: 30, perHour: 100 },
  rehearsal: false,
  produce: (tenantId, record) => {
    started.push({ tenantId, record });
    return Promise.resolve();
  },
  ...given,
});

/** Runs one tick to its end, through all generations of its instance. */
export async function runReviews(
  given: Given,
  cadence: Cadence,
  started: Started[] = [],
  make: MakeReview = makeReview,
): Promise<ReviewResult> {
  const deps = depsOf(given, started);
  let next: ReviewTick | null = { cadence };
  for (;;) {
    const input: ReviewTick = next ?? { cadence };
    next = null;
    // as: the little of the framework that the flow uses.
    const context = {
      df: {
        getInput: () => input,
        callActivityWithRetry: (_name: string, _patience: unknown, page: ReviewPage) => page,
        continueAsNew: (with_: ReviewTick) => (next = with_),
      },
    } as unknown as OrchestrationContext;
    const flow = reviewTenants(context);
    let step = flow.next();
    while (step.done !== true) {
      // as: what the flow yields here is the page that it asked for, and what it is given is the activity's answer.
      const done = await reviewPage(deps, step.value as unknown as ReviewPage, make);
      step = flow.next(JSON.parse(JSON.stringify(done)) as never);
    }
    if (step.value !== null) return step.value;
  }
}

/** A tick of time, as its timer has it: what is due happens, and what ended is told. Its mails are left alone. */
export const letTimePass = (services: Services): Promise<unknown> =>
  settleLedgers(services, (tenant) =>
    tellEnded({ ...depsFor(servicesOf(services, tenant)), produce: () => Promise.resolve() }),
  );
