import { cast, recipient } from '../../infra/local/demo/cast.js';
import { postEvidence } from '../../infra/local/demo/outbox.js';
import type { Party, Service } from '../../infra/local/demo/service.js';
import { openPseudonyms } from '../../infra/local/demo/signer.js';
import { newSigner, signed, type Signer } from '../ingest/intake.js';
import type { MovedStack } from './moved-stack.js';

/*
 * A tenant on its way to production, acting through public routes alone: its people by their roles, its sources by what
 * they post and sign. What each proof takes is in proofs.ts.
 */

/** A Sunday, and the last day of its week, month and quarter; and past all of their ends. */
export const begins = Date.parse('2028-12-31T09:00:00Z');
export const newYear = Date.parse('2029-01-01T01:00:00Z');

export const tenant = 'harbour';
export const people = {
  ...cast,
  /** A second person who can approve. */
  deputy: { subject: 'dan.deputy', role: 'approver' },
  pipeline: { subject: 'release-pipeline', role: 'pipeline' },
} as const satisfies Record<string, Party>;
export type Person = keyof typeof people;

export const repository = 'harbour/payments';
/** One that does everything, and two that only read the repository. */
export const agents = ['builder', 'reviewer', 'scribe'] as const;
export type Agent = (typeof agents)[number];
const tool = 'filesystem';
const policy = { id: 'baseline', version: 'unstated' };

/** What posts evidence: three sources with a key each, and one that replays fixtures. */
const sources = {
  runtime: { uri: 'urn:harbour:runtime', eventTypes: ['runtime', 'workflow.exercised'] },
  cmdb: { uri: 'urn:harbour:cmdb', eventTypes: ['inventory.declared'] },
  pipeline: { uri: 'urn:harbour:pipeline', eventTypes: ['deployment.validated'] },
  fixtures: { uri: 'urn:harbour:fixtures', eventTypes: ['runtime'] },
} as const;
export type SourceName = keyof typeof sources;
export const uriOf = (source: SourceName): string => sources[source].uri;

export type Story = ReturnType<typeof storyOf>;

