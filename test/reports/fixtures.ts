import type { Block } from '../../schemas/report-blocks.js';
import {
  reportDocumentSchema,
  type RenderContext,
  type ReportDocument,
} from '../../schemas/report-document.js';
import type { Figure, KpiRow, Status } from '../../schemas/report-figures.js';

// A made-up tenant in three months: one bad, one good, one with little evidence. Each is parsed by the schema.

const at = '/api/tenants/harbour-mutual';
const ref = (label: string, path: string) => ({ label, href: `${at}${path}` });
const finding = (id: string) => ref(id, `/findings/${id}`);
const control = (id: string) => ref(id, `/controls/${id}`);
const observed = (value: number): Figure => ({ state: 'observed', value });
const share = (num: number, den: number): Figure => ({
  state: 'observed',
  value: (100 * num) / den,
  num,
  den,
});
const unknown = (reason: string, words: string): Figure => ({ state: 'not_observed', reason, words });
const noPrior = unknown('no_prior', 'September not observed');

const spark = (values: readonly (number | null)[]) =>
  values.map((value, i) => ({
    label:
      ['Nov', 'Dec', 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct'].slice(
        -values.length,
      )[i] ?? '',
    value,
  }));

type KpiInput = Pick<
  KpiRow,
  'id' | 'label' | 'unit' | 'better' | 'figure' | 'target' | 'limit' | 'sample' | 'status'
> &
  Partial<KpiRow>;
const kpi = (input: KpiInput): KpiRow => ({
  prior: noPrior,
  trend: 'no_comparison',
  touched: false,
  ref: ref(input.id, `/posture?kpi=${input.id}`),
  spark: [],
  ...input,
});

const text = (value: string, to?: ReturnType<typeof ref>) =>
  to ? { kind: 'text' as const, text: value, ref: to } : { kind: 'text' as const, text: value };
const num = (value: number) => ({ kind: 'number' as const, value });
const status = (value: Status, until?: string) =>
  until ? { kind: 'status' as const, status: value, until } : { kind: 'status' as const, status: value };
const link = (to: ReturnType<typeof ref>) => ({ kind: 'ref' as const, ref: to });

const base = {
  schemaVersion: 'aispm.report-document.v1' as const,
  reportType: 'ciso' as const,
  title: 'CISO report',
  tenant: 'Harbour Mutual',
  scope: 'All agents, repositories, workflows and tools of the production environment',
  period: { label: 'October 2026', from: '2026-10-01', to: '2026-10-31', zone: 'Europe/London' },
  asOf: '2026-10-31T23:59:00Z',
  position: 48211,
  classification: { mark: 'CONFIDENTIAL · live evidence' as const, rehearsal: false, publicSafe: false },
  registers: [],
};

const domains: readonly [string, readonly number[]][] = [
  ['Identity and ownership', [7, 0, 0, 1, 0, 0]],
  ['Files and secrets', [5, 0, 1, 0, 0, 0]],
  ['Source control', [3, 0, 0, 0, 1, 1]],
  ['MCP and tools', [1, 4, 0, 1, 0, 1]],
  ['Approvals and exceptions', [4, 0, 0, 0, 0, 0]],
  ['Evidence and delivery', [1, 0, 0, 0, 0, 1]],
];
const states = ['enforced', 'shadowed', 'stale', 'missing', 'blocked', 'not_observed'] as const;

const controlsByDomain = (rows: readonly [string, readonly number[]][]): Block => ({
  kind: 'table',
  caption: 'Controls by domain, as counts of controls in each state; all 31 controls of catalogue 7',
  columns: [
    { key: 'domain', title: 'Domain', kind: 'text', weight: 3.2 },
    ...states.map((state) => ({
      key: state.replace('_o', 'O'),
      title: state === 'not_observed' ? 'Not observed' : state.charAt(0).toUpperCase() + state.slice(1),
      kind: 'number' as const,
      weight: 1.25,
    })),
    { key: 'mix', title: 'Mix', kind: 'strip', weight: 2 },
  ],
  rows: rows.map(([name, counts]) => [
    text(name),
    ...counts.map(num),
    {
      kind: 'strip' as const,
      segments: states.map((state, i) => ({ status: state, count: counts[i] ?? 0 })),
    },
  ]),
  totals: [
    text('All domains'),
    ...states.map((_, i) => num(rows.reduce((sum, [, counts]) => sum + (counts[i] ?? 0), 0))),
    { kind: 'blank' },
  ],
  empty: 'No control is in force.',
});

