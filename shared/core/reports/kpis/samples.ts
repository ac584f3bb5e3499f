import type { ReportInput } from '../input.js';
import type { KpiId } from './kpi-data.js';
import { deliveriesOf, driftOf, itemsOf, tiedOf } from './measures.js';
import { expiring } from './period-measures.js';
import { counted, sum } from '../text.js';
import { number } from '../format.js';

/** The sample behind a figure that is measured from the posture, in words. */
export function sampleOf(id: KpiId, input: ReportInput): string {
  const { posture } = input;
  const { coverage, findings } = posture.layers;
  const covered = (k: { covered: number; inScope: number; shadow: number; silent: number }) =>
    `${number(k.covered)} of ${number(k.inScope)}; ${number(k.shadow)} shadow, ${number(k.silent)} silent`;
  const open = sum(Object.values(findings.open));
  switch (id) {
    case 'K04':
      return covered(coverage.agents);
    case 'K05':
      return covered(coverage.repositories);
    case 'K06':
      return covered(coverage.workflows);
    case 'K07':
      return `of ${counted(coverage.tools.inScope, 'tool')}`;
    case 'K09':
      return `of ${number(open)} open`;
    case 'K10':
      return `of ${number(open)} open`;
    case 'K13':
      return `${number(posture.exceptions.active ?? 0)} active, ${number(expiring(input).length)} due in 14 d`;
    case 'K14':
      return `beside ${number(open)} open`;
    case 'K16': {
      const pairs = sum(posture.controls.map((c) => c.inScope));
      return `of ${number(pairs)} pairs`;
    }
    case 'K18': {
      const { all, waiting, unresolved } = tiedOf(input);
      return `of ${counted(all - waiting, 'event')}; ${number(unresolved)} not tied, ${number(waiting)} waiting`;
    }
    case 'K21': {
      const { delivered, ended, sending } = deliveriesOf(posture, input.counters);
      return `${number(delivered)} of ${number(ended)}; ${number(sending)} under way`;
    }
    case 'K23':
      return `of ${number(driftOf(input).judged)} agents and repositories`;
    case 'K24':
      return `of ${number(itemsOf(posture))} items`;
    default:
      return 'nothing counted';
  }
}
