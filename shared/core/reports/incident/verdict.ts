import type { Verdict } from '../../../../schemas/report-document.js';
import { number } from '../format.js';
import { counted, isAre } from '../text.js';
import { since, sinceOpening, type Incident, type IncidentInput } from './facts.js';

/** Is it over? Open and not contained, contained, closed, or closed as a false positive. */
export function verdictOf({ incident, posture: { asOf } }: IncidentInput): Verdict {
  const { closed, contained, openedAt, severity } = incident;
  if (closed) {
    const falsePositive = closed.outcome === 'false_positive';
    const inTime = `closed in ${since(openedAt, closed.at)}`;
    const over = contained
      ? `${containedWords(incident, contained.at)}, ${inTime}`
      : falsePositive
        ? `Closed in ${since(openedAt, closed.at)}`
        : `Containment not observed, ${inTime}`;
    return {
      set: 'incident',
      code: falsePositive ? 'closed_false_positive' : 'closed',
      words: falsePositive ? 'Closed as false positive' : 'Closed',
      sentence: `${over}; ${actions(closed.remediation)}; ${closed.approvedBy === null ? 'no closure approval recorded' : 'closure approved'}.`,
    };
  }
  const open = `pen for ${since(openedAt, asOf)}, severity ${severity}`;
  const materiality = `Materiality: ${materialityWords(incident)}.`;
  return contained
    ? {
        set: 'incident',
        code: 'contained',
        words: 'Contained',
        sentence: `${containedWords(incident, contained.at)}, o${open}; not closed. ${materiality}`,
      }
    : {
        set: 'incident',
        code: 'open_not_contained',
        words: 'Open, not contained',
        sentence: `O${open}; 0 of 1 containment is evidenced. ${materiality}`,
      };
}

function containedWords(incident: Incident, at: string): string {
  const took = sinceOpening(incident, at);
  return took === null ? 'Contained before the opening' : `Contained in ${took}`;
}

export const materialityWords = ({ materiality }: Incident): string =>
  materiality === null
    ? 'not yet determined'
    : { material: 'determined as material', not_material: 'determined as not material' }[materiality.outcome];

function actions(remediation: NonNullable<Incident['closed']>['remediation']): string {
  if (remediation.length === 0) return 'no remediation action recorded';
  const done = remediation.filter(({ resolves }) => resolves).length;
  return `${number(done)} of ${counted(remediation.length, 'remediation action')} ${isAre(done)} evidenced`;
}
