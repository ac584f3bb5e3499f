import type { ReportType } from '../../../schemas/events/service.js';
import type { EventData, EventName } from '../../../schemas/events/types.js';
import { day, hour, instantOf, minute, type Millis } from '../../core/kernel/time.js';
import type { FindingOrder } from '../governance/act-on-finding.js';

/*
 * What happened at Larkfield Logistics, which does not exist: two weeks of five agents, as their runtime, registers and
 * people would have told it. Nothing here is anybody's. It is static, so every instance answers alike.
 */

/** Midnight of the first day, and the instant at which the sample stands for ever. */
export const sampleStart: Millis = Date.parse('2026-05-04T00:00:00.000Z');
export const sampleEnd: Millis = Date.parse('2026-05-18T09:00:00.000Z');
const days = 14;

export const sampleName = 'Larkfield Logistics (sample)';
export const sampleRecipient = 'ciso@larkfield.example';

/** Who tells: source id → uri, and the types it is registered for. */
export const sampleSources = {
  runtime: { uri: 'urn:sample:runtime', eventTypes: ['runtime'] },
  registers: {
    uri: 'urn:sample:registers',
    eventTypes: ['runtime', 'exception.granted', 'exception.renewed', 'exception.revoked'],
  },
  pipeline: {
    uri: 'urn:sample:pipeline',
    eventTypes: ['runtime', 'workflow.exercised', 'deployment.validated', 'drill.recorded'],
  },
} as const;
export type SampleSource = keyof typeof sampleSources;

/** People by the duty they have here. */
export const samplePeople = {
  ana: 'Ana Ruiz (platform)',
  tom: 'Tom Okafor (operations)',
  mei: 'Mei Tanaka (security)',
  ida: 'Ida Berg (audit)',
} as const;
type Person = keyof typeof samplePeople;

export type SampleEvent = {
  at: Millis;
  from: SampleSource;
  id: string;
  name: EventName;
  data: object;
  environment: 'dev' | 'staging' | 'production';
};

/** A person's command on the finding of a cause. `agree`: to what was asked for before. */
export type SampleAct = {
  at: Millis;
  by: Person;
  finding: { rule: string; subject: string; control?: string };
  order: FindingOrder;
  agree?: true;
};

type Names = {
  /** Pseudonym of a person. */
  person: (name: Person) => string;
  /** Public id of an event told before. */
  evidence: (from: SampleSource, id: string) => string;
};

const on = (dayNumber: number, hours: number, minutes = 0): Millis =>
  sampleStart + dayNumber * day + hours * hour + minutes * minute;

const told = <N extends EventName>(
  at: Millis,
  from: SampleSource,
  name: N,
  id: string,
  data: EventData<N>,
): SampleEvent => ({ at, from, name, id, data, environment: environmentOf(data) });

/** Agents that work elsewhere than in production. */
const environmentOf = (data: object): SampleEvent['environment'] => {
  const agent = 'agent' in data ? data.agent : null;
  return agent === 'docs-writer' ? 'dev' : agent === 'night-migrator' ? 'staging' : 'production';
};

type Decision = EventData<'decision.recorded'>;
type Deed = Partial<Omit<Decision, 'policy'>> & {
  agent: string;
  rule: string;
  policy?: string;
  version?: string;
};

/** What a runtime says of one action; a quiet, allowed command unless it says otherwise. */
const did = (at: Millis, id: string, { rule, policy = 'runtime-baseline', version, ...deed }: Deed) =>
  told(at, 'runtime', 'decision.recorded', id, {
    decision: 'allow',
    mode: 'enforce',
    surface: 'command',
    operation: 'execute',
    severity: 'low',
    ran: deed.decision !== 'block',
    ...deed,
    policy: { id: policy, version: version ?? (at < on(8, 6) ? '2.3.0' : '2.4.0'), rule },
  });

