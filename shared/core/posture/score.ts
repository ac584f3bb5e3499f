import {
  controlStateSchema,
  type ControlState,
  type ControlSummary,
  type Posture,
} from '../../../schemas/posture.js';
import { day, millisOf } from '../kernel/time.js';
import type { Summary } from '../projections/documents.js';
import type { Control } from './control.js';

/** A control's own state is its worst item's; with nothing in scope it is not observed, which is neither good nor bad. */
export function controlSummary(
  control: Control,
  counts: Readonly<Record<string, number>>,
  link: string,
): ControlSummary {
  const states = controlStateSchema.options.map(
    (state) => [state, counts[`control/${control.id}/${state}`] ?? 0] as const,
  );
  const applicable = states.filter(([state]) => state !== 'not_applicable');
  const inScope = applicable.reduce((sum, [, n]) => sum + n, 0);
  const worst = applicable.find(([, n]) => n > 0)?.[0];
  const overridden = (states.at(-1)?.[1] ?? 0) > 0;
  return {
    id: control.id,
    title: control.title,
    domain: control.domain,
    severity: control.severity,
    weight: control.weight,
    state: worst ?? (overridden ? 'not_applicable' : 'not_observed'),
    counts: Object.fromEntries(states) as Record<ControlState, number>,
    inScope,
    link,
  };
}

/**
 * `Σ weight × enforced items ÷ in-scope items, over Σ weight`, in tenths of a point, rounded half up from integers:
 * fractions are kept whole by working over the product of all denominators.
 */
export function scoreTenths(
  controls: readonly Pick<ControlSummary, 'weight' | 'counts' | 'inScope'>[],
): number | null {
  const observed = controls.filter((c) => c.inScope > 0);
  if (observed.length === 0) return null;
  const denominator = observed.reduce((product, c) => product * BigInt(c.inScope), 1n);
  const weights = observed.reduce((sum, c) => sum + BigInt(c.weight), 0n);
  const numerator = observed.reduce(
    (sum, c) => sum + (BigInt(c.weight) * BigInt(c.counts.enforced ?? 0) * denominator) / BigInt(c.inScope),
    0n,
  );
  const whole = denominator * weights;
  return Number((2000n * numerator + whole) / (2n * whole));
}

/** The score with everything that must stand beside it. No inventory, or a stale one: not observed (no-evidence law). */
export function scoreOf(
  controls: readonly ControlSummary[],
  summary: Pick<Summary, 'inventoryAt'>,
  settings: { inventoryFreshDays: number; scoreTarget: number },
  asOf: string,
): Posture['score'] {
  const observed = controls.filter((c) => c.inScope > 0);
  const staleAt =
    summary.inventoryAt === undefined
      ? null
      : millisOf(summary.inventoryAt) + settings.inventoryFreshDays * day;
  const tenths = scoreTenths(controls);
  const notObserved =
    staleAt === null
      ? 'no_inventory'
      : staleAt <= millisOf(asOf)
        ? 'inventory_stale'
        : tenths === null
          ? 'nothing_in_scope'
          : null;
  return {
    tenths: notObserved === null ? tenths : null,
    notObserved,
    target: settings.scoreTarget,
    controlsObserved: observed.length,
    controlsApplicable: controls.filter((c) => c.state !== 'not_applicable').length,
    itemsEnforced: observed.reduce((sum, c) => sum + (c.counts.enforced ?? 0), 0),
    itemsInScope: observed.reduce((sum, c) => sum + c.inScope, 0),
  };
}
