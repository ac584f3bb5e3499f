import type { Block } from '../../../../schemas/report-blocks.js';
import { millisOf } from '../../kernel/time.js';
import { number } from '../format.js';
import { at, counted, link, person, text, unknownCell, withheld, type Refs } from '../text.js';
import type { IncidentInput } from './facts.js';

export function remediation({ incident }: IncidentInput, refs: Refs): Block {
  const rows = incident.closed?.remediation ?? [];
  return {
    kind: 'table',
    caption: `Remediation, each action with the evidence that it was done (n = ${counted(rows.length, 'action')})`,
    columns: [
      { key: 'action', title: 'Action', kind: 'text', weight: 5 },
      { key: 'done', title: 'Date', kind: 'instant' },
      { key: 'status', title: 'Status', kind: 'status' },
      { key: 'ref', title: 'Evidence', kind: 'ref' },
    ],
    rows: rows.map((r) => [
      text(r.action),
      r.at === null ? unknownCell('no_evidence', 'no evidence') : at(r.at),
      { kind: 'status', status: r.resolves ? 'on_target' : 'not_observed' },
      r.evidenceId === null || !r.resolves
        ? unknownCell('no_evidence', 'does not resolve')
        : link(refs.evidence(r.evidenceId)),
    ]),
    empty: incident.closed
      ? 'No remediation action is recorded.'
      : 'The incident is open: no remediation is recorded yet.',
  };
}

/** Follow-ups with owner and date, and who approved the closure. */
export function closure(input: IncidentInput, refs: Refs): Block[] {
  const { incident, posture } = input;
  const { closed } = incident;
  const rows = closed?.followUps ?? [];
  return [
    { kind: 'heading', level: 2, text: 'Follow-ups' },
    {
      kind: 'table',
      caption: `Follow-ups with owner and date (n = ${number(rows.length)})`,
      columns: [
        { key: 'action', title: 'Action', kind: 'text', weight: 5 },
        { key: 'owner', title: 'Owner', kind: 'text', weight: 1.5 },
        { key: 'due', title: 'Due', kind: 'instant' },
        { key: 'status', title: 'Status', kind: 'status' },
      ],
      rows: rows.map((f) => [
        text(f.action),
        text(person(f.owner, 'none')),
        at(f.dueAt),
        {
          kind: 'status',
          status: millisOf(f.dueAt) < millisOf(posture.asOf) ? 'off_target' : 'needs_attention',
        },
      ]),
      empty: 'No follow-up is recorded.',
    },
    { kind: 'heading', level: 2, text: 'Closure' },
    {
      kind: 'keyValues',
      rows: closed
        ? [
            {
              key: 'Approved by',
              value:
                closed.approvedBy === null
                  ? 'not observed — no approver is recorded'
                  : person(closed.approvedBy, ''),
              ref: refs.evidence(closed.by),
            },
            { key: 'Separation', value: separation(input) },
            { key: 'Owner', value: person(incident.owner ?? undefined, 'not recorded') },
          ]
        : [
            {
              key: 'Closure',
              value: 'not observed — the incident is open',
              ref: refs.evidence(incident.openedBy),
            },
          ],
    },
  ];
}

function separation({ incident }: IncidentInput): string {
  const approver = incident.closed?.approvedBy ?? null;
  if (approver === null || incident.owner === null || approver === withheld)
    return 'not observed — approver or owner is not known here';
  return approver === incident.owner
    ? 'the approver is the owner of the incident'
    : 'the approver is another than the owner';
}
