import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import type { ItemKind } from '../../../../schemas/primitives.js';
import type { Finding } from '../../projections/documents.js';
import { isGoverned } from '../../projections/items.js';

import type { ReportInput } from '../input.js';
import { closingRows, kpi, kpiTable } from '../kpis/kpi-rows.js';
import { daysBetween, shadowOf, silentOf } from '../kpis/measures.js';
import {
  at,
  capital,
  counted,
  cutAt,
  link,
  num,
  person,
  severities,
  sum,
  text,
  type ListName,
  type Refs,
} from '../text.js';
import { number } from '../format.js';
import { itemWords } from './controls.js';

/** Last day of each age class but the oldest, which has none. */
const ages = [7, 30, 90] as const;

/** Page 3: findings by severity and age, how fast they close, and what is not covered. */
export function findingsSection(input: ReportInput, refs: Refs): Block[] {
  const row = (id: Parameters<typeof kpi>[0]) => kpi(id, input, refs);
  return [
    { kind: 'heading', level: 2, text: 'Findings and coverage' },
    matrix(input),
    kpiTable(
      'Actions and findings',
      [...(['K08', 'K09', 'K10', 'K24'] as const).map(row), ...closingRows(input, refs), row('K12')],
      input,
    ),
    gaps(input, refs),
  ];
}

const ageClass = (finding: Finding, asOf: string): number => {
  const days = daysBetween(finding.openedAt, asOf);
  const found = ages.findIndex((last) => days <= last);
  return found < 0 ? ages.length : found;
};

/** Open findings as counts; those beyond the list that was read stand in a column of their own, so that totals agree. */
export function matrix({ posture, findings }: ReportInput): Block {
  const open = findings.filter((f) => f.state === 'open');
  const rows = severities.map((severity) => {
    const own = open.filter((f) => f.severity === severity);
    const classes = [0, 1, 2, 3].map((c) => own.filter((f) => ageClass(f, posture.asOf) === c).length);
    return { severity, classes, unread: Math.max(0, posture.layers.findings.open[severity] - own.length) };
  });
  const unread = sum(rows.map((r) => r.unread));
  const cells = (classes: readonly number[], rest: number): Cell[] => [
    ...classes.map(num),
    ...(unread > 0 ? [num(rest)] : []),
    num(sum(classes) + rest),
  ];
  const all = [0, 1, 2, 3].map((c) => sum(rows.map((r) => r.classes[c] ?? 0)));
  const note = unread > 0 ? `; the age of ${number(unread)} was not read` : '';
  return {
    kind: 'table',
    caption: `Open findings by severity and days since they opened, as counts (n = ${number(sum(all) + unread)})${note}`,
    columns: [
      { key: 'severity', title: 'Severity', kind: 'text', weight: 2 },
      { key: 'week', title: '0–7', unit: 'days', kind: 'number' },
      { key: 'month', title: '8–30', unit: 'days', kind: 'number' },
      { key: 'quarter', title: '31–90', unit: 'days', kind: 'number' },
      { key: 'older', title: 'Over 90', unit: 'days', kind: 'number' },
      ...(unread > 0 ? [{ key: 'unread', title: 'Age not read', kind: 'number' as const }] : []),
      { key: 'all', title: 'All', kind: 'number' },
    ],
    rows: rows.map(({ severity, classes, unread: rest }) => [
      text(capital(severity)),
      ...cells(classes, rest),
    ]),
    totals: [text('All'), ...cells(all, unread)],
    empty: 'No finding is open.',
  };
}

const listOf: Record<ItemKind, ListName> = {
  agent: 'agents',
  repository: 'repositories',
  workflow: 'workflows',
  tool: 'tools',
};

/** Items that act undeclared, then declared ones not heard from; the longest first, ten at most. */
function gaps(input: ReportInput, refs: Refs): Block {
  const { posture, failingItems } = input;
  const all = shadowOf(posture) + silentOf(posture);
  const rows = failingItems
    .flatMap((item) => {
      const gap = item.labels.includes('shadow')
        ? 'shadow'
        : item.labels.includes('silent')
          ? 'silent'
          : null;
      if (gap === null || !isGoverned(item)) return [];
      const since =
        gap === 'shadow' ? item.observed?.first : (item.observed?.last.time ?? item.declared?.time);
      return [{ item, kind: item.itemKind, gap, since: since ?? posture.asOf }];
    })
    .sort((a, b) => {
      if (a.gap !== b.gap) return a.gap < b.gap ? -1 : 1;
      if (a.since !== b.since) return a.since < b.since ? -1 : 1;
      return a.item.id < b.item.id ? -1 : 1;
    })
    .slice(0, 5);
  const total = Math.max(all, rows.length);
  return {
    kind: 'table',
    caption: `Coverage gaps: items that act and are not declared (shadow), and declared ones not heard from (silent), longest first (n = ${number(total)})`,
    columns: [
      { key: 'item', title: 'Item', kind: 'text', weight: 3 },
      { key: 'gap', title: 'Gap', kind: 'text', weight: 3 },
      { key: 'since', title: 'Since', kind: 'instant', weight: 2.2 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 2 },
      { key: 'ref', title: 'Reference', kind: 'ref', weight: 1.4 },
    ],
    rows: rows.map(({ item, kind, gap, since }) => [
      text(itemWords(item, 80)),
      text(
        gap === 'shadow'
          ? 'shadow: acts, not declared'
          : item.observed
            ? 'silent: last heard from'
            : 'silent: declared, never heard from',
      ),
      at(since),
      text(person(item.declared?.owner ?? item.registry?.owner, 'no owner')),
      link(refs.list(listOf[kind])),
    ]),
    ...cutAt(rows.length, total, 'the rest in the lists of agents, repositories, workflows and tools'),
    empty:
      all === 0
        ? 'No item acts undeclared, and every declared item was heard from.'
        : `${counted(all, 'item')} in the gap; none among the items read.`,
  };
}
