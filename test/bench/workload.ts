import type { EventData, EventName } from '../../schemas/events/types.js';
import type { EvidenceEvent } from '../../schemas/evidence.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { tenantNamed } from '../tenants.js';

export const tenantId = tenantNamed('acme');
export const start = Date.parse('2026-06-01T12:00:00.000Z');
/** A registered runtime of the tenant, without keys. */
export const runtimeUri = 'urn:agent-runtime:bench';

const owner = `psn:${'0'.repeat(31)}1`;
const policy = { id: 'acme-runtime-baseline', version: '2026.5.1' };

/** How many different agents, repositories, workflows, tools and sessions the decisions of a workload are about. */
export type Spread = { agents: number; repositories: number; workflows: number; tools: number };

/** 13 items and sessions; with the head and the summary, 15 documents that a batch of 40 decisions changes. */
export const narrow: Spread = { agents: 4, repositories: 3, workflows: 1, tools: 2 };
/** A fleet of fifty agents. */
export const fleet: Spread = { agents: 50, repositories: 20, workflows: 6, tools: 10 };

const pick = (prefix: string, of: number, n: number): string => `${prefix}-${n % of}`;

/** The kinds of action, in the order in which they come round. */
const kinds = [
  { surface: 'command', operation: 'execute', risks: ['destructive', 'outside_workspace'] },
  { surface: 'file', operation: 'read', risks: ['secret'] },
  { surface: 'git', operation: 'write', risks: ['protected_branch'] },
  { surface: 'mcp', operation: 'write', risks: ['tool_write'] },
] as const;
const ruleOf = ({ surface, risks }: (typeof kinds)[number]): string => `${surface}.${risks[0]}`;

/**
 * The n-th decision: about 1.5 KB, as a busy runtime sends it. The kinds of action alternate, so that after a round each
 * item holds every fact that a control asks for. @param at milliseconds since the epoch.
 */
export function decisionData(n: number, spread: Spread): EventData<'decision.recorded'> {
  const agent = n % spread.agents;
  const kind = kinds[Math.floor(n / spread.agents) % kinds.length] ?? kinds[0];
  return {
    decision: 'block',
    mode: 'enforce',
    policy: { ...policy, rule: ruleOf(kind) },
    ...kind,
    risks: [...kind.risks],
    agent: `claude-code/build-fleet-${agent}`,
    repository: pick('acme/payments-service', spread.repositories, n),
    workflow: pick('release-train', spread.workflows, n),
    tool: pick('mcp-filesystem', spread.tools, n),
    session: `ses-0190a6c2-8f6e-7c1d-b3a1-5f2f9f6f7f-${agent % Math.min(spread.agents, 3 * Math.ceil(spread.agents / 4))}`,
    severity: 'high',
    ran: false,
    target: `rm -r build/${'generated/output/'.repeat(22)}`,
    reason: 'Deletes files outside the folders that the workflow declared. '.repeat(5).trim(),
    evidence: ['evidence://reg-0', `evidence://dec-${n - 1}`, 'git://acme/payments-service/4bf92f35'],
    correlation: `corr-0190a6c2${n}`,
  };
}

/** A CloudEvent as the runtime posts it. */
export const eventOf = <N extends EventName>(name: N, id: string, at: number, data: EventData<N>) => ({
  specversion: '1.0',
  type: `aispm.${name}`,
  id,
  source: runtimeUri,
  time: instantOf(at),
  environment: 'dev',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data,
});

/** The event as admission stores it, without going through admission. */
export function storedOf<N extends EventName>(
  name: N,
  id: string,
  at: number,
  data: EventData<N>,
): StoredEvidence {
  const event = eventOf(name, id, at, data) as unknown as EvidenceEvent;
  const admission = {
    sourceId: 'bench',
    provenance: 'live' as const,
    receivedAt: instantOf(at),
    signer: { kid: 'k1', validAtTime: true, validAtReceipt: true },
    redactions: [],
  };
  return {
    tenantId,
    id: evidenceIdOf(runtimeUri, id),
    digest: sha256Hex(canonicalText({ event, admission })),
    bodyMac: sha256Hex(id),
    event,
    admission,
  };
}

/** Decisions `from` to `to`, exclusive, one each 250 ms. */
export const decisions = (from: number, to: number, spread: Spread): StoredEvidence[] =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return storedOf('decision.recorded', `dec-${n}`, start + n * 250, decisionData(n, spread));
  });

/** As many items as one declaration may name. */
const declaredAtOnce = 20;

/** Agents say what they may touch: more would be controls that nothing here ever proves. */
const touching = (kind: 'agent' | 'repository' | 'workflow' | 'tool') =>
  kind === 'agent' ? { surfaces: kinds.map(({ surface }) => surface) } : {};

/** What a tenant says before its runtimes start: what should be governed, the tools it registered, its policy. */
export function beginnings(spread: Spread): StoredEvidence[] {
  const named = (count: number, kind: 'agent' | 'repository' | 'workflow' | 'tool', prefix: string) =>
    Array.from({ length: count }, (_, n) => ({ kind, id: `${prefix}-${n}`, owner, ...touching(kind) }));
  const items = [
    ...named(spread.agents, 'agent', 'claude-code/build-fleet'),
    ...named(spread.repositories, 'repository', 'acme/payments-service'),
    ...named(spread.workflows, 'workflow', 'release-train'),
    ...named(spread.tools, 'tool', 'mcp-filesystem'),
  ];
  const tools = Array.from({ length: spread.tools }, (_, n) =>
    storedOf('registry.checked', `reg-${n}`, start, {
      tool: `mcp-filesystem-${n}`,
      registered: true,
      tier: 'trusted',
      owner,
      verdict: 'trusted',
    }),
  );
  const declared = Array.from({ length: Math.ceil(items.length / declaredAtOnce) }, (_, n) =>
    storedOf('inventory.declared', `inv-${n}`, start, {
      items: items.slice(n * declaredAtOnce, (n + 1) * declaredAtOnce),
    }),
  );
  const published = storedOf('policy.published', 'policy', start, {
    policy: policy.id,
    version: policy.version,
    mode: 'enforce',
    rules: kinds.map((kind) => ({ rule: ruleOf(kind), controls: ['commands-evaluated'] })),
  });
  return [published, ...declared, ...tools];
}