const severities = ['critical', 'high', 'medium', 'low'] as const;
const openFindings = (count: number): Block => ({
  kind: 'table',
  caption: `Open findings, worst first, all environments in scope (n = ${count})`,
  columns: [
    { key: 'severity', title: 'Severity', kind: 'text', weight: 1.1 },
    { key: 'finding', title: 'Finding', kind: 'text', weight: 5 },
    { key: 'items', title: 'Items', kind: 'number', weight: 0.8 },
    { key: 'owner', title: 'Owner', kind: 'text', weight: 1.8 },
    { key: 'due', title: 'Due', kind: 'instant', weight: 2.4 },
    { key: 'status', title: 'Status', kind: 'status', weight: 2 },
    { key: 'ref', title: 'Reference', kind: 'ref', weight: 1.2 },
  ],
  rows: Array.from({ length: Math.min(count, 200) }, (_, i) => [
    text(severities[i === 0 ? 0 : i < 9 ? 1 : i < 24 ? 2 : 3] ?? 'low'),
    text(
      i % 3 === 0
        ? `Agent A-${17 + i} can push to a protected branch without an approval by another person`
        : `Tool ${['filesystem', 'tickets', 'billing-write'][i % 3]} has no owner in the registry`,
    ),
    num(1 + ((i * 7) % 13)),
    text(['platform lead', 'CSO', 'data office'][i % 3] ?? ''),
    { kind: 'instant' as const, at: `2026-11-${String(1 + (i % 28)).padStart(2, '0')}T12:00:00Z` },
    i === 2 ? status('accepted', '2026-12-15') : status(i < 9 ? 'missing' : i < 24 ? 'shadowed' : 'stale'),
    link(finding(`F-${String(231 + i).padStart(4, '0')}`)),
  ]),
  ...(count > 200
    ? { truncated: { shown: 200, total: count, rest: 'the rest in the workbook, sheet Findings' } }
    : {}),
  empty: 'No finding was open at the end of the period.',
});

const layers = (worst: boolean): Block => ({
  kind: 'layers',
  caption: 'The five layers, from what is governed to what was delivered',
  rows: [
    {
      layer: 'coverage',
      question: 'Is everything that acts known and governed?',
      signal: 'every observed item is declared and owned',
      status: worst ? 'needs_attention' : 'on_target',
      counts: '158 of 163 items governed',
      worst: worst ? '5 tools are used and not declared' : null,
      ref: ref('coverage', '/agents'),
    },
    {
      layer: 'controls',
      question: 'Do the controls act, or only watch?',
      signal: 'every control enforced for every item',
      status: worst ? 'off_target' : 'on_target',
      counts: worst ? '21 of 28 observed controls enforced' : '31 of 31 controls enforced',
      worst: worst ? 'Protected branches: blocked for 2 repositories' : null,
      ref: ref('controls', '/controls'),
    },
    {
      layer: 'findings',
      question: 'What is wrong, and who acts by when?',
      signal: 'no critical open, none overdue',
      status: worst ? 'off_target' : 'on_target',
      counts: worst ? '38 open, 1 critical, 4 overdue' : '6 open, 0 critical, 0 overdue',
      worst: worst
        ? 'Agent A-17 can push to a protected branch unapproved, 4 d overdue (due 27 Oct 2026)'
        : null,
      ref: ref('findings', '/findings'),
    },
    {
      layer: 'evidence',
      question: 'Is the proof fresh, signed and complete?',
      signal: 'fresh, signed, tied to its references',
      status: 'on_target',
      counts: '12,904 live events, 100.0% signed (12,904 of 12,904)',
      worst: null,
      ref: ref('evidence', '/evidence'),
    },
    {
      layer: 'reports',
      question: 'Did reports reach their readers?',
      signal: 'every report delivered and confirmed',
      status: 'on_target',
      counts: '42 of 42 deliveries confirmed',
      worst: null,
      ref: ref('deliveries', '/deliveries'),
    },
  ],
});

