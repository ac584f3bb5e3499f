import type { ControlSummary } from '../../../../schemas/posture.js';
import type { Register } from '../../../../schemas/report-registers.js';
import { controlById } from '../../posture/catalogue.js';
import type { Finding } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import { daysBetween } from '../kpis/measures.js';
import { fingerprint } from '../text.js';
import { column, known, registerOf, type ColumnOf } from './register.js';

const kindOf = (subject: string): string => subject.slice(0, Math.max(0, subject.indexOf(':')));
const nameOf = (subject: string): string => subject.slice(subject.indexOf(':') + 1);
/** Findings open, claimed resolved and accepted, worst first. */
export function findingsRegister(input: ReportInput): Register {
  const { asOf } = input.posture;
  const columns: ColumnOf<Finding>[] = [
    column('finding', 'Finding', 'digest', 'First 10 digits of its fingerprint.', (f) =>
      fingerprint(f).slice(0, 10),
    ),
    column('severity', 'Severity', 'text', 'critical, high, medium or low.', (f) => f.severity),
    column('state', 'State', 'text', 'open, resolved (claimed) or accepted.', (f) => f.state),
    column('rule', 'Rule', 'text', 'What found it.', (f) => f.rule),
    column(
      'control',
      'Control',
      'text',
      'The control that is not met; empty where the rule is no control.',
      (f) => f.control,
    ),
    column('kind', 'Kind', 'text', 'Kind of what it is about.', (f) => kindOf(f.subject)),
    column('subject', 'Subject', 'text', 'What it is about.', (f) => nameOf(f.subject)),
    column('detail', 'Detail', 'text', 'What was found.', (f) => f.detail),
    column('owner', 'Owner', 'text', 'Pseudonym of the owner; empty where nobody is assigned.', (f) =>
      known(f.owner),
    ),
    column('firstSeen', 'First seen', 'instant', 'When the cause was first seen.', (f) => f.firstSeen),
    column('opened', 'Opened', 'instant', 'When it was last opened.', (f) => f.openedAt),
    column('lastSeen', 'Last seen', 'instant', 'When the cause was last seen.', (f) => f.lastSeen),
    column('due', 'Due', 'instant', 'End of the days its severity gives.', (f) => f.dueOn),
    column('overdue', 'Overdue', 'boolean', 'Whether it is open past its due date.', (f) => f.overdue),
    column(
      'overdueDays',
      'Days overdue',
      'number',
      'Whole days past the due date; empty where it is not overdue.',
      (f) => (f.overdue ? daysBetween(f.dueOn, asOf) : null),
    ),
    column(
      'acceptedUntil',
      'Accepted until',
      'instant',
      'End of the acceptance; empty where it is not accepted.',
      (f) => f.acceptance?.expiresAt,
    ),
    column('seen', 'Times seen', 'number', 'How often the cause was seen.', (f) => f.count),
    column(
      'evidence',
      'Evidence',
      'digest',
      'Id of the last evidence of it; empty where silence is the cause.',
      (f) => f.evidenceIds.at(-1),
    ),
  ];
  return registerOf(
    {
      sheet: 'Findings',
      what: 'Findings open, claimed resolved and accepted, worst first',
      empty: 'No finding is open, claimed resolved or accepted.',
    },
    columns,
    input.findings,
    input.findingTotal,
  );
}

const count = (key: keyof ControlSummary['counts'], title: string): ColumnOf<ControlSummary> =>
  column(key, title, 'number', `Items in scope that are ${key.replaceAll('_', ' ')}.`, (c) => c.counts[key]);

/** Every control of the catalogue in its order. */
export const controlsRegister = ({ posture }: ReportInput): Register =>
  registerOf<ControlSummary>(
    { sheet: 'Controls', what: 'Controls of the catalogue, in its order', empty: 'No control is in force.' },
    [
      column('control', 'Control', 'text', 'Id of the control.', (c) => c.id),
      column('title', 'Title', 'text', 'Its name.', (c) => c.title),
      column('domain', 'Domain', 'text', 'Its domain.', (c) => controlById.get(c.id)?.domain),
      column('severity', 'Severity', 'text', 'Severity of a finding while it is unmet.', (c) => c.severity),
      column(
        'state',
        'State',
        'text',
        'That of its worst item; not_observed where nothing is in scope.',
        (c) => c.state,
      ),
      column('weight', 'Weight', 'number', 'Its weight in the score.', (c) => controlById.get(c.id)?.weight),
      column('inScope', 'In scope', 'number', 'Items it is judged for.', (c) => c.inScope),
      count('enforced', 'Enforced'),
      count('shadowed', 'Shadowed'),
      count('stale', 'Stale'),
      count('missing', 'Missing'),
      count('blocked', 'Blocked'),
      column(
        'remediation',
        'Remediation',
        'text',
        'What removes a failure.',
        (c) => controlById.get(c.id)?.remediation,
      ),
    ],
    posture.controls,
  );
