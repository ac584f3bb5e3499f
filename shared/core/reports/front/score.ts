import type { Posture } from '../../../../schemas/posture.js';
import type { BlockOf } from '../../../../schemas/report-blocks.js';
import { sparkOf } from '../kpis/days.js';
import type { ReportInput } from '../input.js';
import { inventoryGap, openCriticals } from '../kpis/measures.js';
import { unknown, type Refs } from '../text.js';

/** The score with everything that must stand beside it. */
export function scoreCardOf(input: ReportInput, refs: Refs): BlockOf<'scoreCard'> {
  const { posture, prior, settings } = input;
  const { score } = posture;
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  const criticals = openCriticals(input);
  return {
    kind: 'scoreCard',
    score:
      score.tenths === null
        ? (gap ?? unknown('nothing_in_scope', 'nothing in scope'))
        : { state: 'observed', tenths: score.tenths },
    targetTenths: score.target,
    priorTenths: prior?.score.tenths ?? null,
    controls: { observed: score.controlsObserved, applicable: score.controlsApplicable },
    openCriticals: criticals.state === 'observed' ? { state: 'observed', value: criticals.value } : criticals,
    acceptedCriticals: input.counters.counts['findings/accepted/critical'] ?? 0,
    verdict: posture.verdict,
    spark: sparkOf(input, tenthsAsPoints, score.tenths === null ? null : score.tenths / 10),
    ref: refs.posture,
  };
}

const tenthsAsPoints = ({ posture }: { posture: Posture }): number | null =>
  posture.score.tenths === null ? null : posture.score.tenths / 10;
