import { describe, expect, it } from 'vitest';

import { produceReport, sendNotice } from '../../functions/background/produce-report-flow.js';
import { hour, minute } from '../../shared/core/kernel/time.js';
import { runFlow } from './replayed.js';

/* The flow of a report, with the clock of the test: when it reminds, when it expires, where it ends. */

const begins = Date.parse('2026-11-24T09:00:00Z');
const input = (approvalHours: number) => ({ tenantId: 'harbour', reportId: 'r1', approvalHours });

/** What the activities answer: the log's status of the report as time goes by. */
const answers =
  (status: (now: number) => string) =>
  (step: string, now: number): unknown => {
    if (step === 'reportStatus') return status(now);
    if (step === 'expireReport') return status(now) === 'rendered' ? 'expired' : status(now);
    if (step === 'planDelivery') return { operationIds: ['m1', 'm2'] };
    if (step === 'openDeliveries') return { open: 0, status: 'delivered' };
    return null;
  };
/** Runs a flow from its beginning. `status`: of its report in the log, as time goes by. */
const flow = (of: Parameters<typeof runFlow>[0], approvalHours: number, status: (now: number) => string) =>
  runFlow(of, input(approvalHours), begins, answers(status));
const names = (steps: readonly { step: string }[]): string[] => steps.map(({ step }) => step);
const times = (steps: readonly { step: string; at: number }[], name: string): number[] =>
  steps.filter(({ step }) => step === name).map(({ at }) => at);

describe('a report that waits for its approval', () => {
  it('reminds once, when half of the time is over, and expires when all of it is', async () => {
    const { steps, statuses, output } = await flow(produceReport, 4, () => 'rendered');
    expect(times(steps, 'remindApproval')).toEqual([2 * hour]);
    expect(times(steps, 'expireReport')).toEqual([4 * hour]);
    expect(output).toEqual({ status: 'expired' });
    expect(names(steps)).not.toContain('planDelivery');
    const until = new Date(begins + 4 * hour).toISOString();
    expect(statuses).toContainEqual({ step: 'waiting for approval', until, reminded: false });
    expect(statuses).toContainEqual({ step: 'waiting for approval', until, reminded: true });
  });

  it('goes on when it is approved, without a reminder where there was time, though the wake-up was lost', async () => {
    const { steps, output } = await flow(produceReport, 4, (now) => (now < hour ? 'rendered' : 'approved'));
    expect(times(steps, 'remindApproval')).toEqual([]);
    expect(times(steps, 'planDelivery')[0]).toBeLessThanOrEqual(hour + 5 * minute);
    expect(output).toEqual({ status: 'delivered' });
  });

  it.each(['rejected', 'cancelled'])('ends when it is %s: no mail is planned', async (status) => {
    const { steps, output } = await flow(produceReport, 4, (now) => (now < hour ? 'rendered' : status));
    expect(names(steps)).not.toContain('planDelivery');
    expect(output).toEqual({ status });
  });
});

describe('a report without an approval', () => {
  it('takes each step once, in order', async () => {
    const { steps, output } = await flow(produceReport, 0, () => 'rendered');
    expect(names(steps)).toEqual([
      'freezeReport',
      'renderReport',
      'reportStatus',
      'planDelivery',
      'deliverMailV1',
      'deliverMailV1',
      'openDeliveries',
      'concludeValidation',
    ]);
    expect(output).toEqual({ status: 'delivered' });
  });

  it('that was cancelled while it was made goes no further', async () => {
    const { steps, output } = await flow(produceReport, 0, () => 'cancelled');
    expect(names(steps)).toEqual(['freezeReport', 'renderReport', 'reportStatus']);
    expect(output).toEqual({ status: 'cancelled' });
  });
});

describe('a notice', () => {
  it('is its mails and no more: nothing is frozen, rendered or approved', async () => {
    const { steps, output } = await flow(sendNotice, 0, () => 'requested');
    expect(names(steps)).toEqual([
      'planDelivery',
      'deliverMailV1',
      'deliverMailV1',
      'openDeliveries',
      'concludeValidation',
    ]);
    expect(output).toEqual({ status: 'delivered' });
  });
});
