import type { ControlSummary } from '../../../../schemas/posture.js';
import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import { controlById } from '../../posture/catalogue.js';
import type { Approval, Exception, Item } from '../../projections/documents.js';
import { failingControls } from '../front/verdict.js';
import type { ReportInput } from '../input.js';
import { capital, counted, cutAt, num, quoted, state, sum, text, unknownCell, type Refs } from '../text.js';
import { day, number } from '../format.js';

const states = ['enforced', 'shadowed', 'stale', 'missing', 'blocked', 'not_observed'] as const;

/** Page 2: every control by domain, then those that fail, with the worst item and what to do. */
export function controlsSection(input: ReportInput, refs: Refs): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Controls' },
    byDomain(input),
    { kind: 'heading', level: 3, text: 'Controls that fail' },
    failingTable(input, refs, 4),
  ];
}

function byDomain({ posture }: ReportInput): Block {
  const { controls } = posture;
  const domains = [...new Set(controls.map((c) => c.domain))];
  const counts = domains.map((domain) =>
    states.map((s) => controls.filter((c) => c.domain === domain && stateOf(c) === s).length),
  );
  const left = controls.filter((c) => c.state === 'not_applicable').length;
  const outside = left === 0 ? '' : `; ${counted(left, 'control')} not applicable by an approved override`;
  return {
    kind: 'table',
    caption: `Controls by domain, as counts of controls in each state; all ${number(controls.length)} controls of catalogue ${posture.catalogue}${outside}`,
    columns: [
      { key: 'domain', title: 'Domain', kind: 'text', weight: 3 },
      ...states.map((s) => ({
        key: s.replace('_o', 'O'),
        title: capital(s.replace('_', ' ')),
        kind: 'number' as const,
        weight: 1.25,
      })),
      { key: 'mix', title: 'Mix', kind: 'strip', weight: 2 },
    ],
    rows: domains.map((domain, i) => [
      text(capital(domain)),
      ...(counts[i] ?? []).map(num),
      strip(counts[i] ?? []),
    ]),
    totals: [
      text('All domains'),
      ...states.map((_, s) => num(sum(counts.map((row) => row[s] ?? 0)))),
      { kind: 'blank' },
    ],
    empty: 'No control is in force.',
  };
}

const stateOf = (control: ControlSummary): string => control.state;
const strip = (counts: readonly number[]): Cell => ({
  kind: 'strip',
  segments: states.map((status, i) => ({ status, count: counts[i] ?? 0 })),
});

type Judged = Item | Approval | Exception;

/** The item that failed longest in the control's own, worst state, among those that were read. */
export function worstItem(
  control: ControlSummary,
  { failingItems, approvals, exceptions }: ReportInput,
): { document: Judged; state: Item['states'][string] } | null {
  const failing = [...failingItems, ...approvals, ...exceptions].flatMap((document) => {
    const judged = document.states[control.id];
    return judged && judged.state === control.state ? [{ document, state: judged }] : [];
  });
  return failing.reduce<(typeof failing)[number] | null>((a, b) => {
    if (!a || b.state.since < a.state.since) return b;
    return b.state.since === a.state.since && b.document.id < a.document.id ? b : a;
  }, null);
}

export const itemWords = (document: Judged, max: number): string =>
  document.kind === 'item'
    ? document.itemKind === 'tenant'
      ? 'this tenant'
      : quoted(`${document.itemKind} ${document.name}`, max)
    : quoted(`${document.kind} ${document.name}`, max);

/** Controls that fail, worst first, with the item that failed longest and what to do; at most so many. */
export function failingTable(input: ReportInput, refs: Refs, most: number): Block {
  const all = failingControls(input.posture);
  const controls = all.slice(0, most);
  return {
    kind: 'table',
    caption: `Controls not enforced for every item in scope, worst first (n = ${all.length})`,
    columns: [
      { key: 'control', title: 'Control', kind: 'text', weight: 2.6 },
      { key: 'state', title: 'State', kind: 'status', weight: 1.5 },
      { key: 'enforced', title: 'Enforced', kind: 'text', weight: 1.1 },
      { key: 'worst', title: 'Worst item', kind: 'text', weight: 2 },
      { key: 'since', title: 'Since', kind: 'text', weight: 1.3 },
      { key: 'todo', title: 'What to do', kind: 'text', weight: 5.2 },
    ],
    rows: controls.map((control) => {
      const worst = worstItem(control, input);
      const unread = unknownCell('not_read', 'not among the items read');
      return [
        { kind: 'text', text: control.title, ref: refs.control(control.id) },
        state(control.state),
        text(`${number(control.counts.enforced)} of ${number(control.inScope)}`),
        worst ? text(itemWords(worst.document, 60)) : unread,
        worst ? text(day(worst.state.since)) : unread,
        text(controlById.get(control.id)?.remediation ?? 'See the control.'),
      ];
    }),
    ...cutAt(controls.length, all.length, 'the rest in the appendix'),
    empty:
      input.posture.score.controlsObserved === 0
        ? 'No control is observed, so none can be said to fail or to hold.'
        : 'Every observed control is enforced for every item in scope.',
  };
}
