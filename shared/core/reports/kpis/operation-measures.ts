import type { Figure } from '../../../../schemas/report-figures.js';
import { number } from '../format.js';
import type { ReportInput, ReviewsDue } from '../input.js';
import { share, unknown } from '../text.js';
import type { Told } from './measures.js';

/** Figures about the operation itself, from the items of its connectors and reviews. */

/** K25. None required is a blocker of readiness, and no pass here either. */
export function connectorHealth({ connectors: { required, live } }: ReportInput): Told {
  return required === 0
    ? { figure: unknown('none_required', 'no live source that signs is registered'), sample: 'none required' }
    : {
        figure: { state: 'observed', value: live, num: live, den: required },
        sample: `${number(live)} of ${number(required)} proven live`,
        target: required,
        limit: required - 1,
      };
}

/** K26. */
export function reviewsInTime({ reviews }: ReportInput): Told {
  if (reviews === null)
    return { figure: unknown('too_many', 'more reviews than one report reads'), sample: 'too many to read' };
  const { now, before } = reviews;
  return {
    figure: shareOf(now, 'no review fell due in the period'),
    sample: `${number(now.inTime)} of ${number(now.due)} due`,
    prior: shareOf(before, 'no review fell due in the period before'),
  };
}

const shareOf = ({ due, inTime }: ReviewsDue, none: string): Figure =>
  due === 0 ? unknown('none_due', none) : share(inTime, due);
