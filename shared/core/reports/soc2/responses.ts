import { millisOf } from '../../kernel/time.js';
import type { Control } from '../../posture/control.js';
import { isLater } from '../../projections/stamps.js';
import { sum, withheld } from '../text.js';
import type { Response, TestedItem } from './input.js';
import type { ControlTest } from './tests.js';

/** Exceptions of one control that have the same answer, or none. */
export type Answer = {
  control: Control;
  response: Response | null;
  exceptions: readonly TestedItem[];
  /** Exceptions of the control, answered or not. */
  of: number;
};

/** A response for readers outside: no person, no words of the tenant's, no evidence. */
export const responseWithout = ({ data, ...response }: Response): Response => ({
  ...response,
  data: { ...data, cause: withheld, action: withheld, owner: withheld, actor: withheld },
});

/** The exceptions of each test by what was said of them; of several responses to one, by the last. */
export function answersTo(tests: readonly ControlTest[], responses: readonly Response[]): Answer[] {
  const newestFirst = [...responses].sort((a, b) => (isLater(a, b) ? -1 : 1));
  return tests.flatMap(({ control, exceptions }) => {
    const own = newestFirst.filter(({ data }) => data.control === control.id);
    const groups = new Map<Response | null, TestedItem[]>();
    for (const item of exceptions) {
      const response = own.find(({ data }) => isTo(data, item)) ?? null;
      const group = groups.get(response);
      if (group) group.push(item);
      else groups.set(response, [item]);
    }
    return [...groups].map(([response, items]) => ({
      control,
      response,
      exceptions: items,
      of: exceptions.length,
    }));
  });
}

const isTo = ({ from, until, exceptions }: Response['data'], { id, time }: TestedItem): boolean =>
  millisOf(time) >= millisOf(from) &&
  millisOf(time) < millisOf(until) &&
  (exceptions === undefined || exceptions.includes(id));

/** Exceptions with a response, and all of them. */
export const answered = (answers: readonly Answer[]): readonly [given: number, all: number] => [
  sum(answers.map(({ response, exceptions }) => (response === null ? 0 : exceptions.length))),
  sum(answers.map(({ exceptions }) => exceptions.length)),
];