/** Each agent's home and the quiet work it does every day. */
const routines: readonly { deed: Deed; until?: number }[] = [
  {
    deed: {
      agent: 'release-bot',
      rule: 'commands',
      repository: 'larkfield/tracking-api',
      workflow: 'release-train',
      target: 'npm run check',
    },
  },
  {
    deed: {
      agent: 'release-bot',
      rule: 'tool-reads',
      surface: 'mcp',
      operation: 'read',
      repository: 'larkfield/tracking-api',
      workflow: 'release-train',
      tool: 'mcp-filesystem',
      capability: 'read_text_file',
      target: 'the changelog',
    },
  },
  {
    deed: {
      agent: 'support-triage',
      rule: 'tool-reads',
      surface: 'mcp',
      operation: 'read',
      tool: 'mcp-tickets',
      capability: 'search_tickets',
      target: 'open tickets of the night',
    },
  },
  {
    deed: {
      agent: 'infra-planner',
      rule: 'infrastructure-plan',
      surface: 'iac',
      operation: 'read',
      version: '2.3.0',
      repository: 'larkfield/infrastructure',
      workflow: 'infrastructure-plan',
      target: 'plan of the staging network',
    },
  },
  {
    deed: {
      agent: 'docs-writer',
      rule: 'commands',
      policy: 'observe',
      version: '1.0.0',
      mode: 'shadow',
      decision: 'audit_only',
      repository: 'larkfield/handbook',
      workflow: 'docs-site',
      target: 'build the handbook',
    },
  },
  // Not heard from since the tenth day: declared, and silent.
  {
    deed: {
      agent: 'night-migrator',
      rule: 'commands',
      repository: 'larkfield/billing',
      workflow: 'nightly-migration',
      target: 'npm run migrate -- --check',
    },
    until: 10,
  },
];

const daily = (): SampleEvent[] =>
  Array.from({ length: days + 1 }, (_, n) => n).flatMap((n) =>
    routines.flatMap(({ deed, until = days }, i) => {
      if (n > until) return [];
      const session = `${deed.agent}-${String(n).padStart(2, '0')}`;
      const at = on(n, 6, 7 * i);
      const run = { session, agent: deed.agent };
      const deeds = did(at + minute, `${session}-${i}`, { ...deed, session });
      // Its second deed of the day is in the run of its first.
      if (routines.findIndex((other) => other.deed.agent === deed.agent) < i) return [deeds];
      const decisions = routines.filter((other) => other.deed.agent === deed.agent).length;
      return [
        told(at, 'runtime', 'session.recorded', `${session}-started`, { ...run, state: 'started' }),
        deeds,
        told(at + hour, 'runtime', 'session.recorded', `${session}-completed`, {
          ...run,
          state: 'completed',
          decisions,
        }),
      ];
    }),
  );

