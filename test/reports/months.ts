import type { EventData } from '../../schemas/events/types.js';
import { tenantSchema, type Tenant } from '../../schemas/tenant.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { day, hour, instantOf, millisOf, minute } from '../../shared/core/kernel/time.js';
import type { StoredEvidence, TenantStores } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { evidenceOf, tenantId } from '../laws/tenant-events.js';
import { proofs, type Row } from './proofs.js';

// Three months of one made-up tenant, as events: bad, good and thin. The reports are built from the ledgers they fold to.

export const tenant: Tenant = tenantSchema.parse({
  tenantId,
  revision: 1,
  createdAt: '2026-10-01T00:00:00Z',
  sample: false,
  settings: { displayName: 'Harbour Mutual', timeZone: 'Europe/London' },
  sources: [],
  members: [],
  keys: [],
});

/** The report's as-of: Tuesday, 24 November 2026, at noon. */
export const end = Date.parse('2026-11-24T12:00:00Z');
export const psn = (n: number): string => `psn:${String(n).repeat(32).slice(0, 32)}`;

/** Events → a ledger that was folded as they came in and then told the time. */
export async function storesOf(events: readonly StoredEvidence[], until = end): Promise<TenantStores> {
  const stores = memoryStores().open(tenantId);
  const ordered = [...events].sort((a, b) => millisOf(a.event.time) - millisOf(b.event.time));
  for (const evidence of ordered) {
    await stores.evidence.create(evidence);
    await foldEvents({ ledger: stores.ledger, now: () => millisOf(evidence.event.time) }, [{ evidence }]);
  }
  await foldUntil({ ledger: stores.ledger, now: () => until }, until);
  return stores;
}

export const eventsOf = (rows: readonly Row[], prefix = 'm'): StoredEvidence[] =>
  rows.map(([name, at, data, options], i) =>
    evidenceOf(name, data as EventData<typeof name>, at, `${prefix}${i}`, options ?? {}),
  );

const agents = ['builder', 'reviewer', 'deployer', 'tester', 'releaser', 'librarian'];
const tools = ['filesystem', 'tickets', 'search', 'calendar'];
const repositories = ['claims-core', 'billing'];

const inventory = (at: number, shown: readonly string[]): Row => [
  'inventory.declared',
  at,
  {
    items: [
      ...shown.map((id) => ({
        kind: 'agent',
        id,
        owner: psn(1),
        surfaces: ['file', 'command', 'git', 'mcp'],
      })),
      ...repositories.map((id) => ({ kind: 'repository', id, owner: psn(2) })),
      ...tools.map((id) => ({ kind: 'tool', id, owner: psn(2) })),
      { kind: 'workflow', id: 'nightly', owner: psn(2) },
    ],
  },
];
const policy = (at: number, mode: 'enforce' | 'shadow' = 'enforce'): Row => [
  'policy.published',
  at,
  {
    policy: 'baseline',
    version: '1',
    mode,
    rules: [
      {
        rule: 'r1',
        controls: [
          'destructive-commands',
          'mcp-writes',
          'secret-files',
          'protected-branches',
          'commands-evaluated',
        ],
      },
    ],
  },
];
const registry = (at: number, tool: string, registered = true): Row => [
  'registry.checked',
  at,
  {
    tool,
    registered,
    tier: 'trusted',
    owner: psn(2),
    capabilities: ['read', 'write_file'],
    approvedCapabilities: ['read', 'write_file'],
    verdict: 'trusted',
  },
];
const decision = (at: number, data: object, signed = true): Row => [
  'decision.recorded',
  at,
  {
    decision: 'block',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1', rule: 'r1' },
    severity: 'high',
    ran: false,
    workflow: 'nightly',
    ...data,
  },
  { signed },
];
/** One agent tries everything a control looks at, and is stopped. */
const probes = (at: number, agent: string, signed = true): Row[] => [
  decision(at, { agent, surface: 'command', risks: ['destructive'] }, signed),
  decision(at + minute, { agent, surface: 'file', risks: ['secret'] }, signed),
  decision(at + minute, { agent, surface: 'file', risks: ['outside_workspace'] }, signed),
  ...repositories.map((repository, i) =>
    decision(
      at + (2 + i) * minute,
      { agent, repository, surface: 'git', risks: ['protected_branch'] },
      signed,
    ),
  ),
  ...tools.map((tool, i) =>
    decision(at + (5 + i) * minute, { agent, tool, surface: 'mcp', risks: ['tool_write'] }, signed),
  ),
];
const approval = (at: number, name: string, minutes: number | null, by = 4): Row[] => [
  ['approval.requested', at, { approval: name, requestedBy: psn(3), expiresAt: instantOf(at + 4 * hour) }],
  ...(minutes === null
    ? []
    : ([
        [
          'approval.decided',
          at + minutes * minute,
          { approval: name, outcome: 'approved', decidedBy: psn(by) },
        ],
      ] as Row[])),
];
const exception = (at: number, name: string, days: number, scope: string): Row => [
  'exception.granted',
  at,
  {
    exception: name,
    owner: psn(4),
    requestedBy: psn(3),
    approvedBy: psn(5),
    expiresAt: instantOf(at + days * day),
    scope,
  },
];
const operation = (n: number): string => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
const delivery = (at: number, n: number, outcome: 'delivered' | 'bounced'): Row[] => {
  const report = operation(900 + n);
  const own = { signed: false, sourceId: 'aispm' };
  const base = { report, operation: operation(n), recipient: psn(6) };
  return [
    [
      'report.requested',
      at,
      {
        report,
        reportType: 'ciso',
        actor: psn(7),
        recipients: [psn(6)],
        approvalRequired: false,
        period: { from: instantOf(at), to: instantOf(at), zone: 'Europe/London' },
      },
      own,
    ],
    ['report.sending', at + minute, { ...base, intendedAt: instantOf(at + minute) }, own],
    outcome === 'delivered'
      ? [
          'report.delivered',
          at + 2 * minute,
          { ...base, providerEvent: 'e', deliveredAt: instantOf(at + 2 * minute) },
          own,
        ]
      : ['report.bounced', at + 2 * minute, { ...base, providerEvent: 'e', status: 'bounced' }, own],
  ] as Row[];
};