const parse = (document: unknown): ReportDocument => reportDocumentSchema.parse(document);

/** A bad month: one critical overdue, four controls in shadow, a silent source, 1,412 findings to cut at 200. */
export const badMonth = (findings = 38): ReportDocument =>
  parse({
    ...base,
    issue: {
      state: 'qualified',
      causes: ['source_silent', 'blocking_finding_open'],
      text: 'Qualified: 2 of 14 sources were silent (Jenkins since 22 Oct; registry since 29 Oct). Tool coverage and K08 rest on 12 sources. Lifted when both report again; platform lead, 6 Nov.',
    },
    verdict: {
      set: 'posture',
      code: 'off_target',
      words: 'Off target',
      sentence: `1 of ${findings} open findings is critical, 4 days overdue: agent A-17 can push to a protected branch unapproved (F-0231).`,
    },
    blocks: [
      { kind: 'verdict', beside: ['1 high finding is accepted until 15 Dec 2026 (F-0233).'] },
      {
        kind: 'messages',
        items: [
          {
            text: 'Agent A-17 can push to 2 protected branches without an approval by another person; the finding was due on 27 Oct 2026.',
            ref: finding('F-0231'),
          },
          {
            text: '4 of 28 observed controls run in shadow only, all in MCP and tools; coverage of tools is 78.4% (29 of 37).',
            ref: control('C-12'),
          },
          {
            text: 'The score rose from 78.9 to 81.4 (+2.5 points), because two controls moved from shadow to enforce (C-07, C-14).',
            ref: ref('diff', '/posture/diff?from=2026-09-30&to=2026-10-31'),
          },
        ],
      },
      {
        kind: 'scoreCard',
        score: { state: 'observed', tenths: 814 },
        targetTenths: 850,
        priorTenths: 789,
        controls: { observed: 28, applicable: 31 },
        openCriticals: { state: 'observed', value: 1 },
        acceptedCriticals: 0,
        verdict: 'off_target',
        spark: spark([61.2, 63.8, 66, 70.4, 69.1, null, 72.3, 74, 74.6, 76.8, 78.9, 81.4]),
        ref: ref('K01', '/posture?asOf=2026-10-31T23:59:00Z'),
      },
      {
        kind: 'decisions',
        items: [
          {
            action: 'Renew or end exception E-118 (unreviewed writes to the billing repository)',
            by: '2026-11-15',
            owner: 'CSO',
            why: 'It expires on 14 Nov 2026 and 41 actions relied on it in October.',
            otherwise: 'It expires and 4 workflows stop.',
            ref: ref('E-118', '/exceptions?id=E-118'),
          },
          {
            action: 'Enforce the four tool controls that run in shadow',
            by: '2026-11-20',
            owner: 'platform lead',
            why: '29 of 37 tools are governed; the limit is 80.0%.',
            otherwise: 'Tool coverage stays beyond its limit.',
            ref: control('C-12'),
          },
        ],
      },
      layers(true),
      { kind: 'heading', level: 2, text: 'What changed since 30 September' },
      {
        kind: 'list',
        ordered: false,
        items: [
          {
            text: 'Commands evaluated before they run: from shadow to enforce for 42 agents.',
            ref: control('C-07'),
          },
          { text: 'Approvals by another than the requester: from shadow to enforce.', ref: control('C-14') },
          {
            text: 'Protected branches: from enforced to blocked for 2 repositories, because the Git connector lost its right to read rules.',
            ref: control('C-09'),
          },
        ],
      },
      {
        kind: 'kpiTable',
        caption: 'Indicators at 31 Oct 2026, 23:59 UTC; prior as known at 30 Sep 2026',
        rows: [
          kpi({
            id: 'K08',
            label: 'High-risk actions enforced',
            unit: 'percent',
            better: 'higher',
            figure: share(1231, 1284),
            target: 100,
            limit: 98,
            prior: share(1077, 1144),
            trend: 'better',
            sample: '1,231 of 1,284 actions',
            status: 'off_target',
            touched: true,
            spark: spark([90.1, 92, 93.3, 94.1, 95.9]),
          }),
          kpi({
            id: 'K04',
            label: 'Agents governed',
            unit: 'percent',
            better: 'higher',
            figure: share(38, 42),
            target: 95,
            limit: 85,
            prior: share(37, 42),
            trend: 'better',
            sample: '38 of 42; 1 shadow, 3 silent',
            status: 'needs_attention',
            spark: spark([80, 83, 88.1, 88.1, 90.5]),
          }),
          kpi({
            id: 'K05',
            label: 'Repositories governed',
            unit: 'percent',
            better: 'higher',
            figure: share(61, 61),
            target: 95,
            limit: 85,
            prior: share(58, 61),
            trend: 'better',
            sample: '61 of 61',
            status: 'on_target',
            spark: spark([80, null, 88.1, 95.1, 100]),
          }),
          kpi({
            id: 'K07',
            label: 'Tools governed',
            unit: 'percent',
            better: 'higher',
            figure: share(29, 37),
            target: 90,
            limit: 80,
            prior: share(31, 37),
            trend: 'worse',
            sample: '29 of 37',
            status: 'off_target',
            touched: true,
            spark: spark([84, 83.8, 83.8, 83.8, 78.4]),
          }),
          kpi({
            id: 'K16',
            label: 'Evidence fresh',
            unit: 'percent',
            better: 'higher',
            figure: share(412, 438),
            target: 95,
            limit: 90,
            prior: share(410, 436),
            trend: 'unchanged',
            sample: '412 of 438 pairs',
            status: 'needs_attention',
            spark: spark([94, 94, 94.1, 94, 94.1]),
          }),
          kpi({
            id: 'K12',
            label: 'Closed within due date',
            unit: 'percent',
            better: 'higher',
            figure: unknown('none_due', 'none due in the period'),
            target: 95,
            limit: 85,
            sample: 'no finding fell due',
            status: 'not_observed',
          }),
          kpi({
            id: 'K09',
            label: 'Critical findings open',
            unit: 'count',
            better: 'lower',
            figure: observed(1),
            target: 0,
            limit: 0,
            prior: observed(0),
            trend: 'worse',
            sample: '1 of 38 open; 0 more accepted',
            status: 'off_target',
            spark: spark([2, 1, 0, 0, 1]),
          }),
          kpi({
            id: 'K10',
            label: 'Findings overdue',
            unit: 'count',
            better: 'lower',
            figure: observed(4),
            target: 0,
            limit: 3,
            prior: observed(7),
            trend: 'better',
            sample: '4 of 38; oldest 31 d over',
            status: 'off_target',
            spark: spark([9, 9, 8, 7, 4]),
          }),
          kpi({
            id: 'K24',
            label: 'Shadow items',
            unit: 'count',
            better: 'lower',
            figure: observed(5),
            target: 0,
            limit: 3,
            prior: observed(5),
            trend: 'unchanged',
            sample: '5 of 163 items',
            status: 'accepted',
            acceptedUntil: '2026-12-15',
          }),
          kpi({
            id: 'K19',
            label: 'Approval latency, median',
            unit: 'minutes',
            better: 'lower',
            figure: observed(96),
            target: 30,
            limit: 60,
            prior: observed(22),
            trend: 'worse',
            sample: 'n = 118; 2 pending, oldest 3 h',
            status: 'off_target',
          }),
        ],
      },
      { kind: 'heading', level: 2, text: 'Controls', newPage: true },
      {
        kind: 'paragraph',
        text: '28 of 31 controls are observed. A control’s state is that of its worst item; a control without anything in scope is listed and stays outside the score.',
        ref: ref('controls', '/controls'),
      },
      controlsByDomain(domains),
      { kind: 'heading', level: 3, text: 'Controls that fail' },
      {
        kind: 'table',
        caption: 'Controls not enforced, worst first (n = 10, the first 4 named)',
        columns: [
          { key: 'control', title: 'Control', kind: 'text', weight: 3 },
          { key: 'worst', title: 'Worst item', kind: 'text', weight: 2 },
          { key: 'state', title: 'State', kind: 'status', weight: 1.6 },
          { key: 'share', title: 'Enforced', kind: 'percent', weight: 1.2 },
          { key: 'since', title: 'Since', kind: 'instant', weight: 2.2 },
          { key: 'digest', title: 'Evidence', kind: 'digest', weight: 1.2 },
          { key: 'ref', title: 'Reference', kind: 'ref', weight: 1.1 },
        ],
        rows: [
          [
            text('Protected branches protected'),
            text('repository claims-core'),
            status('blocked'),
            { kind: 'percent', num: 59, den: 61 },
            { kind: 'instant', at: '2026-10-14T08:12:00Z' },
            { kind: 'digest', sha256: '9c1e41c2'.repeat(8) },
            link(control('C-09')),
          ],
          [
            text('MCP servers registered and trusted'),
            text('tool billing-write'),
            status('missing'),
            { kind: 'percent', num: 29, den: 37 },
            { kind: 'instant', at: '2026-10-02T10:00:00Z' },
            { kind: 'not_observed', reason: 'no_evidence', words: 'no registry check recorded' },
            link(control('C-11')),
          ],
          [
            text('MCP writes governed'),
            text('tool tickets'),
            status('shadowed'),
            { kind: 'percent', num: 0, den: 12 },
            { kind: 'instant', at: '2026-09-18T00:00:00Z' },
            { kind: 'digest', sha256: '03bf77aa'.repeat(8) },
            link(control('C-12')),
          ],
          [
            text('Secret files protected'),
            text('agent A-03'),
            status('stale'),
            { kind: 'percent', num: 41, den: 42 },
            { kind: 'instant', at: '2026-10-20T00:00:00Z' },
            { kind: 'digest', sha256: 'a1b2c3d4'.repeat(8) },
            link(control('C-05')),
          ],
        ],
        truncated: { shown: 4, total: 10, rest: 'the rest in the workbook, sheet Controls' },
        empty: 'Every observed control is enforced.',
      },
      { kind: 'heading', level: 2, text: 'Findings and their age', newPage: true },
      {
        kind: 'table',
        caption: 'Open findings by severity and age in days, as counts (n = 38)',
        columns: [
          { key: 'severity', title: 'Severity', kind: 'text', weight: 2 },
          { key: 'a', title: '0–7', unit: 'days', kind: 'number' },
          { key: 'b', title: '8–30', unit: 'days', kind: 'number' },
          { key: 'c', title: '31–90', unit: 'days', kind: 'number' },
          { key: 'd', title: 'Over 90', unit: 'days', kind: 'number' },
          { key: 'all', title: 'All', kind: 'number' },
        ],
        rows: [
          [text('Critical'), num(0), num(1), num(0), num(0), num(1)],
          [text('High'), num(2), num(3), num(2), num(1), num(8)],
          [text('Medium'), num(5), num(6), num(3), num(1), num(15)],
          [text('Low'), num(4), num(6), num(3), num(1), num(14)],
        ],
        totals: [text('All'), num(11), num(16), num(8), num(3), num(38)],
        empty: 'No finding was open at the end of the period.',
      },
      { kind: 'heading', level: 3, text: 'Time to close' },
      {
        kind: 'chart',
        caption:
          'Findings closed in the period by severity of delay; 27 closed and 38 still open, oldest 104 d',
        chart: {
          type: 'strip',
          segments: [
            { status: 'on_target', count: 19 },
            { status: 'needs_attention', count: 5 },
            { status: 'off_target', count: 3 },
          ],
        },
        ref: ref('K11', '/posture?kpi=K11'),
      },
      { kind: 'heading', level: 3, text: 'Exceptions' },
      {
        kind: 'table',
        caption: 'Exceptions that expire within 14 days',
        columns: [
          { key: 'id', title: 'Exception', kind: 'text' },
          { key: 'owner', title: 'Owner', kind: 'text' },
        ],
        rows: [],
        empty: 'No exception expires before 14 Nov 2026; 9 are active.',
      },
      { kind: 'heading', level: 2, text: 'What this report stands on', newPage: true },
      {
        kind: 'keyValues',
        rows: [
          {
            key: 'Log',
            value: 'verified from position 39,804 to 48,211',
            ref: ref('log', '/log/consistency?from=39804&to=48211'),
          },
          { key: 'Catalogue', value: 'version 7, in force since 1 Jul 2026' },
          {
            key: 'Late evidence',
            value: '14 events arrived after the as-of; they appear in the next report.',
          },
          { key: 'Targets and limits', value: 'defaults; proposed, not approved' },
        ],
      },
      { kind: 'heading', level: 2, text: 'Appendix: open findings' },
      openFindings(findings),
      { kind: 'heading', level: 2, text: 'References' },
      { kind: 'references' },
    ],
  });

