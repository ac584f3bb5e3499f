import { recipient } from '../../infra/local/demo/cast.js';
import type { BlockerId } from '../../schemas/readiness.js';
import {
  decision,
  inventory,
  releaseOf,
  settingsWith,
  type Story,
  type Target,
} from './production-tenant.js';
import {
  answerMinutes,
  challenge,
  exercise,
  keeperOf,
  outcomeOf,
  proveConnector,
  proveDelivery,
  sendReport,
  tryIsolation,
} from './proofs.js';

/*
 * The five defects that a launch must not survive: how each comes about in a tenant that is otherwise ready, and what its
 * people do about it, which is what the blocker says.
 */

export type Defect = {
  what: string;
  blocker: BlockerId;
  /** What it stands in the way of, beside production. */
  also: readonly Target[];
  /** What the blocker must say removes it: `repair` does that and nothing else. */
  resolution: string;
  plant: (story: Story) => Promise<void>;
  repair: (story: Story) => Promise<void>;
};

const minute = 60_000;
const hour = 60 * minute;
const must = (found: unknown, wanted: unknown): void => {
  if (found !== wanted) throw new Error(`${String(found)} where ${String(wanted)} was to be`);
};

export const defects: readonly Defect[] = [
  {
    what: 'missing connector evidence: the runtime is down when it is asked for a nonce, and its time passes',
    blocker: 'missing_live_connector_evidence',
    also: [],
    resolution:
      'Repair the connector that the plan names, run its validation, and have it return the nonce in time.',
    plant: async (story) => {
      const given = await challenge(story, 'runtime');
      await story.moved.moveTo(Date.now() + (answerMinutes + 1) * minute);
      must(await outcomeOf(story, given), 'failed');
    },
    repair: (story) => proveConnector(story, 'runtime'),
  },
  {
    what: 'tenant isolation unproven: one canary’s keeper is also a member of the other',
    blocker: 'tenant_isolation_not_proven',
    also: ['pilot'],
    resolution:
      'Run the isolation validation against this deployment; repair what its failed attempts name, and run it again.',
    plant: async (story) => {
      const path = `/members/${keeperOf('canary-a').subject}`;
      await story.moved.service('canary-b').ask(keeperOf('canary-b'), 'PUT', path, { roles: ['viewer'] });
      must(await tryIsolation(story), 'failed');
    },
    repair: async (story) => {
      const path = `/members/${keeperOf('canary-a').subject}`;
      await story.moved.service('canary-b').ask(keeperOf('canary-b'), 'DELETE', path);
      must(await tryIsolation(story), 'passed');
    },
  },
  {
    what: 'report delivery unverified: the mailbox that reports go to is gone, and one bounces',
    blocker: 'report_delivery_unverified',
    also: ['trial', 'pilot'],
    resolution:
      'Repair or replace the address that took nothing, run the delivery validation, and wait for the provider’s word.',
    plant: async (story) => {
      await story.ask('admin', 'PUT', '', { settings: settingsWith(`bounce-${recipient}`) });
      must(await sendReport(story), 'undelivered');
    },
    repair: async (story) => {
      await story.ask('admin', 'PUT', '', { settings: settingsWith(recipient) });
      await proveDelivery(story);
    },
  },
  {
    what: 'runtime synthetic only: the last exercise names what fixtures replayed',
    blocker: 'runtime_workflow_synthetic_only',
    also: [],
    resolution: 'Run the exercise through the real runtime with its own key.',
    plant: replayFixtures,
    repair: async (story) => must((await exercise(story)).exit, 0),
  },
  {
    what: 'evidence stale: a day passes in which one agent falls silent and another is shut down',
    blocker: 'evidence_stale',
    also: ['pilot'],
    resolution:
      'Repair the silent sources, retire in the inventory what no longer runs, and declare it again where it is out of date.',
    plant: async (story) => {
      await story.moved.moveTo(Date.now() + 25 * hour);
      await story.say('runtime', 'decision.recorded', decision('builder'));
      await story.settled();
    },
    repair: async ({ say, settled }) => {
      await say('runtime', 'decision.recorded', decision('reviewer'));
      const scribe = { kind: 'agent', id: 'scribe', lifecycle: 'retired' };
      await say('cmdb', 'inventory.declared', inventory([scribe]));
      await settled();
    },
  },
];

/** A session that only fixtures tell of, closed by the runtime as if it had been one of its own. */
async function replayFixtures({ say, settled, moved }: Story): Promise<void> {
  const { release: name, digest } = releaseOf({ moved });
  const session = 'replayed-1';
  await say('fixtures', 'session.recorded', { session, agent: 'builder', state: 'started' });
  const told: string[] = [];
  for (const change of [
    { surface: 'file', target: 'README.md' },
    { surface: 'file', operation: 'write', target: 'notes.md' },
    { surface: 'command', operation: 'execute', decision: 'block', severity: 'critical', ran: false },
    { operation: 'write', target: 'git switch -c feature' },
    { operation: 'write', target: 'open pull request feature to main' },
    { surface: 'mcp', tool: 'filesystem', target: 'list_directory .' },
    { surface: 'command', decision: 'require_approval', ran: false, target: 'publish' },
  ])
    told.push(await say('fixtures', 'decision.recorded', decision('builder', { session, ...change })));
  const [read, write, command, branch, pull, call, held] = told;
  const elements = Object.entries({
    file_read: read,
    file_write: write,
    high_risk_command: command,
    git_branch: branch,
    pull_request: pull,
    mcp_call: call,
    approval_routed: held,
    bypass_attempt: command,
  }).map(([element, id]) => ({ element, evidenceIds: [id] }));
  const closing = { exercise: session, session, release: { name, digest }, elements };
  await say('runtime', 'workflow.exercised', closing);
  await settled();
}