const october = Date.parse('2026-10-20T08:00:00Z');
const november = Date.parse('2026-11-02T08:00:00Z');

/** Everything declared, probed, approved by others, delivered; the agents were heard from today. */
export const goodMonth = (): StoredEvidence[] =>
  eventsOf([
    policy(october),
    inventory(october + hour, agents),
    inventory(november, agents),
    ...tools.flatMap((tool) => [registry(october + 2 * hour, tool), registry(november + hour, tool)]),
    ...agents.flatMap((agent, i) => [
      ...probes(october + (3 + i) * hour, agent),
      ...probes(november + (3 + i) * hour, agent),
      ...probes(end - 6 * hour + i * 10 * minute, agent),
    ]),
    ...approval(november + day, 'a-1', 12),
    ...approval(november + 2 * day, 'a-2', 25),
    ...approval(november + 3 * day, 'a-3', 9),
    exception(november + day, 'E-7', 60, 'read access of the librarian to the archive'),
    ...delivery(october + 5 * day, 1, 'delivered'),
    ...delivery(november + 4 * day, 2, 'delivered'),
    ...proofs(end - 2 * day),
  ]);

/** What was enforced in October runs in shadow, an undeclared agent reads secrets, approvals are their own requester's. */
export const badMonth = (): StoredEvidence[] =>
  eventsOf([
    policy(october),
    inventory(october + hour, agents),
    ...tools.map((tool) => registry(october + 2 * hour, tool)),
    ...agents.flatMap((agent, i) => probes(october + (3 + i) * hour, agent)),
    ...agents.slice(0, 4).flatMap((agent, i) => probes(november + i * hour, agent)),
    inventory(november + 9 * hour, agents),
    registry(november + day, 'tickets', false),
    decision(november + 2 * day, {
      agent: 'builder',
      surface: 'command',
      risks: ['destructive'],
      decision: 'warn',
      ran: true,
      severity: 'critical',
    }),
    decision(
      november + 3 * day,
      {
        agent: 'shadow-7',
        surface: 'file',
        risks: ['secret'],
        decision: 'allow',
        mode: 'shadow',
        ran: true,
        severity: 'critical',
      },
      false,
    ),
    decision(november + 3 * day + hour, {
      agent: 'deployer',
      repository: 'claims-core',
      surface: 'git',
      risks: ['protected_branch'],
      decision: 'require_approval',
      ran: true,
      severity: 'critical',
    }),
    decision(end - 5 * hour, {
      agent: 'builder',
      tool: 'search',
      surface: 'mcp',
      risks: ['tool_write'],
      decision: 'warn',
      mode: 'shadow',
      ran: true,
    }),
    decision(
      end - 4 * hour,
      {
        agent: 'pasted\u202ename <b>',
        tool: 'unknown-server',
        surface: 'mcp',
        risks: ['tool_write'],
        decision: 'allow',
        ran: true,
      },
      false,
    ),
    ...approval(november + day, 'a-1', 96),
    ...approval(november + 2 * day, 'a-2', 22, 3),
    ...approval(november + 3 * day, 'a-3', null),
    ...approval(end - hour, 'a-4', null),
    exception(november, 'E-118', 30, 'unreviewed writes to the billing repository'),
    exception(november, 'E-90', 10, 'nightly job without approval'),
    ...delivery(october + 5 * day, 1, 'delivered'),
    ...delivery(november + 4 * day, 2, 'bounced'),
  ]);

/** Three decisions of two agents nobody declared. */
export const thinMonth = (): StoredEvidence[] =>
  eventsOf([
    decision(november + 5 * day, { agent: 'builder', surface: 'command', risks: ['destructive'] }),
    decision(november + 6 * day, { agent: 'builder', surface: 'file', risks: ['secret'] }),
    decision(november + 7 * day, {
      agent: 'reviewer',
      surface: 'command',
      risks: [],
      severity: 'low',
      decision: 'allow',
      ran: true,
    }),
  ]);
