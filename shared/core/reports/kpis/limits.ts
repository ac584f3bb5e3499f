import { limitedIndicatorSchema, type LimitedIndicator } from '../../../../schemas/events/appetite.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { millisOf } from '../../kernel/time.js';
import { limitBelowTarget } from '../../posture/verdict.js';
import type { Appetite } from '../../projections/config.js';
import { number } from '../format.js';
import { blockersSpec, kpiSpecs, type KpiSpec } from './kpi-data.js';

/*
 * What indicators are judged by: the limits that two people of the tenant approved, while their approval stands; else the
 * house's own, which are a proposal. An approval that ended approves nothing.
 */

export type Bounds = { target: number; limit: number };
/** The last approval, and the instant at which it is judged whether it stands. */
export type Judged = { appetite: Appetite | null; posture: { asOf: string; score: { target: number } } };

/** The approval that stands at the as-of; null where none does. */
export const standing = ({ appetite, posture }: Judged): Appetite | null =>
  appetite !== null && millisOf(appetite.expiresAt) > millisOf(posture.asOf) ? appetite : null;

/** The score's target is a setting, and its limit follows. */
export const scoreBounds = ({ posture: { score } }: Judged): Bounds => ({
  target: score.target / 10,
  limit: Math.max(0, score.target - limitBelowTarget) / 10,
});

const approvedOf = (id: string, judged: Judged): Bounds | undefined => {
  const limits: Readonly<Record<string, Bounds | undefined>> = standing(judged)?.limits ?? {};
  return Object.hasOwn(limits, id) ? limits[id] : undefined;
};

/** Target and limit of an indicator: the approved ones where there are any. */
export const boundsOf = <T extends Pick<KpiRow, 'target' | 'limit'>>(
  id: string,
  usual: T,
  judged: Judged,
): Pick<KpiRow, 'target' | 'limit'> => approvedOf(id, judged) ?? { target: usual.target, limit: usual.limit };

/** Whether two people approved what a row is judged by. The score's setting may have moved away from what they approved. */
export function isApproved(row: string, judged: Judged): boolean {
  if (row !== 'K01') return row.split('+').every((id) => approvedOf(id, judged) !== undefined);
  const [approved, { target, limit }] = [approvedOf('K01', judged), scoreBounds(judged)];
  return approved?.target === target && approved.limit === limit;
}

/** What an indicator that limits can be approved of is called. */
export const labelOf = (id: LimitedIndicator): string =>
  id === 'K01' ? scoreLabel : id === 'K22' ? blockersSpec.label : kpiSpecs[id].label;
const scoreLabel = 'Control score';

/** What the service itself says of an indicator that limits can be approved of. */
export const specOf = (id: LimitedIndicator, judged: Judged): Omit<KpiSpec, 'definition'> =>
  id === 'K01'
    ? { label: scoreLabel, unit: 'points', better: 'higher', ...scoreBounds(judged) }
    : id === 'K22'
      ? blockersSpec
      : kpiSpecs[id];

/** Why limits make no sense, and of which indicator; null where they do. */
export function faultOf(
  limits: Appetite['limits'],
  judged: Judged,
): { pointer: string; detail: string } | null {
  for (const id of limitedIndicatorSchema.options) {
    const bounds = limits[id];
    const detail = bounds === undefined ? null : detailOf(id, bounds, judged);
    if (detail !== null) return { pointer: `/limits/${id}`, detail };
  }
  return null;
}

function detailOf(id: LimitedIndicator, { target, limit }: Bounds, judged: Judged): string | null {
  const { unit, better } = specOf(id, judged);
  const whole = unit === 'percent' || unit === 'points' ? 100 : Infinity;
  if (Math.max(target, limit) > whole) return 'it is at most 100';
  if (unit === 'count' && !(Number.isInteger(target) && Number.isInteger(limit)))
    return 'it counts whole things';
  if (better === 'higher' ? limit > target : limit < target)
    return `${better} is better, so the limit lies on the other side of the target`;
  const score = scoreBounds(judged);
  return id === 'K01' && (target !== score.target || limit !== score.limit)
    ? `the score’s target is a setting, ${number(score.target, 1)} now, and its limit ${number(score.limit, 1)}`
    : null;
}
