import type { OrchestrationContext, Task } from 'durable-functions';

import { deliveryWindow } from '../../shared/core/delivery/operation.js';
import { hour, minute } from '../../shared/core/kernel/time.js';
import type { Progress } from '../../shared/usecases/reports/send-mail.js';
import { patience } from './patience.js';

/*
 * The flows of a report, as generators that the durable framework replays. They may only yield durable tasks; time comes
 * from the framework. Events only wake: after each, an activity reads from the log what is so.
 */

export const produceReportName = 'produceReportV1';
export const deliverMailName = 'deliverMailV1';
export const resumeMailName = 'resumeMailV1';
export const sendNoticeName = 'sendNoticeV1';

/** `traceparent`: the request that the report goes back to; its steps are spans of that trace, whenever they run. */
type Input = { tenantId: string; reportId: string; traceparent?: string };
export type ProduceInput = Input & { approvalHours: number };
export type MailInput = Input & { operationId: string };

export const wakeEvents = { decided: 'decided', delivery: 'delivery' } as const;

/** A lost wake-up costs at most this long. */
const pollEvery = 5 * minute;

type Flow = Generator<Task, unknown, never>;

/** Freeze, render, wait for approval where policy asks, deliver to each recipient, wait for the provider's word. */
export function* produceReport(context: OrchestrationContext): Flow {
  const input = context.df.getInput<ProduceInput>();
  const step = (name: string) => context.df.callActivityWithRetry(name, patience, input);
  context.df.setCustomStatus({ step: 'freezing' });
  yield step('freezeReport');
  context.df.setCustomStatus({ step: 'rendering' });
  yield step('renderReport');
  const decided: string =
    input.approvalHours > 0
      ? yield* approval(context, step, input.approvalHours)
      : yield step('reportStatus');
  if (decided !== (input.approvalHours > 0 ? 'approved' : 'rendered')) return { status: decided };
  return yield* mails(context, step, input);
}

type Step = (name: string) => Task;

/** Each recipient's mail side by side, and the provider's word on them. */
function* mails(context: OrchestrationContext, step: Step, input: Input): Flow {
  const plan: { operationIds: string[] } = yield step('planDelivery');
  context.df.setCustomStatus({ step: 'delivering', mails: plan.operationIds.length });
  yield context.df.Task.all(
    plan.operationIds.map((operationId) =>
      context.df.callSubOrchestrator(
        deliverMailName,
        { ...input, operationId },
        `${input.reportId}:${operationId}`,
      ),
    ),
  );
  return yield* ending(context, step);
}

/** Waits for the provider's word on the mails; then records what a validation comes to. */
function* ending(context: OrchestrationContext, step: Step): Flow {
  context.df.setCustomStatus({ step: 'waiting for delivery reports' });
  const end: { status: string } = yield* deliveries(context, step);
  yield step('concludeValidation');
  context.df.setCustomStatus({ step: 'done' });
  return { status: end.status };
}

/** Waits for a decision in the log, until the approval expires; reminds once, when half of its time is over. */
function* approval(context: OrchestrationContext, step: Step, hours: number): Generator<Task, string, never> {
  const begins = context.df.currentUtcDateTime.getTime();
  const expires = begins + hours * hour;
  let reminds = begins + (hours * hour) / 2;
  for (;;) {
    const status: string = yield step('reportStatus');
    if (status !== 'rendered') return status;
    const now = context.df.currentUtcDateTime.getTime();
    // What the log says then: an approval that came at the last moment stands.
    if (now >= expires) return yield step('expireReport');
    if (now >= reminds) {
      yield step('remindApproval');
      reminds = expires;
    }
    context.df.setCustomStatus({
      step: 'waiting for approval',
      until: new Date(expires).toISOString(),
      reminded: reminds === expires,
    });
    yield* wake(context, wakeEvents.decided, reminds);
  }
}

/** Waits until the provider has spoken of every mail, or its window is over. */
function* deliveries(context: OrchestrationContext, step: Step): Generator<Task, { status: string }, never> {
  const ends = context.df.currentUtcDateTime.getTime() + deliveryWindow;
  for (;;) {
    const now: { open: number; status: string } = yield step('openDeliveries');
    if (now.open === 0) return now;
    if (context.df.currentUtcDateTime.getTime() >= ends) return yield step('closeDeliveries');
    yield* wake(context, wakeEvents.delivery, ends);
  }
}

/** Sleeps until an event, the next poll or the end, whichever is first. Each wait has a timer of its own, cancelled if unused. */
function* wake(context: OrchestrationContext, event: string, end: number): Generator<Task, void, never> {
  const at = Math.min(end, context.df.currentUtcDateTime.getTime() + pollEvery);
  const timer = context.df.createTimer(new Date(at));
  yield context.df.Task.any([context.df.waitForExternalEvent(event), timer]);
  if (!timer.isCompleted) timer.cancel();
}

/** A notice is its mails and no more. */
export function* sendNotice(context: OrchestrationContext): Flow {
  const input = context.df.getInput<Input>();
  return yield* mails(context, (name) => context.df.callActivityWithRetry(name, patience, input), input);
}

/** One mail to one recipient: steps until nothing more is to be done, sleeping as long as each says. */
export function* deliverMail(context: OrchestrationContext): Flow {
  const input = context.df.getInput<MailInput>();
  for (;;) {
    const progress: Progress = yield context.df.callActivityWithRetry('deliverMail', patience, input);
    if (progress.status === 'done') return null;
    if (progress.afterMs > 0)
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + progress.afterMs));
  }
}

/** A dead letter that a person took up again, to the provider's word on it. */
export function* resumeMail(context: OrchestrationContext): Flow {
  const input = context.df.getInput<MailInput>();
  context.df.setCustomStatus({ step: 'delivering' });
  yield* deliverMail(context);
  return yield* ending(context, (name) => context.df.callActivityWithRetry(name, patience, input));
}
