import { tenantSchema, type Tenant } from '../../schemas/tenant.js';
import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { fingerprintOf } from '../../shared/core/projections/keys.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { end, eventsOf, goodMonth, psn, tenant } from './months.js';
import type { Row } from './proofs.js';
import { onTheWay } from './way.js';

/* A tenant of which everything was told that a report can say: in November, and in October to compare with. */

const own = { signed: false, sourceId: 'aispm' };
const october = Date.parse('2026-10-22T08:00:00Z');
const november = Date.parse('2026-11-05T08:00:00Z');

export const richTenant: Tenant = tenantSchema.parse({
  ...tenant,
  sources: [
    {
      id: 'codex',
      uri: 'urn:test:codex',
      connectorType: 'codex',
      provenance: 'live',
      environments: ['production'],
      eventTypes: ['runtime'],
      keys: [
        {
          kid: 'k1',
          jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
          validFrom: '2026-10-01T00:00:00Z',
          validUntil: '2027-10-01T00:00:00Z',
        },
      ],
    },
  ],
});

const action = (at: number, data: object): Row => [
  'decision.recorded',
  at,
  {
    decision: 'block',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1', rule: 'r1' },
    severity: 'high',
    surface: 'command',
    risks: ['destructive'],
    agent: 'builder',
    ran: false,
    ...data,
  },
];

/** What happens in each of the two months: requests decided, break-glass used and reviewed, a tool cleared, a review. */
const everyMonth = (at: number, name: string): Row[] => [
  ...[1, 2, 3].flatMap((n): Row[] => [
    [
      'approval.requested',
      at + n * hour,
      { approval: `${name}-${n}`, requestedBy: psn(3), expiresAt: instantOf(at + day) },
    ],
    [
      'approval.decided',
      at + n * hour + 10 * minute,
      { approval: `${name}-${n}`, outcome: 'approved', decidedBy: psn(n === 3 ? 3 : 4) },
    ],
  ]),
  [
    'approval.requested',
    at,
    {
      approval: `${name}-glass`,
      requestedBy: psn(3),
      expiresAt: instantOf(at + hour),
      breakGlass: true,
      breakGlassReason: 'the night job hung',
    },
  ],
  [
    'approval.decided',
    at + minute,
    { approval: `${name}-glass`, outcome: 'approved', decidedBy: psn(4), breakGlass: true },
  ],
  [
    'breakglass.reviewed',
    at + 5 * hour,
    { approval: `${name}-glass`, reviewedBy: psn(5), outcome: 'justified' },
  ],
  ...[false, true].map((registered, i): Row => [
    'registry.checked',
    at + i * day,
    {
      tool: 'calendar',
      registered,
      tier: 'trusted',
      owner: psn(2),
      capabilities: ['read', 'write_file'],
      approvedCapabilities: ['read', 'write_file'],
      verdict: 'trusted',
    },
  ]),
  [
    'review.completed',
    at,
    {
      review: `daily/${instantOf(at).slice(0, 10)}`,
      cadence: 'daily',
      period: instantOf(at).slice(0, 10),
      digest: 'd'.repeat(64),
      dueAt: instantOf(at + day),
    },
    own,
  ],
  [
    'review.acknowledged',
    at + 3 * hour,
    { review: `daily/${instantOf(at).slice(0, 10)}`, actor: psn(5), notes: 'read' },
    own,
  ],
];

/** A risk that two persons accepted, of a tool whose use nobody approved. */
const accepted = (): Row[] => {
  const finding = fingerprintOf('control_unmet', 'tool:tickets', 'tool-capability');
  const said = { finding, actor: psn(3), reason: 'until the tool is replaced' };
  const expiresAt = instantOf(end + 30 * day);
  const asked: Row = [
    'finding.requested',
    end - 9 * hour,
    { ...said, change: 'acceptance', owner: psn(8), expiresAt },
    own,
  ];
  const [request] = eventsOf([asked], 'f');
  return [
    asked,
    [
      'finding.accepted',
      end - 8 * hour,
      { ...said, actor: psn(5), request: request?.id, requestedBy: psn(3), owner: psn(8), expiresAt },
      own,
    ],
  ];
};

