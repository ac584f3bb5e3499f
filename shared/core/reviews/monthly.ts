import type { TrendPoint } from '../../../schemas/answers/trend.js';
import type { Posture } from '../../../schemas/posture.js';
import type { ReviewOf } from '../../../schemas/review.js';
import { day, millisOf } from '../kernel/time.js';
import type { Exception } from '../projections/documents.js';
import { baseOf, listOf } from './base.js';
import type { Period } from './periods.js';

type Drift = ReviewOf<'monthly'>['policyDrift'];

export type MonthlyInput = {
  posture: Posture;
  executiveReport: ReviewOf<'monthly'>['executiveReport'];
  trend: readonly Omit<TrendPoint, 'links'>[];
  /** Exceptions that stand, all or as many as are read; and those that are sums over all. */
  exceptions: { items: readonly Exception[]; more: boolean; expired: number; expiring: number };
  drift: {
    counts: Pick<Drift, 'agentsDrifted' | 'agents' | 'repositoriesDrifted' | 'repositories'>;
    drifted: Drift['drifted']['items'];
    fallen: Drift['fallen']['items'];
  };
};

/** The monthly review: the posture and where it goes, how old exceptions get, which policies drift. Pure. */
export function monthlyReview(period: Period, zone: string, input: MonthlyInput): ReviewOf<'monthly'> {
  const { posture, executiveReport, trend, drift } = input;
  return {
    ...baseOf(period, zone, posture),
    cadence: 'monthly',
    executiveReport,
    trend: trend.filter((point) => point.day >= period.from && point.day <= period.to && point.ended),
    exceptions: exceptionAgeing(input, posture.asOf),
    policyDrift: { ...drift.counts, drifted: listOf(drift.drifted), fallen: listOf(drift.fallen) },
  };
}

function exceptionAgeing({ exceptions }: MonthlyInput, asOf: string): ReviewOf<'monthly'>['exceptions'] {
  const age = { upTo30: 0, upTo90: 0, upTo180: 0, over180: 0 };
  const aged = exceptions.items
    .flatMap((exception) => {
      const { name, granted, owner = null, expiresAt = null, status } = exception;
      if (granted === undefined) return [];
      const ageDays = Math.max(0, Math.floor((millisOf(asOf) - millisOf(granted.time)) / day));
      return [{ exception: name, ageDays, owner, expiresAt, status }];
    })
    .sort((a, b) => b.ageDays - a.ageDays);
  for (const { ageDays } of aged)
    age[ageDays <= 30 ? 'upTo30' : ageDays <= 90 ? 'upTo90' : ageDays <= 180 ? 'upTo180' : 'over180'] += 1;
  const standing = (status: string): number => exceptions.items.filter((e) => e.status === status).length;
  return {
    active: standing('active'),
    expired: exceptions.expired,
    unowned: standing('unowned'),
    expiringIn14Days: exceptions.expiring,
    age,
    oldest: listOf(aged),
    complete: !exceptions.more,
  };
}