/** A good month: everything observed and on target, nothing asked. */
export const goodMonth = (): ReportDocument =>
  parse({
    ...base,
    issue: { state: 'issued' },
    verdict: {
      set: 'posture',
      code: 'on_target',
      words: 'On target',
      sentence:
        'No critical is open; 1,284 of 1,284 high-risk actions were enforced or approved; 31 of 31 controls observed.',
    },
    blocks: [
      { kind: 'verdict', beside: [] },
      {
        kind: 'messages',
        items: [
          {
            text: 'All 1,284 high-risk actions were stopped or approved by another person.',
            ref: ref('K08', '/posture?kpi=K08'),
          },
          {
            text: '6 findings are open, none critical and none overdue; the next is due on 12 Nov 2026.',
            ref: ref('findings', '/findings'),
          },
        ],
      },
      {
        kind: 'scoreCard',
        score: { state: 'observed', tenths: 962 },
        targetTenths: 850,
        priorTenths: 941,
        controls: { observed: 31, applicable: 31 },
        openCriticals: { state: 'observed', value: 0 },
        acceptedCriticals: 0,
        verdict: 'on_target',
        spark: spark([78.9, 81.4, 88, 90.2, 94.1, 96.2]),
        ref: ref('K01', '/posture'),
      },
      { kind: 'decisions', items: [] },
      layers(false),
      {
        kind: 'kpiTable',
        caption: 'Indicators at 31 Oct 2026, 23:59 UTC; prior as known at 30 Sep 2026',
        rows: [
          kpi({
            id: 'K08',
            label: 'High-risk actions enforced',
            unit: 'percent',
            better: 'higher',
            figure: share(1284, 1284),
            target: 100,
            limit: 98,
            prior: share(1140, 1144),
            trend: 'unchanged',
            sample: '1,284 of 1,284 actions',
            status: 'on_target',
            spark: spark([98, 99, 99.6, 100]),
          }),
          kpi({
            id: 'K09',
            label: 'Critical findings open',
            unit: 'count',
            better: 'lower',
            figure: observed(0),
            target: 0,
            limit: 0,
            prior: observed(0),
            trend: 'unchanged',
            sample: '0 of 6 open',
            status: 'on_target',
            spark: spark([2, 1, 0, 0]),
          }),
        ],
      },
      controlsByDomain(
        domains.map(([name, counts]) => [name, [counts.reduce((a, b) => a + b, 0), 0, 0, 0, 0, 0]]),
      ),
      { kind: 'heading', level: 2, text: 'References' },
      { kind: 'references' },
    ],
  });

