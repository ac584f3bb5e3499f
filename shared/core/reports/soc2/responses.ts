import { millisOf } from '../../kernel/time.js';
import type { Control } from '../../posture/control.js';
import { isLater } from '../../projections/stamps.js';
import { sum, withheld } from '../text.js';
import type { Response, TestedItem, TestInput } from './input.js';
import type { ControlTest } from './tests.js';

/** Exceptions of one control that have the same answer, or none; without exceptions it is its design that is deficient. */
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

/**
 * The exceptions of each test by what was said of them; of several responses to one, by the last. A deficient design is
 * answered by a response to all of the control's exceptions in some of the period.
 */
export function answersTo(
  tests: readonly ControlTest[],
  responses: readonly Response[],
  period: TestInput['window'],
): Answer[] {
  const newestFirst = [...responses].sort((a, b) => (isLater(a, b) ? -1 : 1));
  return tests.flatMap(({ control, deficiency, exceptions }): Answer[] => {
    const own = newestFirst.filter(({ data }) => data.control === control.id);
    if (deficiency !== null)
      return [
        { control, response: own.find(({ data }) => isToAll(data, period)) ?? null, exceptions, of: 0 },
      ];
    const groups = new Map<Response | null, TestedItem[]>();
    for (const item of exceptions) {
      const response = own.find((one) => isTo(one, item)) ?? null;
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

const isToAll = ({ from, until, exceptions }: Response['data'], period: TestInput['window']): boolean =>
  exceptions === undefined && millisOf(from) < millisOf(period.to) && millisOf(until) > millisOf(period.from);

/** What came into the log later nobody can have answered, whatever time it tells. */
const isTo = (
  { position: said, data: { from, until, exceptions } }: Response,
  { id, time, position }: TestedItem,
): boolean =>
  millisOf(time) >= millisOf(from) &&
  millisOf(time) < millisOf(until) &&
  (exceptions === undefined ? position !== null && position < said : exceptions.includes(id));

/** Exceptions with a response, and all of them. */
export const answered = (answers: readonly Answer[]): readonly [given: number, all: number] => [
  sum(answers.map(({ response, exceptions }) => (response === null ? 0 : exceptions.length))),
  sum(answers.map(({ exceptions }) => exceptions.length)),
];
