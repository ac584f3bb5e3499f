import type { ControlState, ControlSummary, Posture } from '../../schemas/posture.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { catalogue } from '../../shared/core/posture/catalogue.js';
import { controlSummary, scoreOf } from '../../shared/core/posture/score.js';
import { start } from './told.js';

export const states: readonly ControlState[] = [
  'blocked',
  'missing',
  'stale',
  'shadowed',
  'enforced',
  'not_applicable',
];
export const settings = { inventoryFreshDays: 30, scoreTarget: 850 };
export const inventoryAt = instantOf(start);
export const now = instantOf(start + day);

/** The catalogue with so many items in each state for each control; none where nothing is said. */
export const controlsWith = (
  counts: (id: string) => Partial<Record<ControlState, number>>,
): ControlSummary[] =>
  catalogue.map((control) =>
    controlSummary(
      control,
      Object.fromEntries(
        Object.entries(counts(control.id)).map(([s, n]) => [`control/${control.id}/${s}`, n]),
      ),
      `/api/tenants/harbour/controls/${control.id}`,
    ),
  );
export const allEnforced = controlsWith(() => ({ enforced: 4 }));
export const scored = (controls: readonly ControlSummary[]): Posture['score'] =>
  scoreOf(controls, { inventoryAt }, settings, now);

/** Exact fractions, independent of the way the product takes. */
