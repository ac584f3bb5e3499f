import type { Block } from '../../../../schemas/report-blocks.js';
import { frameworks } from '../../posture/clause-catalogue.js';
import { number } from '../format.js';
import { link, num, text, type Refs } from '../text.js';
import { framework, type ControlTest } from './tests.js';

/** A criterion by its id, with our short title: the criteria's own text is not ours to print. */
export type Criterion = { id: string; title: string; tests: readonly ControlTest[]; tested: number };

const titles = new Map<string, string>(
  frameworks.flatMap(({ name, clauses }) =>
    name === framework ? clauses.map(({ id, title }): [string, string] => [id, title]) : [],
  ),
);

export function criteriaOf(tests: readonly ControlTest[]): Criterion[] {
  const of = ({ control }: ControlTest): string[] =>
    control.clauses.filter((c) => c.framework === framework).map(({ id }) => id);
  const ids = [...new Set(tests.flatMap(of))].toSorted((a, b) => (a < b ? -1 : 1));
  return ids.map((id) => {
    const own = tests.filter((test) => of(test).includes(id));
    return {
      id,
      title: titles.get(id) ?? id,
      tests: own,
      tested: own.filter(({ untested }) => untested === null).length,
    };
  });
}

export const criteriaTable = (criteria: readonly Criterion[], refs: Refs): Block => ({
  kind: 'table',
  caption: `Criteria in scope (n = ${number(criteria.length)}); titles in our words`,
  columns: [
    { key: 'criterion', title: 'Criterion', kind: 'text', weight: 1 },
    { key: 'title', title: 'Title', kind: 'text', weight: 4 },
    { key: 'controls', title: 'Controls', kind: 'number' },
    { key: 'tested', title: 'Tested', kind: 'number' },
    { key: 'exceptions', title: 'With exceptions', kind: 'number' },
    { key: 'ref', title: 'Reference', kind: 'ref' },
  ],
  rows: criteria.map(({ id, title, tests, tested }) => [
    text(id),
    text(title),
    num(tests.length),
    num(tested),
    num(tests.filter(({ exceptions }) => exceptions.length > 0).length),
    link(refs.list('controls')),
  ]),
  empty: 'No criterion is mapped to a control.',
});
