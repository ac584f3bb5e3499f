import type { ClauseState } from '../../../schemas/answers/controls.js';
import type { ControlSummary } from '../../../schemas/posture.js';
import { controlById } from './catalogue.js';
import { frameworks } from './clause-catalogue.js';

export type FrameworkRow = (typeof frameworks)[number];
/** One clause, the controls in force that give evidence toward it, and what they come to. */
export type JudgedClause = {
  id: string;
  title: string;
  formerly?: string;
  state: ClauseState;
  says: string;
  controls: string[];
};

export const frameworkById = (id: string): FrameworkRow | null =>
  frameworks.find((framework) => framework.id === id) ?? null;

/** Every clause of a framework, in its order, answered or not: what nothing covers is said, not left out. */
export function clausesOf(framework: FrameworkRow, controls: readonly ControlSummary[]): JudgedClause[] {
  return framework.clauses.map((clause) => {
    const answering = controls.filter((control) => answers(control.id, framework.name, clause.id));
    const state = stateOf(answering);
    return { ...clause, state, says: words[state], controls: answering.map((control) => control.id) };
  });
}

const answers = (controlId: string, framework: string, clauseId: string): boolean =>
  controlById.get(controlId)?.clauses.some((c) => c.framework === framework && c.id === clauseId) === true;

/** A control that is not observed, or does not apply, says nothing for a clause and nothing against it. */
function stateOf(controls: readonly ControlSummary[]): ClauseState {
  if (controls.length === 0) return 'gap';
  const observed = controls.filter((c) => c.state !== 'not_observed' && c.state !== 'not_applicable');
  if (observed.length === 0) return 'not_observed';
  const enforced = observed.filter((c) => c.state === 'enforced').length;
  return enforced === observed.length ? 'supported' : enforced > 0 ? 'partly' : 'unsupported';
}

const words: Readonly<Record<ClauseState, string>> = {
  supported: 'Each observed control that answers it is enforced for every item in scope.',
  partly: 'Some of the controls that answer it are enforced for every item in scope, others are not.',
  unsupported: 'No control that answers it is enforced for every item in scope.',
  not_observed: 'Nothing is in scope of the controls that answer it, so nothing is shown.',
  gap: 'No control in force answers it: nothing here is evidence for this clause.',
};
