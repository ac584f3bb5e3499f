import type { Report } from '../projections/documents.js';

/** What the log says of a validation's mails and of what was exercised with the first of them. */
export type ObservedDelivery = {
  report: Pick<Report, 'status' | 'deliveries'>;
  /** Mails that are to be. */
  planned: number;
  approvalRequired: boolean;
  exercise: { operation: string | null; retried: boolean; deadLetter: boolean; resumed: boolean };
  /** Whether the packet and the mail were searched and nothing of what was planted was found; null before that. */
  removed: boolean | null;
};

/** Whom or what a validation waits for. */
export type DeliveryWait = 'rendering' | 'approval' | 'person' | 'mails';
export type DeliveryVerdict =
  { status: 'waiting'; for: DeliveryWait } | { status: 'passed' } | { status: 'failed'; reason: string };

const failed = (reason: string): DeliveryVerdict => ({ status: 'failed', reason });
const waiting = (whom: DeliveryWait): DeliveryVerdict => ({ status: 'waiting', for: whom });

/** Whether delivery is proven. Only arrival proves it, and only with each thing that was to be exercised in the log. */
export function judgeDelivery(observed: ObservedDelivery): DeliveryVerdict {
  const { report, planned, approvalRequired, exercise, removed } = observed;
  if (report.status === 'rejected' || report.status === 'cancelled' || report.status === 'expired')
    return failed(`the report was ${report.status === 'expired' ? 'not approved in time' : report.status}`);
  if (report.status === 'requested') return waiting('rendering');
  if (report.status === 'rendered' && approvalRequired) return waiting('approval');
  const mails = Object.entries(report.deliveries);
  const takenUp = exercise.resumed || !exercise.deadLetter;
  const lost = mails.filter(
    ([operation, { status }]) =>
      status !== 'sending' && status !== 'delivered' && (takenUp || operation !== exercise.operation),
  );
  if (lost.length > 0) return failed(`${lost.length} of ${planned} mails did not arrive`);
  if (!takenUp) return waiting('person');
  if (mails.length < planned || mails.some(([, { status }]) => status === 'sending')) return waiting('mails');
  if (!exercise.retried || !exercise.deadLetter || !exercise.resumed)
    return failed('retry and escalation were not exercised');
  if (removed === null) return waiting('mails');
  return removed ? { status: 'passed' } : failed('what was planted arrived, or could not be looked for');
}
