import type { Blocker } from '../../../../schemas/readiness.js';
import type { ReportDocument } from '../../../../schemas/report-document.js';
import { number } from '../format.js';
import { fitting } from '../text.js';

/**
 * Trial, pilot and production packets wait: what is here may be read as a preview, and is neither approved nor sent until
 * nothing is named any more.
 */
export function waitingFor(reasons: readonly Pick<Blocker, 'title'>[]): ReportDocument['issue'] {
  if (reasons.length === 0) return { state: 'issued' };
  const titles = reasons.map(({ title }) => title.charAt(0).toLowerCase() + title.slice(1));
  return {
    state: 'waiting',
    text: fitting(
      200,
      `Waiting for ${number(titles.length)}: ${titles.join('; ')}.`,
      `Waiting for ${number(titles.length)}: ${titles.slice(0, 3).join('; ')}; and ${number(titles.length - 3)} more.`,
      `Waiting for ${number(titles.length)}: ${titles.slice(0, 1).join('')}; and ${number(titles.length - 1)} more.`,
    ),
  };
}