/** The same with every reference withheld. */
const waysClosed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(waysClosed);
  if (typeof value !== 'object' || value === null) return value;
  if ('label' in value && 'href' in value) return { label: 'withheld', href: null };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, waysClosed(member)]));
};

/** A thin month: a stale inventory, so no score; a public-safe rehearsal. */
export const thinMonth = (): ReportDocument =>
  parse(
    waysClosed({
      ...base,
      tenant: 'Sample tenant',
      classification: { mark: 'PUBLIC-SAFE SAMPLE', rehearsal: true, publicSafe: true },
      issue: {
        state: 'qualified',
        causes: ['inventory_stale', 'rehearsal_environment'],
        text: 'Qualified: 1 inventory is 41 days old (limit 30). Every coverage figure is touched. Lifted by a new declaration; platform lead, 6 Nov.',
      },
      verdict: {
        set: 'posture',
        code: 'not_enough_evidence',
        words: 'Not enough evidence',
        sentence:
          'The inventory is 41 days old (limit 30), so the score cannot be computed; 12 of 31 controls are observed.',
      },
      blocks: [
        { kind: 'verdict', beside: [] },
        {
          kind: 'messages',
          items: [
            {
              text: 'Declare the inventory anew: it is 41 days old and its limit is 30.',
              ref: ref('inventory', '/agents'),
            },
          ],
        },
        {
          kind: 'scoreCard',
          score: {
            state: 'not_observed',
            reason: 'inventory_stale',
            words: 'inventory 41 days old (limit 30)',
          },
          targetTenths: 850,
          priorTenths: null,
          controls: { observed: 12, applicable: 31 },
          openCriticals: {
            state: 'not_observed',
            reason: 'inventory_stale',
            words: 'the rules could not run',
          },
          acceptedCriticals: 0,
          verdict: 'not_enough_evidence',
          spark: spark([70.1, null]),
          ref: ref('K01', '/posture'),
        },
        { kind: 'decisions', items: [] },
        {
          kind: 'kpiTable',
          caption: 'Indicators at 31 Oct 2026, 23:59 UTC',
          rows: [
            kpi({
              id: 'K04',
              label: 'Agents governed',
              unit: 'percent',
              better: 'higher',
              figure: unknown('inventory_stale', 'inventory 41 days old (limit 30)'),
              target: 95,
              limit: 85,
              sample: '12 observed, none declared in time',
              status: 'not_observed',
              touched: true,
            }),
            kpi({
              id: 'K07',
              label: 'Tools governed',
              unit: 'percent',
              better: 'higher',
              figure: unknown('no_registry_check', 'no registry check recorded'),
              target: 90,
              limit: 80,
              sample: '4 observed',
              status: 'not_observed',
              touched: true,
            }),
            kpi({
              id: 'K19',
              label: 'Approval latency, median',
              unit: 'minutes',
              better: 'lower',
              figure: observed(14),
              target: 30,
              limit: 60,
              sample: '3 approvals',
              status: 'on_target',
            }),
          ],
        },
        { kind: 'heading', level: 2, text: 'References' },
        { kind: 'references' },
      ],
    }),
  );

/** The bad month in the words of someone who wishes us ill. */
export function hostileMonth(): ReportDocument {
  const document = badMonth();
  const rlo = '\u202e';
  return parse({
    ...document,
    tenant: `<script>alert(1)</script>${rlo}evil & "Co"`,
    blocks: document.blocks.map((block) =>
      block.kind === 'table' && block.caption.startsWith('Controls not enforced')
        ? {
            ...block,
            rows: block.rows.map((row, i) => [
              text(
                [
                  `<img src=x onerror=alert(1)>`,
                  `שלום ${rlo}abc`,
                  `agent-${'x'.repeat(180)}`,
                  '統制 🚀 =cmd()',
                ][i] ?? '',
              ),
              ...row.slice(1),
            ]),
          }
        : block,
    ),
  });
}

export const context: RenderContext = {
  documentDigest: '3f9a41c2d07be51188aa04c3927f6e1d5b0c9a7e42f8136d90be75a1c4d2e8f6',
  keyId: 'harbour-mutual-2026-02',
  checkpoint: { size: 48212, rootHash: '7Qx1Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0Z2E=' },
  verifyCommand: 'aispm verify report.zip',
};
