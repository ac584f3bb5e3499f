import { day, instantOf } from '../../shared/core/kernel/time.js';
import { archiveSignOffs } from '../../schemas/sign-offs.js';
import { isolationProofs } from '../../shared/core/readiness/validators/deployment.js';
import type { ExercisedDecision, ValidatorFacts } from '../../shared/core/readiness/validators/facts.js';

export const asOf = Date.parse('2026-11-24T12:00:00Z');
const at = (days: number): string => instantOf(asOf - days * day);
export const id = (n: number): string => n.toString(16).padStart(64, '0');

const decision = (n: number, change: Partial<ExercisedDecision>): ExercisedDecision => ({
  id: id(n),
  time: at(1),
  trusted: true,
  environment: 'production',
  session: 'ses-1',
  surface: 'file',
  decision: 'allow',
  mode: 'enforce',
  operation: 'read',
  target: 'README.md',
  highRisk: false,
  ran: true,
  approved: false,
  ...change,
});

/** The build that is released, runs, and is named by every proof. */
export const build = { name: 'v1', digest: id(7) };

/** Facts of a tenant in which every validator finds all it looks for. */
export const wholeFacts = (): ValidatorFacts => ({
  asOf: instantOf(asOf),
  release: { ...build, builtAt: at(3) },
  running: build,
  tenant: { sample: false, keyedSources: 2, recipients: 1, approvers: 2, packetDays: 7 },
  connectors: [
    {
      id: 'runtime',
      validated: {
        id: id(1),
        time: at(1),
        trusted: true,
        data: {
          connector: 'runtime',
          outcome: 'passed',
          nonceDigest: id(9),
          issuedAt: at(1),
          release: build,
        },
      },
    },
  ],
  isolation: {
    id: id(2),
    time: at(2),
    trusted: true,
    data: {
      deployment: 'prod-weu',
      outcome: 'passed',
      release: build,
      attempts: isolationProofs.map((proof) => ({ proof, request: 'GET …', status: 404, passed: true })),
    },
  },
  deployment: {
    id: id(3),
    time: at(1),
    trusted: true,
    environment: 'production',
    data: {
      deployment: 'prod-weu',
      release: 'v1',
      digest: id(7),
      outcome: 'passed',
      checks: ['identity', 'key_custody', 'telemetry'].map((name) => ({
        name,
        status: 'pass',
        message: 'as it must be',
        evidenceIds: [],
      })),
    },
  },
  archive: {
    closed: {
      id: id(4),
      time: at(20),
      trusted: true,
      data: {
        archive: '2026-Q3',
        periodEnd: at(55),
        digest: id(8),
        signOffs: archiveSignOffs.map((name) => ({ name, reference: `evidence://${id(5)}` })),
      },
    },
    stored: true,
    verification: {
      id: id(6),
      time: at(1),
      trusted: true,
      data: { archive: '2026-Q3', digest: id(8), outcome: 'passed', verifiedAt: at(1) },
    },
    checked: null,
    resolved: [...archiveSignOffs],
  },
  exercise: {
    exercised: {
      id: id(10),
      time: at(1),
      trusted: true,
      environment: 'production',
      data: { exercise: 'ex-1', session: 'ses-1', release: build, elements: [] },
    },
    sessionId: id(11),
    elements: {
      file_read: [decision(20, {})],
      file_write: [decision(21, { operation: 'write' })],
      high_risk_command: [
        decision(22, { surface: 'command', highRisk: true, decision: 'block', ran: false }),
      ],
      git_branch: [decision(23, { surface: 'git', target: 'git switch -c feature' })],
      pull_request: [decision(24, { surface: 'git', target: 'pull request feature to main' })],
      mcp_call: [decision(25, { surface: 'mcp', operation: 'execute' })],
      approval_routed: [decision(26, { surface: 'command', decision: 'require_approval', approved: true })],
      bypass_attempt: [decision(27, { surface: 'command', decision: 'block', ran: false })],
    },
  },
  submitted: [],
  delivery: {
    validated: {
      evidenceId: id(30),
      time: at(2),
      channel: { provider: 'acs', sender: 'mail.example', transport: 'tls' },
      build,
    },
    sent: { intents: 4, settled: 4 },
    retried: id(31),
    escalated: id(32),
    redaction: { evidenceId: id(33), removed: true },
  },
});
