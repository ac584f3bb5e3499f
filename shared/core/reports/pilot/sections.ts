import type { Block } from '../../../../schemas/report-blocks.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import { number } from '../format.js';
import type { JourneyInput } from '../gated-input.js';
import { kpi } from '../kpis/kpi-rows.js';
import { wholeRow } from '../kpis/own-rows.js';
import { at, cutAt, findingWords, link, person, state, text, type Refs } from '../text.js';

/** A control is ready where it is enforced for every item in scope; unknown is not ready. */
export const readyOf = ({ posture }: JourneyInput) => ({
  ready: posture.controls.filter((c) => c.state === 'enforced').length,
  all: posture.controls.filter((c) => c.state !== 'not_applicable').length,
});

export function front(input: JourneyInput, refs: Refs): KpiRow[] {
  const { ready, all } = readyOf(input);
  const open = input.gate.checks.length - input.gate.blockers.length;
  return [
    wholeRow(
      'P1',
      'Pilot controls ready',
      [ready, all],
      'enforced for every item in scope',
      refs.list('controls'),
      'no control is applicable',
    ),
    wholeRow(
      'P2',
      'Checks of the gate passed',
      [open, input.gate.checks.length],
      'a preview of the gate',
      refs.readiness('pilot'),
      'the gate ran no check',
    ),
    kpi('K04', input, refs),
    kpi('K08', input, refs),
    kpi('K13', input, refs),
    kpi('K14', input, refs),
    kpi('K16', input, refs),
  ];
}

/** @param most rows of a page that is one of two; all stand in the appendix */
export function controlReadiness({ posture }: JourneyInput, refs: Refs, most = Infinity): Block {
  const rank = ['blocked', 'missing', 'stale', 'shadowed', 'not_observed', 'enforced', 'not_applicable'];
  const rows = posture.controls.toSorted((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state));
  return {
    kind: 'table',
    caption: `Controls of the pilot, those not ready first (n = ${number(rows.length)})`,
    columns: [
      { key: 'control', title: 'Control', kind: 'text', weight: 4 },
      { key: 'enforced', title: 'Enforced', kind: 'number' },
      { key: 'inScope', title: 'In scope', kind: 'number' },
      { key: 'ready', title: 'Ready', kind: 'text' },
      { key: 'state', title: 'State', kind: 'status' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows
      .slice(0, most)
      .map((c) => [
        text(c.title),
        { kind: 'number', value: c.counts.enforced },
        { kind: 'number', value: c.inScope },
        text(c.state === 'enforced' ? 'yes' : c.state === 'not_applicable' ? 'not applicable' : 'no'),
        state(c.state),
        link(refs.control(c.id)),
      ]),
    ...cutAt(most, rows.length, 'all of them in the appendix, all controls'),
    empty: 'No control is in force.',
  };
}

export function risksAccepted({ findings, posture }: JourneyInput, refs: Refs, most = 50): Block {
  const rows = findings.filter((f) => f.state === 'accepted').slice(0, most);
  const total = Math.max(posture.layers.findings.accepted, rows.length);
  return {
    kind: 'table',
    caption: `Risks that the sponsor carries (n = ${number(total)})`,
    columns: [
      { key: 'risk', title: 'Risk', kind: 'text', weight: 4 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 1.5 },
      { key: 'approver', title: 'Approver', kind: 'text', weight: 1.5 },
      { key: 'expires', title: 'Expires', kind: 'instant' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.flatMap((f) =>
      f.acceptance
        ? [
            [
              text(findingWords(f, 110)),
              text(person(f.acceptance.owner, 'none')),
              text(person(f.acceptance.approvedBy, 'none')),
              at(f.acceptance.expiresAt),
              link(refs.finding(f)),
            ],
          ]
        : [],
    ),
    ...cutAt(rows.length, total, 'the rest in the appendix, risks accepted, and in the workbook'),
    empty: 'Nothing is accepted.',
  };
}