const inventory = ({ person }: Names): SampleEvent[] => {
  const [ana, tom, mei] = [person('ana'), person('tom'), person('mei')];
  return [
    told(on(0, 5), 'registers', 'inventory.declared', 'inventory-agents', {
      items: [
        {
          kind: 'agent',
          id: 'release-bot',
          owner: ana,
          criticality: 'high',
          environment: 'production',
          surfaces: ['command', 'git', 'file'],
        },
        {
          kind: 'agent',
          id: 'support-triage',
          owner: tom,
          criticality: 'medium',
          environment: 'production',
          surfaces: ['mcp', 'data', 'network'],
        },
        {
          kind: 'agent',
          id: 'infra-planner',
          owner: ana,
          criticality: 'critical',
          environment: 'production',
          surfaces: ['iac', 'cloud'],
        },
        {
          kind: 'agent',
          id: 'docs-writer',
          owner: mei,
          criticality: 'low',
          environment: 'dev',
          surfaces: ['command'],
        },
        {
          kind: 'agent',
          id: 'night-migrator',
          owner: tom,
          criticality: 'high',
          environment: 'staging',
          surfaces: ['command'],
        },
        { kind: 'agent', id: 'legacy-importer', owner: tom, lifecycle: 'retired' },
      ],
    }),
    told(on(0, 5, 1), 'registers', 'inventory.declared', 'inventory-rest', {
      items: [
        {
          kind: 'repository',
          id: 'larkfield/tracking-api',
          owner: ana,
          criticality: 'high',
          environment: 'production',
        },
        {
          kind: 'repository',
          id: 'larkfield/billing',
          owner: tom,
          criticality: 'critical',
          environment: 'production',
        },
        {
          kind: 'repository',
          id: 'larkfield/infrastructure',
          owner: ana,
          criticality: 'critical',
          environment: 'production',
        },
        { kind: 'repository', id: 'larkfield/handbook', owner: mei, criticality: 'low', environment: 'dev' },
        { kind: 'workflow', id: 'release-train', owner: ana, criticality: 'high', environment: 'production' },
        {
          kind: 'workflow',
          id: 'infrastructure-plan',
          owner: ana,
          criticality: 'high',
          environment: 'production',
        },
        { kind: 'workflow', id: 'docs-site', owner: mei, criticality: 'low', environment: 'dev' },
        { kind: 'workflow', id: 'nightly-migration', criticality: 'high', environment: 'staging' },
        { kind: 'tool', id: 'mcp-filesystem', owner: ana, criticality: 'medium' },
        { kind: 'tool', id: 'mcp-tickets', owner: tom, criticality: 'medium' },
      ],
    }),
  ];
};

const registry = ({ person }: Names): SampleEvent[] => [
  told(on(0, 5, 10), 'registers', 'registry.checked', 'tool-filesystem', {
    tool: 'mcp-filesystem',
    registered: true,
    tier: 'trusted',
    capabilities: ['read_text_file', 'write_file'],
    approvedCapabilities: ['read_text_file', 'write_file'],
    owner: person('ana'),
    verdict: 'trusted',
  }),
  told(on(0, 5, 11), 'registers', 'registry.checked', 'tool-tickets', {
    tool: 'mcp-tickets',
    registered: true,
    tier: 'reviewed',
    capabilities: ['search_tickets', 'add_comment', 'delete_ticket'],
    approvedCapabilities: ['search_tickets', 'add_comment'],
    owner: person('tom'),
    approvedUntil: instantOf(on(70, 0)),
    verdict: 'trusted',
  }),
  told(on(0, 5, 12), 'registers', 'registry.checked', 'tool-models', {
    tool: 'model-gateway',
    registered: true,
    tier: 'trusted',
    capabilities: ['complete'],
    approvedCapabilities: ['complete'],
    owner: person('mei'),
    verdict: 'trusted',
  }),
  told(on(11, 10, 2), 'registers', 'registry.checked', 'tool-reporting', {
    tool: 'mcp-reporting-db',
    registered: false,
    verdict: 'unknown',
  }),
];

const baseline = (version: string, at: Millis): SampleEvent =>
  told(at, 'registers', 'policy.published', `runtime-baseline-${version}`, {
    policy: 'runtime-baseline',
    version,
    mode: 'enforce',
    rules: [
      { rule: 'commands', controls: ['commands-evaluated', 'ci-governed'] },
      { rule: 'destructive-commands', controls: ['destructive-commands'] },
      { rule: 'secret-paths', controls: ['secret-files'] },
      { rule: 'outside-workspace', controls: ['workspace-writes'] },
      { rule: 'protected-branches', controls: ['protected-branches', 'changes-attested'] },
      { rule: 'infrastructure-plan', controls: ['ci-governed'] },
      { rule: 'infrastructure-apply', controls: ['infrastructure-changes'] },
      { rule: 'tool-reads', controls: ['mcp-registered'] },
      { rule: 'tool-writes', controls: ['mcp-writes'] },
      { rule: 'egress', controls: ['data-egress'] },
    ],
  });

