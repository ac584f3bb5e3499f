import type { Millis } from '../kernel/time.js';
import { periodOf, type Period } from './periods.js';
import { dayOf } from './zone.js';

/** The quarter of that name in a zone. @param id `2026-Q4`, by its schema. */
export function quarterOf(id: string, zone: string): Period {
  const month = (Number(id.slice(6)) - 1) * 3 + 1;
  return periodOf('quarterly', `${id.slice(0, 4)}-${String(month).padStart(2, '0')}-01`, zone);
}

/** Whether a quarter has begun where the tenant is. */
export const hasBegun = ({ from }: Period, zone: string, now: Millis): boolean => from <= dayOf(now, zone);
