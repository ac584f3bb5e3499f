import { catalogue } from '../../posture/catalogue.js';
import type { Control } from '../../posture/control.js';
import type { Config } from '../../projections/config.js';
import type { TestedItem, TestInput } from './input.js';
import { populationOf } from './populations.js';
import { sampleOf, seedOf } from './sampling.js';

export const framework = 'SOC 2 2017-TSC/2022-PoF';

export type ControlTest = {
  control: Control;
  /** Why the design does not hold, or null. */
  deficiency: string | null;
  population: readonly TestedItem[];
  sample: readonly TestedItem[];
  exceptions: readonly TestedItem[];
  /** Why operation was not tested, or null. */
  untested: string | null;
};

/** Every control that gives evidence toward a criterion, tested on the whole population that was read. */
export function controlTests(input: TestInput): ControlTest[] {
  return catalogue
    .filter(({ clauses }) => clauses.some((clause) => clause.framework === framework))
    .map((control) => testOf(control, input));
}

function testOf(control: Control, input: TestInput): ControlTest {
  const deficiency = deficiencyOf(control, input.config);
  const population = populationOf(control, input);
  const untested =
    deficiency !== null
      ? 'the design is deficient'
      : population === null
        ? 'judged by state, not by events'
        : population.length === 0
          ? 'no occurrence in the period'
          : null;
  const items = population ?? [];
  return {
    control,
    deficiency,
    population: items,
    sample: untested === null ? sampleOf(items, seedOf(input.root, control.id, input.period)) : [],
    exceptions: untested === null ? items.filter(({ met }) => !met) : [],
    untested,
  };
}

/** Design, inspected at the packet's position: a published rule in enforce mode carries what is judged by decisions. */
function deficiencyOf(control: Control, config: Config | null): string | null {
  if (control.judgement.by !== 'decision') return null;
  const versions = Object.values(config?.policies ?? {});
  if (versions.length === 0) return 'no policy is published';
  const carried = versions.some(
    ({ mode, rules }) => mode === 'enforce' && Object.values(rules).some((of) => of.includes(control.id)),
  );
  return carried ? null : 'no published policy in enforce mode carries a rule for it';
}