const policies = (): SampleEvent[] => [
  baseline('2.3.0', on(0, 5, 20)),
  baseline('2.4.0', on(8, 5, 30)),
  told(on(0, 5, 21), 'registers', 'policy.published', 'observe-1.0.0', {
    policy: 'observe',
    version: '1.0.0',
    mode: 'shadow',
    rules: [{ rule: 'commands', controls: ['commands-evaluated'] }],
  }),
];

/** One attempt each that the rules stopped, so that what they demand is shown and not supposed. */
const proven = (): SampleEvent[] => [
  ...[
    { agent: 'docs-writer', repository: 'larkfield/handbook', workflow: 'docs-site' },
    { agent: 'night-migrator', repository: 'larkfield/billing', workflow: 'nightly-migration' },
  ].map((where, n) =>
    did(on(0, 10, n), `destructive-${where.agent}`, {
      ...where,
      rule: 'destructive-commands',
      decision: 'block',
      risks: ['destructive'],
      severity: 'critical',
      session: `${where.agent}-00`,
      target: 'rm -rf of a folder that others use',
    }),
  ),
  ...[
    { agent: 'docs-writer', repository: 'larkfield/handbook' },
    { agent: 'night-migrator', repository: 'larkfield/billing' },
    { agent: 'infra-planner', repository: 'larkfield/infrastructure' },
  ].map((where, n) =>
    did(on(0, 11, n), `branch-${where.agent}`, {
      ...where,
      rule: 'protected-branches',
      decision: 'block',
      surface: 'git',
      operation: 'write',
      risks: ['protected_branch'],
      severity: 'high',
      session: `${where.agent}-00`,
      target: 'main, without a review',
    }),
  ),
];

