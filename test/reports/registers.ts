import type { Register } from '../../schemas/report-registers.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { reportDocumentSchema } from '../../schemas/report-document.js';
import { badMonth } from './fixtures.js';

/** A register of so many findings, with names that a spreadsheet would compute where they stand alone. */
export const findingsRegister = (count: number): Register => ({
  sheet: 'Findings',
  what: 'Findings open, worst first',
  columns: [
    { key: 'finding', title: 'Finding', kind: 'digest', meaning: 'Id.' },
    { key: 'severity', title: 'Severity', kind: 'text', meaning: 'Severity.' },
    { key: 'subject', title: 'Subject', kind: 'text', meaning: 'What it is about.' },
    { key: 'detail', title: 'Detail', kind: 'text', meaning: 'What was found.' },
    { key: 'owner', title: 'Owner', kind: 'text', meaning: 'Empty where nobody is assigned.' },
    { key: 'opened', title: 'Opened', kind: 'instant', meaning: 'When it was opened.' },
    { key: 'due', title: 'Due', kind: 'instant', meaning: 'Due date.' },
    { key: 'overdue', title: 'Overdue', kind: 'boolean', meaning: 'Whether it is past its date.' },
    { key: 'days', title: 'Days overdue', kind: 'number', meaning: 'Empty where it is not overdue.' },
    { key: 'share', title: 'Exposed', kind: 'percent', meaning: 'Share of items exposed.' },
    { key: 'evidence', title: 'Evidence', kind: 'digest', meaning: 'Id of the last evidence.' },
  ],
  rows: Array.from({ length: count }, (_, i) => [
    String(i).padStart(10, '0'),
    ['critical', 'high', 'medium', 'low'][i % 4] ?? 'low',
    ['=1+2', '+cmd', '-2+3', '@sum(A1)', '\uff1dA1', 'agent builder'][i % 6] ?? '',
    'Protected branches: pushed without an approval by another person; the policy ran in shadow',
    i % 3 === 0 ? null : 'psn:44444444',
    '2026-10-31T23:59:00Z',
    '2026-11-30T12:00:00.500Z',
    i % 2 === 0,
    i % 2 === 0 ? i % 90 : null,
    (i % 100) / 100,
    i.toString(16).padStart(64, '0'),
  ]),
  total: count,
  empty: 'No finding is open.',
});

/** A bad month with a register of so many findings. */
export const longMonth = (count: number): ReportDocument =>
  reportDocumentSchema.parse({ ...badMonth(count), registers: [findingsRegister(count)] });
