import type { Posture } from '../../../../schemas/posture.js';
import type { Figure } from '../../../../schemas/report-figures.js';
import { observed, unknown } from '../text.js';
import { inventoryGap } from './measures.js';

/** The score as a figure, or why there is none. It never stands alone: who prints it prints its counts too. */
export const scoreFigure = (posture: Posture, freshDays: number): Figure =>
  posture.score.tenths === null
    ? (inventoryGap(posture, freshDays) ?? unknown('nothing_in_scope', 'nothing in scope'))
    : observed(posture.score.tenths / 10);