/** What agents tried that mattered. */
const deeds = (): SampleEvent[] => {
  const release = { agent: 'release-bot', repository: 'larkfield/tracking-api', workflow: 'release-train' };
  const infra: Deed = {
    agent: 'infra-planner',
    repository: 'larkfield/infrastructure',
    workflow: 'infrastructure-plan',
    surface: 'iac',
    operation: 'write',
    risks: ['production_infrastructure'],
    severity: 'high',
    rule: 'infrastructure-apply',
  };
  const branch: Deed = {
    ...release,
    surface: 'git',
    operation: 'write',
    risks: ['protected_branch'],
    severity: 'high',
    rule: 'protected-branches',
    decision: 'require_approval',
  };
  return [
    did(on(1, 9), 'destructive-1', {
      ...release,
      rule: 'destructive-commands',
      decision: 'block',
      risks: ['destructive'],
      severity: 'critical',
      session: 'release-bot-01',
      target: 'rm -rf of the build host’s cache',
      reason: 'destructive commands are blocked',
    }),
    ...proven(),
    did(on(2, 10), 'secret-1', {
      ...release,
      rule: 'secret-paths',
      decision: 'block',
      surface: 'file',
      operation: 'read',
      risks: ['secret'],
      severity: 'critical',
      session: 'release-bot-02',
      target: 'the deployment key of the tracking API',
    }),
    did(on(3, 11), 'outside-1', {
      ...release,
      rule: 'outside-workspace',
      decision: 'block',
      surface: 'file',
      operation: 'write',
      risks: ['outside_workspace'],
      severity: 'high',
      session: 'release-bot-03',
      target: 'a file beside the workspace',
    }),
    did(on(4, 14, 20), 'release-4.12', {
      ...branch,
      ran: true,
      approval: 'rel-88',
      session: 'release-bot-04',
      evidence: ['approval://rel-88'],
      target: 'main, release 4.12',
    }),
    did(on(9, 15), 'release-4.13', {
      ...branch,
      ran: false,
      approval: 'rel-91',
      session: 'release-bot-09',
      target: 'main, release 4.13',
    }),
    did(on(5, 9, 45), 'apply-1', {
      ...infra,
      decision: 'require_approval',
      ran: true,
      approval: 'chg-1041',
      session: 'infra-planner-05',
      evidence: ['approval://chg-1041'],
      target: 'production load balancer',
    }),
    // A person was to be asked, and was not.
    did(on(12, 16, 30), 'apply-2', {
      ...infra,
      version: '2.3.0',
      decision: 'require_approval',
      ran: true,
      approval: 'chg-1050',
      session: 'infra-planner-12',
      target: 'production firewall, at night',
    }),
    did(on(6, 8, 30), 'egress-1', {
      agent: 'support-triage',
      rule: 'egress',
      decision: 'block',
      surface: 'network',
      operation: 'connect',
      risks: ['egress'],
      severity: 'high',
      session: 'support-triage-06',
      target: 'an address outside the allowed list',
    }),
    did(on(7, 9), 'tickets-comment', {
      agent: 'support-triage',
      rule: 'tool-writes',
      surface: 'mcp',
      operation: 'write',
      risks: ['tool_write'],
      tool: 'mcp-tickets',
      capability: 'add_comment',
      severity: 'medium',
      session: 'support-triage-07',
      target: 'a comment on a ticket',
    }),
    // Beyond what the registry approves of the tool.
    did(on(13, 10, 40), 'tickets-delete', {
      agent: 'support-triage',
      rule: 'tool-writes',
      surface: 'mcp',
      operation: 'delete',
      risks: ['tool_write'],
      tool: 'mcp-tickets',
      capability: 'delete_ticket',
      severity: 'high',
      session: 'support-triage-13',
      target: 'a duplicate ticket',
    }),
    did(on(3, 12), 'files-write', {
      ...release,
      rule: 'tool-writes',
      surface: 'mcp',
      operation: 'write',
      risks: ['tool_write'],
      tool: 'mcp-filesystem',
      capability: 'write_file',
      severity: 'medium',
      session: 'release-bot-03',
      target: 'the changelog',
    }),
    did(on(10, 9), 'model-1', {
      agent: 'support-triage',
      rule: 'tool-reads',
      surface: 'model',
      operation: 'other',
      tool: 'model-gateway',
      capability: 'complete',
      session: 'support-triage-10',
      target: 'a summary of open tickets',
    }),
    // Nobody declared this one, nor the place it works in, nor the server it asks.
    did(on(11, 10), 'shadow-1', {
      agent: 'hotfix-helper',
      rule: 'commands',
      repository: 'larkfield/scratch',
      target: 'npm run hotfix',
    }),
    did(on(14, 7, 30), 'shadow-2', {
      agent: 'hotfix-helper',
      rule: 'tool-writes',
      surface: 'mcp',
      operation: 'write',
      risks: ['tool_write'],
      tool: 'mcp-reporting-db',
      capability: 'run_query',
      severity: 'high',
      repository: 'larkfield/scratch',
      target: 'a correction in the reporting database',
    }),
  ];
};

