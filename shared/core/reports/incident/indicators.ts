import type { Figure, KpiRow } from '../../../../schemas/report-figures.js';
import { day, hour, millisOf, minute } from '../../kernel/time.js';
import { countRow, ownRow, wholeRow } from '../kpis/own-rows.js';
import { counted, observed, unknown, type Refs } from '../text.js';
import { since, type IncidentInput } from './facts.js';

const noPrior = unknown('one_incident', 'an incident has no period before it');

/** I1 to I5. What is still running is not observed, with how long it runs: leaving it open improves no number. */
export function incidentRows(input: IncidentInput, refs: Refs): KpiRow[] {
  const { incident, posture } = input;
  const ref = refs.evidence(incident.openedBy);
  const detected = incident.detectedAt ?? incident.openedAt;
  const open = since(incident.openedAt, posture.asOf);
  const { closed, contained, firstAt } = incident;
  const late = closed?.followUps.filter(({ dueAt }) => millisOf(dueAt) < millisOf(posture.asOf)).length ?? 0;
  const timed = (id: string, label: string, figure: Figure, target: number, sample: string): KpiRow =>
    ownRow({ id, label, figure, sample, ref, unit: 'days', better: 'lower', target, limit: target }, noPrior);
  const toContain: Figure = contained
    ? observed(Math.max(0, millisOf(contained.at) - millisOf(incident.openedAt)) / minute)
    : unknown('not_contained', closed ? 'no update says containment' : 'not contained');
  const days = (from: string, to: string): Figure =>
    observed(Math.max(0, millisOf(to) - millisOf(from)) / day);
  return [
    timed(
      'I1',
      'Time to detect',
      firstAt ? days(firstAt, detected) : unknown('first_unknown', 'first event unknown'),
      1,
      'from the first linked event to detection; n = 1',
    ),
    ownRow(
      {
        id: 'I2',
        label: 'Time to contain',
        figure: toContain,
        sample: 'from opening to containment; n = 1',
        ref: contained ? refs.evidence(contained.by) : ref,
        unit: 'minutes',
        better: 'lower',
        target: (4 * hour) / minute,
        limit: (4 * hour) / minute,
      },
      noPrior,
    ),
    timed(
      'I3',
      'Time to close',
      closed ? days(incident.openedAt, closed.at) : unknown('open', `open for ${open}`),
      14,
      'from opening to closing; n = 1',
    ),
    wholeRow(
      'I4',
      'Remediation evidenced',
      [closed?.remediation.filter(({ resolves }) => resolves).length ?? 0, closed?.remediation.length ?? 0],
      counted(closed?.remediation.length ?? 0, 'action'),
      ref,
      'no action recorded',
    ),
    closed && closed.followUps.length > 0
      ? countRow('I5', 'Follow-ups overdue', late, `of ${counted(closed.followUps.length, 'follow-up')}`, ref)
      : {
          ...countRow('I5', 'Follow-ups overdue', 0, 'none recorded', ref),
          figure: unknown('none', 'no follow-up recorded'),
          status: 'not_observed',
        },
  ];
}