const incident = (evidenceId: string): Row[] => [
  [
    'incident.opened',
    november + 2 * hour,
    {
      incident: 'INC-7',
      title: 'A key in a public place',
      severity: 'high',
      detectedAt: instantOf(november + hour),
      owner: psn(4),
      evidenceIds: [evidenceId],
    },
  ],
  [
    'incident.updated',
    november + 3 * hour,
    {
      incident: 'INC-7',
      contained: {
        at: instantOf(november + 3 * hour),
        how: 'The key was withdrawn.',
        evidenceIds: [evidenceId],
      },
      impact: { dataClasses: ['claims'], customersAffected: 0, summary: 'None beyond the key.' },
      materiality: { outcome: 'not_material', at: instantOf(november + 3 * hour), by: psn(6) },
    },
  ],
  [
    'incident.closed',
    november + 4 * hour,
    {
      incident: 'INC-7',
      outcome: 'closed',
      rootCause: 'The key was checked in.',
      contributing: ['No one looked.'],
      detectedBy: 'the scan',
      shouldHaveDetected: 'the commit hook',
      remediation: [{ action: 'Hook made mandatory', evidenceId }],
      approvedBy: psn(5),
      lessons: ['Keys do not belong into a repository.'],
      followUps: [{ action: 'Look at all repositories', owner: psn(4), dueAt: instantOf(end + day) }],
    },
  ],
];

const decided = (target: string, at = end - 2 * hour, blockers = ['x']): Row => [
  'readiness.decided',
  at,
  {
    decision: `d-${target}-${at}`,
    target,
    ready: false,
    blockers,
    digest: 'c'.repeat(64),
    position: 9,
    actor: psn(3),
  },
  own,
];

/** What two people approved, and what management answered. */
const said: Row[] = [
  [
    'appetite.approved',
    end - day,
    {
      limits: { K04: { target: 95, limit: 85 } },
      setBy: 'Board of directors',
      setOn: '2026-11-12',
      expiresAt: instantOf(end + 90 * day),
      reason: 'minutes',
      actor: psn(8),
      approvedBy: psn(9),
    },
    own,
  ],
  ...['approvals-separated', 'mcp-registered'].map((control): Row => [
    'response.recorded',
    end - hour,
    {
      control,
      from: instantOf(november - 10 * day),
      until: instantOf(end - hour),
      stance: 'agrees',
      cause: 'One approver alone.',
      action: 'A second one.',
      owner: psn(8),
      dueAt: instantOf(end + 7 * day),
      actor: psn(9),
      role: 'operator',
    },
    own,
  ]),
];

export function richEvents(): StoredEvidence[] {
  const good = goodMonth();
  const first = good.find(
    ({ event }) => event.type === 'aispm.decision.recorded' && event.time > '2026-11-02',
  );
  const evidenceId = first?.id ?? '';
  return [
    ...good,
    ...onTheWay(),
    ...eventsOf(accepted(), 'f'),
    ...eventsOf(
      [
        ...everyMonth(october, 'oct'),
        ...everyMonth(november, 'nov'),
        [
          'exception.granted',
          october,
          {
            exception: 'E-1',
            owner: psn(4),
            requestedBy: psn(3),
            approvedBy: psn(5),
            expiresAt: instantOf(end + 60 * day),
            scope: 'the nightly job',
          },
        ],
        action(october + 2 * day, { evidence: [`evidence://${good[0]?.id ?? ''}`] }),
        action(november + 2 * day, { evidence: [`evidence://${evidenceId}`] }),
        action(end - 10 * hour, {
          agent: 'tester',
          tool: 'tickets',
          surface: 'mcp',
          risks: ['tool_write'],
          decision: 'warn',
          mode: 'shadow',
          ran: true,
        }),
        ...incident(evidenceId),
        ...['trial', 'pilot', 'production'].map((target) => decided(target)),
        decided('production', october + day, ['x', 'y', 'z']),
        decided('production', october + 5 * day, ['x', 'y']),
        decided('trial', october + 6 * day, []),
        ...said,
      ],
      'x',
    ),
  ];
}