const approvals = ({ person }: Names): SampleEvent[] => {
  const asked = (at: Millis, approval: string, by: Person, hours: number, more: object = {}) =>
    told(at, 'runtime', 'approval.requested', `${approval}-requested`, {
      approval,
      requestedBy: person(by),
      expiresAt: instantOf(at + hours * hour),
      ...more,
    });
  const answered = (
    at: Millis,
    approval: string,
    by: Person,
    outcome: 'approved' | 'denied',
    more: object = {},
  ) =>
    told(at, 'runtime', 'approval.decided', `${approval}-decided`, {
      approval,
      outcome,
      decidedBy: person(by),
      ...more,
    });
  const emergency = {
    breakGlass: true,
    breakGlassReason: 'label printing stands still in the main depot',
  };
  return [
    asked(on(4, 14), 'rel-88', 'ana', 8, { agent: 'release-bot', reason: 'release 4.12' }),
    answered(on(4, 14, 12), 'rel-88', 'tom', 'approved'),
    asked(on(5, 9, 30), 'chg-1041', 'ana', 8, { agent: 'infra-planner', reason: 'move the load balancer' }),
    answered(on(5, 9, 41), 'chg-1041', 'tom', 'approved'),
    asked(on(9, 14, 40), 'rel-91', 'ana', 8, { agent: 'release-bot', reason: 'release 4.13' }),
    answered(on(9, 14, 58), 'rel-91', 'tom', 'denied', { reason: 'the migration is not rehearsed' }),
    // Nobody answered.
    asked(on(10, 9), 'rel-95', 'ana', 24, { agent: 'release-bot', reason: 'release 4.13 again' }),
    // Asked and answered by one person.
    asked(on(12, 16), 'chg-1050', 'ana', 8, { agent: 'infra-planner', reason: 'open a port' }),
    answered(on(12, 16, 5), 'chg-1050', 'ana', 'approved'),
    asked(on(6, 2), 'bg-7', 'tom', 4, { ...emergency, agent: 'release-bot' }),
    answered(on(6, 2, 3), 'bg-7', 'ana', 'approved', { breakGlass: true }),
    told(on(6, 11), 'runtime', 'breakglass.reviewed', 'bg-7-reviewed', {
      approval: 'bg-7',
      reviewedBy: person('mei'),
      outcome: 'justified',
    }),
    // More than a day ago, and nobody has looked at it.
    asked(on(12, 22), 'bg-9', 'tom', 4, { ...emergency, agent: 'infra-planner' }),
    answered(on(12, 22, 2), 'bg-9', 'ana', 'approved', { breakGlass: true }),
    asked(on(14, 8, 30), 'rel-97', 'ana', 24, { agent: 'release-bot', reason: 'release 4.14' }),
  ];
};

const exceptions = ({ person }: Names): SampleEvent[] => {
  const granted = (at: Millis, exception: string, owner: Person, until: Millis, scope: string) =>
    told(at, 'registers', 'exception.granted', `${exception}-granted`, {
      exception,
      owner: person(owner),
      requestedBy: person(owner),
      approvedBy: person('ida'),
      expiresAt: instantOf(until),
      scope,
    });
  return [
    granted(
      on(1, 10),
      'exc-docs-shadow',
      'mei',
      on(60, 0),
      'docs-writer runs in shadow while it is on trial',
    ),
    granted(on(2, 10), 'exc-tickets-tier', 'tom', on(23, 0), 'mcp-tickets stays at tier reviewed'),
    granted(on(3, 10), 'exc-import-batch', 'tom', on(12, 0), 'the import batch writes without a ticket'),
    granted(on(3, 11), 'exc-old-runner', 'ana', on(40, 0), 'the old build runner'),
    told(on(9, 11), 'registers', 'exception.revoked', 'exc-old-runner-revoked', {
      exception: 'exc-old-runner',
      revokedBy: person('ida'),
      reason: 'the runner is gone',
    }),
  ];
};

