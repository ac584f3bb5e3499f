import type { Block } from '../../../../schemas/report-blocks.js';
import type { Exception } from '../../projections/documents.js';
import { actions } from './actions.js';
import type { ReportInput } from '../input.js';
import type { KpiId } from '../kpis/kpi-data.js';
import { denseTable, kpi } from '../kpis/kpi-rows.js';
import { daysBetween } from '../kpis/measures.js';
import { endOf } from '../kpis/period-measures.js';
import { at, counted, cutAt, link, num, person, sum, text, unknownCell, verb, type Refs } from '../text.js';
import { number } from '../format.js';

/** Page 4 of the wireframe. */
const indicators: readonly KpiId[] = ['K19', 'K20', 'K13', 'K16', 'K17', 'K18', 'K23', 'K25', 'K21'];

/** Page 4: how fast is approved, what lapsed, how good the evidence is, whether reports arrive, and who acts next. */
export function governanceSection(input: ReportInput, refs: Refs): Block[] {
  const rows = indicators.map((id) => kpi(id, input, refs));
  return [
    { kind: 'heading', level: 2, text: 'Approvals, exceptions and evidence' },
    denseTable('Approvals, exceptions, evidence, connectors and delivery', rows, input),
    { kind: 'heading', level: 3, text: 'Who acts next' },
    actions(input, refs),
  ];
}

/** Appendix: the counts behind page 4, and every exception that stands. */
export const governanceAppendix = (input: ReportInput, refs: Refs): Block[] => [
  { kind: 'heading', level: 2, text: 'Appendix: approvals, exceptions and evidence' },
  beside(input, refs),
  exceptions(input, refs),
];

/** What stands beside the indicators, and which indicators have no data at all. */
function beside({ posture }: ReportInput, refs: Refs): Block {
  const { evidence } = posture.layers;
  const approvals = Object.entries(posture.approvals).filter(([, n]) => n > 0);
  const total = sum(approvals.map(([, n]) => n));
  const words = approvals.map(([status, n]) => `${number(n)} ${status.replace('_', '-')}`).join(', ');
  return {
    kind: 'keyValues',
    rows: [
      {
        key: 'Approvals since the log began',
        value: total === 0 ? 'not observed — no approval recorded' : `${number(total)}: ${words}`,
        ref: refs.list('approvals'),
      },
      {
        key: 'Events in the log',
        value: `${number(evidence.events)}: ${number(evidence.live)} live, ${number(evidence.sample)} sample, ${number(evidence.unfoldable)} not folded; ${counted(evidence.decisions, 'decision')}`,
        ref: refs.list('evidence'),
      },
    ],
  };
}

const urgency: Record<Exception['status'], number> = { expired: 0, unowned: 1, active: 2, revoked: 3 };

function exceptions({ posture, ...input }: ReportInput, refs: Refs): Block {
  const standing = input.exceptions
    .filter((e) => e.status !== 'revoked')
    .sort(
      (a, b) =>
        urgency[a.status] - urgency[b.status] ||
        ((endOf(a) ?? '') < (endOf(b) ?? '')
          ? -1
          : (endOf(a) ?? '') > (endOf(b) ?? '')
            ? 1
            : a.id < b.id
              ? -1
              : 1),
    );
  const rows = standing.slice(0, 6);
  const total = Math.max(
    sum(Object.values(posture.exceptions)) - (posture.exceptions.revoked ?? 0),
    rows.length,
  );
  return {
    kind: 'table',
    caption: `Exceptions not revoked: expired, then without a proper owner or approver, then by expiry (n = ${number(total)})`,
    columns: [
      { key: 'exception', title: 'Exception', kind: 'text', weight: 2.2 },
      { key: 'scope', title: 'Scope', kind: 'text', weight: 2.6 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 1.7 },
      { key: 'age', title: 'Age', unit: 'days', kind: 'number', weight: 1 },
      { key: 'expires', title: 'Expires', kind: 'instant', weight: 1.7 },
      { key: 'status', title: 'Status', kind: 'text', weight: 1.3 },
      { key: 'ref', title: 'Reference', kind: 'ref', weight: 1.4 },
    ],
    rows: rows.map((e) => {
      const ends = endOf(e);
      return [
        text(e.name, 60),
        e.granted ? text(e.granted.scope, 120) : unknownCell('not_granted', 'the grant is not in the log'),
        text(person(e.granted?.owner, 'none')),
        e.granted
          ? num(daysBetween(e.granted.time, posture.asOf))
          : unknownCell('not_granted', 'grant unknown'),
        ends === null ? unknownCell('no_expiry', 'no expiry said') : at(ends),
        text(e.status),
        link(refs.list('exceptions')),
      ];
    }),
    ...cutAt(rows.length, total, 'the rest in the list of exceptions'),
    empty:
      total === 0
        ? 'No exception stands.'
        : `${counted(total, 'exception')} ${verb(total, 'stands', 'stand')}; none among those read.`,
  };
}
