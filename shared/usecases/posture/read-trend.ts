import type { z } from 'zod';

import { mostTrendDays, type TrendPoint, type trendSchema } from '../../../schemas/answers/trend.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { trendPoint } from '../../core/posture/trend.js';
import type { Day, Summary } from '../../core/projections/documents.js';
import { dayId } from '../../core/projections/keys.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';

/** Days shown where nobody says how many. */
const defaultDays = 30;

/**
 * The posture day by day, from the counters kept at each day's end and, for the day that runs, from those that stand. Each
 * point leads to the posture of that instant and so to its evidence.
 * @throws Refusal `invalid_request` for days in the wrong order, or too many of them
 */
export async function readTrend(
  stores: TenantStores,
  query: { from?: string | undefined; to?: string | undefined },
  now: Millis,
): Promise<z.infer<typeof trendSchema>> {
  const to = query.to ?? dateOf(now);
  const from = query.from ?? dateOf(startOf(to) - (defaultDays - 1) * day);
  const days = (startOf(to) - startOf(from)) / day + 1;
  if (days < 1 || days > mostTrendDays)
    throw new Refusal('invalid_request', `from and to span one to ${mostTrendDays} days, in order`);
  const ids = Array.from({ length: days }, (_, n) => dayId(dateOf(startOf(from) + n * day)));
  const found = await stores.ledger.read([...ids, 'summary']);
  const counters = [...ids, 'summary']
    .map((id) => found.get(id))
    .filter(
      (document): document is Day | Summary => document?.kind === 'day' || document?.kind === 'summary',
    );
  const links = linksOf(stores.tenantId);
  const points = counters.map((one): TrendPoint => {
    const point = trendPoint(stores.tenantId, one);
    const { position, asOf } = point;
    return { ...point, links: { posture: `${links.at('posture')}?position=${position}&asOf=${asOf}` } };
  });
  return {
    from,
    to,
    // The counters that stand may be of a day outside the span, or of one that ended and has its point.
    points: points.filter(
      (point, i) =>
        point.day >= from && point.day <= to && points.findIndex((other) => other.day === point.day) === i,
    ),
    links: { posture: links.at('posture') },
  };
}

const startOf = (date: string): Millis => millisOf(`${date}T00:00:00Z`);
const dateOf = (at: Millis): string => instantOf(at).slice(0, 10);