const day = 86_400_000;
const pseudonym = openPseudonyms();
const now = (): string => new Date().toISOString();
const later = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** What people and sources of the tenant can do. */
export function storyOf(moved: MovedStack) {
  const signers: Record<SourceName, Signer | null> = {
    runtime: newSigner('runtime-1'),
    cmdb: newSigner('cmdb-1'),
    pipeline: newSigner('pipeline-1'),
    fixtures: null,
  };
  let count = 0;
  const service = (): Service => moved.service(tenant);
  const ask = <T = Record<string, unknown>>(
    who: Person,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> => service().ask<T>(people[who], method, path, body);
  /** A source says something; under an id of its own choosing, or one that it was given. @returns its evidence id. */
  const say = async (
    source: SourceName,
    type: string,
    data: Record<string, unknown>,
    id = `${source}-${(count += 1)}`,
  ): Promise<string> => {
    const signer = signers[source];
    const event = {
      specversion: '1.0',
      id,
      source: sources[source].uri,
      type: `aispm.${type}`,
      time: now(),
      environment: 'production',
      data,
    };
    const sent = signer === null ? event : await signed(event, signer);
    const endpoint = service().evidenceEndpoint(people.collector);
    const answer = await postEvidence(endpoint, 'application/cloudevents-batch+json', JSON.stringify([sent]));
    const [accepted] = answer.accepted;
    if (accepted === undefined) throw new Error(`${source} was refused: ${JSON.stringify(answer.rejected)}`);
    return accepted.id;
  };
  /** Waits until an event is in the log. */
  const logged = (id: string): Promise<unknown> =>
    service().until(`${id} to be in the log`, 30_000, async () => {
      const { body } = await service().call<{ log?: unknown }>(people.auditor, 'GET', `/evidence/${id}`);
      return body.log ?? undefined;
    });
  /** Waits until all that came in last is in the log: the feed hands it over in no order. */
  const settled = async (): Promise<void> => {
    const { items } = await ask<{ items: { id: string }[] }>('auditor', 'GET', '/evidence?limit=40');
    await Promise.all(items.map(({ id }) => logged(id)));
  };
  /** The last event of a type. */
  const latest = async (type: string): Promise<string> => {
    const path = `/evidence?type=aispm.${type}&limit=1`;
    const { items } = await ask<{ items: { id: string }[] }>('auditor', 'GET', path);
    const [last] = items;
    if (last === undefined) throw new Error(`there is no ${type}`);
    return last.id;
  };
  return { moved, service, ask, say, logged, settled, latest, signers };
}

/** The settings, with the one mailbox that all who must be told of something share. */
export const settingsWith = (address: string): Record<string, unknown> => ({
  displayName: 'Harbour Mutual',
  timeZone: 'Etc/UTC',
  reports: {
    approvalRequired: true,
    allowedDomains: [recipient.slice(recipient.indexOf('@') + 1)],
    recipients: [{ address, audience: ['ciso', 'operator', 'approver', 'admin'] }],
  },
});

/** The administrator takes the tenant in: its settings, its people, its sources with their keys. */
export async function setUp({ ask, signers }: Story): Promise<void> {
  const members = [people.approver, people.deputy].map(({ subject }) => ({ subject, roles: ['approver'] }));
  await ask('admin', 'PUT', '', { settings: settingsWith(recipient), members });
  for (const [name, { uri, eventTypes }] of Object.entries(sources)) {
    const signer = signers[name as SourceName];
    const window = { validFrom: later(-day), validUntil: later(365 * day) };
    const asked = await ask<{ id?: string }>('admin', 'PUT', `/sources/${name}`, {
      uri,
      eventTypes,
      connectorType: 'custom',
      provenance: signer === null ? 'sample' : 'live',
      environments: ['production'],
      keys: signer === null ? [] : [{ kid: signer.kid, jwk: signer.jwk, ...window }],
    });
    if (asked.id !== undefined) await ask('approver', 'POST', `/source-changes/${asked.id}/approve`);
  }
}

type Item = { kind: string; id: string } & Record<string, unknown>;

const allItems = (): Item[] => [
  { kind: 'agent', id: 'builder', surfaces: ['file', 'command', 'git', 'mcp'] },
  { kind: 'agent', id: 'reviewer', surfaces: ['git'] },
  { kind: 'agent', id: 'scribe', surfaces: ['git'] },
  { kind: 'repository', id: repository },
  { kind: 'workflow', id: 'nightly' },
  { kind: 'tool', id: tool },
];

/** The inventory as the system that knows it declares it; all of it, unless said otherwise. */
export const inventory = (items: readonly Item[] = allItems()): Record<string, unknown> => ({
  items: items.map((item) => ({ owner: pseudonym('head of payments'), environment: 'production', ...item })),
});

/** What an agent tries and the runtime decides. */
export const decision = (agent: Agent, change: Record<string, unknown> = {}): Record<string, unknown> => ({
  decision: 'allow',
  mode: 'enforce',
  policy: { ...policy, rule: 'runtime.default' },
  surface: 'git',
  operation: 'read',
  target: 'git log',
  agent,
  repository,
  workflow: 'nightly',
  severity: 'low',
  ran: true,
  ...change,
});

const stopped = (rule: string, risk: string): Record<string, unknown> => ({
  decision: 'block',
  policy: { ...policy, rule },
  risks: [risk],
  severity: 'critical',
  ran: false,
});

/** The labs of the trial, as far as sources leave them: inventory, policy, tool, approval, and agents at work. */
export async function runLabs(story: Story): Promise<void> {
  const { say } = story;
  await say('cmdb', 'inventory.declared', inventory());
  await say('runtime', 'policy.published', {
    policy: policy.id,
    version: policy.version,
    mode: 'enforce',
    rules: [
      { rule: 'runtime.default', controls: ['commands-evaluated'] },
      { rule: 'commands.destructive', controls: ['destructive-commands'] },
      { rule: 'files.secret', controls: ['secret-files'] },
      { rule: 'git.protected_branch', controls: ['protected-branches'] },
    ],
  });
  await say('runtime', 'registry.checked', {
    tool,
    registered: true,
    tier: 'trusted',
    verdict: 'trusted',
    owner: pseudonym('head of platform'),
    capabilities: ['list_directory'],
    approvedCapabilities: ['list_directory'],
  });
  const approval = 'release-2028-12';
  const [requestedBy, decidedBy] = [pseudonym('engineer on duty'), pseudonym('head of payments')];
  await say('runtime', 'approval.requested', { approval, requestedBy, expiresAt: later(day) });
  await say('runtime', 'approval.decided', { approval, outcome: 'approved', requestedBy, decidedBy });
  await work(story);
}

/** Every agent at work: what is harmless passes, what each critical control is about is attempted and stopped. */
export async function work({ say, settled }: Story): Promise<void> {
  await say('runtime', 'decision.recorded', decision('reviewer'));
  await say('runtime', 'decision.recorded', decision('scribe'));
  const attempts = [
    { surface: 'file', target: 'read .env', ...stopped('files.secret', 'secret') },
    { surface: 'command', target: 'rm -rf /', ...stopped('commands.destructive', 'destructive') },
    { target: 'git push origin main', ...stopped('git.protected_branch', 'protected_branch') },
  ];
  for (const attempt of attempts) await say('runtime', 'decision.recorded', decision('builder', attempt));
  await settled();
}

/** Somebody outside is let in to try it, and what a pilot is to govern is proposed. Each takes two people. */
export async function openTrialAndPilot({ ask }: Story): Promise<void> {
  const trial = { purpose: 'trial', subject: 'eve.evaluator', roles: ['viewer'], until: later(30 * day) };
  const { id } = await ask('operator', 'POST', '/access-grants', trial);
  await ask('approver', 'POST', `/access-grants/${String(id)}/approve`);
  await ask('operator', 'POST', '/journey/pilot', {
    scope: { agents: [...agents] },
    from: now(),
    until: later(60 * day),
    sponsor: 'Grace Hopper',
    goal: 'Reviews take half the time.',
  });
}

export type Blocker = {
  id: string;
  resolution: string;
  owner: string;
  since: string | null;
  evidenceIds: string[];
};
type Gate = { ready_for_aispm_production?: boolean; blockers: Blocker[]; decision: string | null };
export type Target = 'trial' | 'pilot' | 'production';

/** What is released: the build that runs, as its deployment's settings name it. Every proof must name it and come after. */
export const releaseOf = ({ moved: { stack } }: Pick<Story, 'moved'>) => ({
  release: stack.settings['AISPM_RELEASE'] ?? '',
  digest: stack.settings['AISPM_RELEASE_DIGEST'] ?? '',
  builtAt: '2028-12-31T08:00:00.000Z',
});

/** The pipeline asks for a decision, recorded and signed; whoever looks afterwards is told the same. */
export async function gate(
  { ask, moved }: Story,
  target: Target = 'production',
  release: ReturnType<typeof releaseOf> = releaseOf({ moved }),
): Promise<Blocker[]> {
  const body = { target, ...(target === 'trial' ? {} : release) };
  const decided = await ask<Gate>('pipeline', 'POST', '/readiness', body);
  if (decided.decision === null) throw new Error('a decision is recorded');
  const query = new URLSearchParams(body).toString();
  const shown = await ask<{ items: Todo[] }>('ciso', 'GET', `/readiness/plan?${query}`);
  const ids = (blocking: readonly string[]): string => [...new Set(blocking)].sort().join();
  const [said, left] = [
    ids(decided.blockers.map(({ id }) => id)),
    ids(shown.items.map(({ blocker }) => blocker)),
  ];
  if (said !== left) throw new Error(`decided ${said}, left to do ${left}`);
  return decided.blockers;
}

type Todo = { blocker: string; check: string | null; action: string; owner: string };

/** What is still to do for the release, in order. */
export async function plan({ ask, moved }: Story): Promise<Todo[]> {
  const query = new URLSearchParams({ target: 'production', ...releaseOf({ moved }) });
  return (await ask<{ items: Todo[] }>('pipeline', 'GET', `/readiness/plan?${query.toString()}`)).items;
}
