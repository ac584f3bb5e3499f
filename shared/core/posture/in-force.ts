import type { Adopted, Override } from '../projections/config.js';
import { catalogue, controlsOf } from './catalogue.js';
import type { Control } from './control.js';

/** What a control is for one subject after overrides: whether it applies, and how old its evidence may be. */
export type InForce = { applies: boolean; freshnessHours: number; override: Override | null };

/** Controls of the catalogue version in force, with the weights that the tenant gives them. */
export function controlsInForce({ catalogue: version, overrides }: Adopted): readonly Control[] {
  const controls = controlsOf(version) ?? catalogue;
  if (Object.keys(overrides).length === 0) return controls;
  return controls.map((control) => {
    const weight = overrides[control.id]?.weight;
    return weight === undefined ? control : { ...control, weight };
  });
}

const byKind = new WeakMap<readonly Control[], Map<string, readonly Control[]>>();

/** Controls in force that are judged for a kind of thing. */
export function controlsFor(
  { catalogue: version }: Adopted,
  kind: Control['scope']['kind'],
): readonly Control[] {
  const controls = controlsOf(version) ?? catalogue;
  const kinds = byKind.get(controls) ?? new Map<string, readonly Control[]>();
  byKind.set(controls, kinds);
  const found = kinds.get(kind) ?? controls.filter(({ scope }) => scope.kind === kind);
  kinds.set(kind, found);
  return found;
}

/** @param subject as findings name it: `agent:builder-1` */
export function inForceFor(control: Control, { overrides }: Adopted, subject: string): InForce {
  const override = overrides[control.id];
  const { freshnessHours } = control;
  if (override === undefined || override.items?.includes(subject) === false)
    return { applies: true, freshnessHours, override: null };
  return {
    applies: override.applicable !== false,
    freshnessHours: override.freshnessHours ?? freshnessHours,
    override,
  };
}
