import type { Block } from '../../../../schemas/report-blocks.js';
import { number } from '../format.js';
import { daysAfter } from '../front/decisions.js';
import type { JourneyInput } from '../gated-input.js';
import { proofCells } from '../proof.js';
import { at, counted, cutAt, link, num, person, sum, text, type Refs } from '../text.js';
import type { LabRow } from './labs.js';

/** Who may look at the trial, and until when. An access past its end is over, whether or not that is on record. */
export function access({ journey, posture }: JourneyInput, refs: Refs): Block {
  const grants = Object.values(journey?.grants ?? {}).filter(({ purpose }) => purpose === 'trial');
  const rows = grants.toSorted((a, b) => (a.until < b.until ? 1 : -1)).slice(0, 10);
  return {
    kind: 'table',
    caption: `Access to the trial; each ends by itself or when it is revoked (n = ${number(grants.length)})`,
    columns: [
      { key: 'guest', title: 'Guest', kind: 'text', weight: 2 },
      { key: 'state', title: 'State', kind: 'text' },
      { key: 'until', title: 'Until', kind: 'instant' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.map(({ person: guest, state, until, id }) => [
      text(person(guest, 'none')),
      text(until <= posture.asOf && state !== 'revoked' ? 'expired' : state),
      at(until),
      link(refs.evidence(id)),
    ]),
    empty: 'Not observed — nobody’s access to the trial is recorded.',
  };
}

export const labsTable = (rows: readonly LabRow[], refs: Refs): Block => ({
  kind: 'table',
  caption: `Labs, each with what it must leave and its newest evidence (n = ${number(rows.length)})`,
  columns: [
    { key: 'lab', title: 'Lab', kind: 'text', weight: 3 },
    { key: 'leaves', title: 'Must leave', kind: 'text', weight: 3 },
    { key: 'time', title: 'When', kind: 'instant' },
    { key: 'state', title: 'State', kind: 'status' },
    { key: 'ref', title: 'Reference', kind: 'ref' },
  ],
  rows: rows.map((row) => {
    const [when, ref] = proofCells(row.proven ? row.proof : undefined, refs, 'no evidence');
    return [
      text(row.title),
      text(row.leaves),
      when,
      { kind: 'status', status: row.proven ? 'on_target' : 'not_observed' },
      ref,
    ];
  }),
  empty: 'No lab is defined.',
});

/** The types that are named; with the rest as one row the handoff keeps its four pages, however many there are. */
const mostTypes = 24;

export function collected({ counters }: Pick<JourneyInput, 'counters'>): Block {
  const types = Object.entries(counters.totals)
    .filter(([name]) => name.startsWith('type/'))
    .map(([name, n]): [string, number] => [name.slice('type/'.length), n])
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const others = types.slice(mostTypes);
  const rows = [
    ...types.slice(0, mostTypes),
    ...(others.length > 0
      ? [[counted(others.length, 'other type'), sum(others.map(([, n]) => n))] as const]
      : []),
  ];
  return {
    kind: 'table',
    caption: `Events in the log by type, the service’s own included (n = ${counted(sum(types.map(([, n]) => n)), 'event')})`,
    columns: [
      { key: 'type', title: 'Type', kind: 'text', weight: 3 },
      { key: 'events', title: 'Events', kind: 'number' },
    ],
    rows: rows.map(([name, n]) => [text(name), num(n)]),
    ...(types.length > 0 ? { totals: [text('All'), num(sum(types.map(([, n]) => n)))] } : {}),
    empty: 'No event is in the log.',
  };
}

export function delivered({ reports }: JourneyInput, refs: Refs): Block {
  const all = reports.flatMap((report) => Object.values(report.deliveries).map((d) => ({ ...d, report })));
  const rows = all.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 10);
  return {
    kind: 'table',
    caption: `Deliveries, newest first; delivered on the provider’s word alone (n = ${number(all.length)})`,
    columns: [
      { key: 'report', title: 'Report', kind: 'text', weight: 2 },
      { key: 'recipient', title: 'Recipient', kind: 'text', weight: 2 },
      { key: 'status', title: 'Status', kind: 'text' },
      { key: 'at', title: 'At', kind: 'instant' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: rows.map((d) => [
      text(d.report.reportType),
      text(person(d.recipient, 'none')),
      text(d.status),
      { kind: 'instant', at: d.at },
      link(refs.list('reports')),
    ]),
    ...cutAt(rows.length, all.length, 'the rest in the workbook, sheet Deliveries'),
    empty: 'No report was sent.',
  };
}

export function openItems(input: JourneyInput, waits: readonly { title: string }[], refs: Refs): Block {
  return {
    kind: 'table',
    caption: `What the handoff waits for (n = ${number(waits.length)})`,
    columns: [
      { key: 'item', title: 'Item', kind: 'text', weight: 4 },
      { key: 'owner', title: 'Owner', kind: 'text' },
      { key: 'by', title: 'By', kind: 'text' },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: waits.map(({ title }) => [
      text(title),
      text('evaluator'),
      text(daysAfter(input, 7)),
      link(refs.readiness('trial')),
    ]),
    empty: 'Nothing is open.',
  };
}

export const glossary = (): Block => ({
  kind: 'keyValues',
  rows: [
    {
      key: 'Verify',
      value: 'aispm verify, with this packet and the tenant’s public keys, needs no network.',
    },
    { key: 'Evidence', value: 'one immutable event in the tenant’s log' },
    { key: 'Position', value: 'where an event stands in the log' },
    { key: 'Checkpoint', value: 'the signed size and root of the log' },
    { key: 'Control', value: 'what the service demands of an item' },
    { key: 'Enforced', value: 'evidence shows that the control acted' },
    { key: 'Shadowed', value: 'evaluated and not enforced' },
    { key: 'Stale', value: 'proven once, too long ago' },
    { key: 'Missing', value: 'in scope and without evidence' },
    { key: 'Finding', value: 'one cause of one failure, with a due date' },
    { key: 'Not observed', value: 'no evidence; never counted as passing' },
  ],
});