const operation = ({ person, evidence }: Names): SampleEvent[] => [
  told(on(6, 3), 'registers', 'incident.opened', 'inc-204-opened', {
    incident: 'inc-204',
    title: 'Label printing stood still in the main depot',
    severity: 'high',
    owner: person('tom'),
  }),
  told(on(9, 12), 'registers', 'incident.closed', 'inc-204-closed', {
    incident: 'inc-204',
    outcome: 'closed',
    rootCause: 'a certificate ran out',
    remediation: [{ action: 'renewed under break-glass', evidenceId: evidence('runtime', 'bg-7-decided') }],
    approvedBy: person('mei'),
    lessons: ['certificates are renewed 30 days ahead'],
  }),
  told(on(2, 15), 'pipeline', 'workflow.exercised', 'exercise-1', {
    exercise: 'exercise-1',
    session: 'release-bot-02',
    elements: [
      { element: 'destructive_command', evidenceIds: [evidence('runtime', 'destructive-1')] },
      { element: 'secret_file', evidenceIds: [evidence('runtime', 'secret-1')] },
    ],
  }),
  told(on(3, 16), 'pipeline', 'deployment.validated', 'deployment-1', {
    deployment: 'sample',
    release: '4.11',
    digest: '5a'.repeat(32),
    outcome: 'passed',
    checks: [
      {
        name: 'identity',
        status: 'pass',
        message: 'signs in by its own identity',
        evidenceIds: [evidence('pipeline', 'exercise-1')],
      },
    ],
  }),
  told(on(4, 16), 'pipeline', 'drill.recorded', 'drill-1', {
    drill: 'restore of one tenant',
    startedAt: instantOf(on(4, 14)),
    endedAt: instantOf(on(4, 15, 40)),
    outcome: 'passed',
  }),
];

/** Everything that was told, in the order of its times. */
export const sampleEvents = (names: Names): SampleEvent[] =>
  [
    ...inventory(names),
    ...registry(names),
    ...policies(),
    ...daily(),
    ...deeds(),
    ...approvals(names),
    ...exceptions(names),
    ...operation(names),
  ]
    .filter(({ at }) => at <= sampleEnd)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

const docsInShadow = {
  rule: 'control_unmet',
  subject: 'agent:docs-writer',
  control: 'commands-evaluated',
};

/** What people did about findings, in the order of its times. */
export const sampleActs: readonly SampleAct[] = [
  {
    at: on(1, 12),
    by: 'tom',
    finding: docsInShadow,
    order: {
      command: 'accept',
      body: {
        reason: 'on trial in shadow until July, with exception exc-docs-shadow',
        owner: samplePeople.mei,
        expiresAt: instantOf(on(60, 0)),
      },
    },
  },
  {
    at: on(1, 15),
    by: 'ida',
    finding: docsInShadow,
    order: { command: 'accept', body: { reason: 'agreed: no production access' } },
    agree: true,
  },
  {
    at: on(11, 13),
    by: 'tom',
    finding: { rule: 'control_unmet', subject: 'workflow:nightly-migration', control: 'workflow-enrolled' },
    order: {
      command: 'assign',
      body: { owner: samplePeople.tom, reason: 'the workflow has no owner in the inventory' },
    },
  },
  {
    at: on(13, 9),
    by: 'tom',
    finding: { rule: 'control_unmet', subject: 'agent:infra-planner', control: 'infrastructure-changes' },
    order: {
      command: 'assign',
      body: { owner: samplePeople.ana, reason: 'ran on a self-approval', dueAt: instantOf(on(18, 12)) },
    },
  },
  {
    at: on(14, 8),
    by: 'tom',
    finding: { rule: 'control_unmet', subject: 'tool:mcp-tickets', control: 'tool-capability' },
    order: {
      command: 'resolve',
      body: { reason: 'the capability was taken from the agent' },
    },
  },
];

/** A report that was asked for and frozen; `sent`: rendered, approved by another person, and arrived. */
export type SampleReport = { at: Millis; type: ReportType; sent: boolean };

export const sampleReports: readonly SampleReport[] = [
  { at: on(10, 12), type: 'ciso', sent: true },
  { at: on(14, 8, 40), type: 'board-kpi', sent: false },
];

/** A weekly review, made when the week has ended; with notes where somebody acknowledged it. */
export type SampleReview = { at: Millis; by: Person; week: string; notes: string | null };

export const sampleReviews: readonly SampleReview[] = [
  { at: on(7, 8), by: 'tom', week: '2026-W19', notes: 'read; the incident of the depot is followed up' },
  { at: on(14, 8, 15), by: 'tom', week: '2026-W20', notes: null },
];
