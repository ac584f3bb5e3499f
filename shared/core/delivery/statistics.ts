import type { DeliveryFigure, DeliveryStatistics } from '../../../schemas/answers/deliveries.js';
import { millisOf, second } from '../kernel/time.js';
import type { Delivery } from '../projections/documents.js';

const figure = (values: readonly number[], of: (sorted: readonly number[]) => number): DeliveryFigure =>
  values.length === 0
    ? { state: 'not_observed', sample: 0 }
    : { state: 'observed', value: of([...values].sort((a, b) => a - b)), sample: values.length };

/** Nearest rank: the smallest of the values that so large a share of them are not above. */
const quantile =
  (share: number) =>
  (sorted: readonly number[]): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;

const shareOf = (part: readonly boolean[]): DeliveryFigure =>
  figure(
    part.map(Number),
    (all) => Math.round((all.reduce((sum, one) => sum + one, 0) / all.length) * 10_000) / 10_000,
  );

type Figures = Pick<
  DeliveryStatistics,
  | 'statuses'
  | 'successRate'
  | 'bounceRate'
  | 'medianSeconds'
  | 'p95Seconds'
  | 'approvalMedianSeconds'
  | 'approvalP95Seconds'
>;

/**
 * What mails come to. A mail counts for the shares once it has a final outcome; one that policy held back was never under
 * way. @param approvals seconds from rendering to approval, of each report
 */
export function figuresOf(mails: readonly Delivery[], approvals: readonly number[]): Figures {
  const count = (status: Delivery['status']): number => mails.filter((mail) => mail.status === status).length;
  const ended = mails.filter(({ status }) => status !== 'sending' && status !== 'not_sent');
  const seconds = mails.flatMap(({ status, sentAt, at }) =>
    status === 'delivered' && sentAt !== undefined ? [(millisOf(at) - millisOf(sentAt)) / second] : [],
  );
  return {
    statuses: {
      sending: count('sending'),
      delivered: count('delivered'),
      bounced: count('bounced'),
      failed: count('failed'),
      unconfirmed: count('unconfirmed'),
      not_sent: count('not_sent'),
    },
    successRate: shareOf(ended.map(({ status }) => status === 'delivered')),
    bounceRate: shareOf(ended.map(({ status }) => status === 'bounced')),
    medianSeconds: figure(seconds, quantile(0.5)),
    p95Seconds: figure(seconds, quantile(0.95)),
    approvalMedianSeconds: figure(approvals, quantile(0.5)),
    approvalP95Seconds: figure(approvals, quantile(0.95)),
  };
}
