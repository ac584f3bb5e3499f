import * as df from 'durable-functions';

import type { Services } from '../shared/services.js';
import { remindApproval } from '../shared/usecases/delivery/remind-approval.js';
import { orchestrationsOf } from './background/orchestrations.js';
import { depsFor } from './produce-report.js';
import { stepsOf, type ReportInput } from './background/report-steps.js';
import { startProduction } from './background/start-production.js';

/** Registers the step that reminds of an approval: its mails are a flow of their own, which the report does not wait for. */
export function register(services: Services): void {
  const { servicesFor, traced } = stepsOf(services);
  df.app.activity('remindApproval', {
    extraInputs: [df.input.durableClient()],
    handler: (input: ReportInput, context) =>
      traced('remindApproval', input, async () => {
        const own = servicesFor(input);
        const orchestrations = orchestrationsOf(context);
        await remindApproval(
          depsFor(own),
          (record) => startProduction(orchestrations, own, record),
          input.reportId,
        );
        return null;
      }),
  });
}
