import type { CavraDecision, CavraEnvelope } from '../../../schemas/cavra.js';
import { riskSchema, type Risk } from '../../../schemas/events/decisions.js';
import { referenceSchema, severitySchema, type Severity, type Surface } from '../../../schemas/primitives.js';
import { cavraEvent, present } from './cavra-event.js';

/** What an action type names, first match first. CAVRA's types are free text; these are the words it uses itself. */
const surfaceWords: readonly [RegExp, Surface][] = [
  [/mcp|tool/, 'mcp'],
  [/git|pull_request|branch/, 'git'],
  [/file/, 'file'],
  [/command|shell|script/, 'command'],
  [/iac|terraform|tofu|kubernetes|infrastructure/, 'iac'],
  [/cloud/, 'cloud'],
  [/network|http/, 'network'],
  [/runner|pipeline|workflow/, 'ci'],
  [/model|prompt|response|reasoning/, 'model'],
];

/** CAVRA names no version of a policy pack. */
const unstated = 'unstated';
const defaultPack = 'cavra-ai-agent-baseline';
const maxReferences = 32;

const surfaceOf = (...names: readonly (string | undefined)[]): Surface | null => {
  for (const name of names)
    for (const [word, surface] of surfaceWords)
      if (name !== undefined && word.test(name.toLowerCase())) return surface;
  return null;
};

/** The first `read`, `write`, … that the operation starts with; CAVRA's operations are free text. */
function operationOf(text: string | undefined): string {
  const word = /^(?:read|write|execute|delete|connect)/.exec(text?.toLowerCase() ?? '');
  return word?.[0] ?? 'other';
}

/** A severity that is not ours counts as high: evidence must not lose weight by being unreadable. */
function severityOf(text: string | undefined): Severity {
  const word = text?.toLowerCase() ?? 'none';
  const known = severitySchema.safeParse(word);
  if (known.success) return known.data;
  return ['none', 'info', 'informational'].includes(word) ? 'low' : 'high';
}

/** References of a record: those that are URIs, the approval that was asked for, and what an attestation rests on. */
function referencesOf(refs: readonly string[], decision: string): Record<string, unknown> {
  const uris = refs.filter((ref) => referenceSchema.safeParse(ref).success).slice(0, maxReferences);
  const approval = uris.find((ref) => ref.startsWith('approval://'))?.slice('approval://'.length, 200);
  const attestation = uris.find((ref) => !ref.startsWith('approval://'));
  return present({
    evidence: uris.length > 0 ? uris : undefined,
    approval: approval === '' ? undefined : approval,
    attestation: decision === 'allow_with_attestation' ? attestation : undefined,
  });
}

/** CAVRA does not say whether the action took place: its runtime lets through what it did not block or hold. */
const ranAfter = (decision: string): boolean => decision !== 'block' && decision !== 'require_approval';

/** Events of a live-ingestion envelope. */
export function envelopeEvents({ event, tenant }: CavraEnvelope, source: string): unknown[] {
  const base = {
    id: `envelope:${event.event_id}`,
    source,
    time: event.occurred_at,
    environment: tenant.environment,
  };
  const run = present({ session: event.session_id, agent: event.agent_id, repository: event.repository });
  const decided = event.decision !== undefined && event.decision !== 'not_applicable';
  const surface = surfaceOf(event.action_type, event.event_type);
  if (!decided && surface === null)
    return [cavraEvent({ ...base, type: 'aispm.session.recorded', data: { ...run, state: 'started' } })];
  const decision = decided ? event.decision : 'audit_only';
  const risk = riskSchema.safeParse(event.risk_classification);
  const data = {
    ...run,
    ...referencesOf(event.evidence_refs ?? [], decision ?? ''),
    ...present({
      tool: event.tool_name,
      target: event.target_summary,
      risks: risk.success ? [risk.data] : undefined,
    }),
    decision,
    mode: decided ? 'enforce' : 'shadow',
    policy: { id: event.policy_pack ?? defaultPack, version: unstated, rule: unstated },
    surface: surface ?? 'data',
    operation: operationOf(event.action_type),
    severity: severityOf(event.severity),
    ran: ranAfter(decision ?? ''),
  };
  return [cavraEvent({ ...base, type: 'aispm.decision.recorded', data })];
}

type NoteName = 'declared_intent' | 'tool' | 'tool_name' | 'server' | 'mcp_server' | 'tool_capability';

/** The first of a decision's own notes, its context, metadata and labels that says something. */
function noteOf(record: CavraDecision, ...members: readonly NoteName[]): string | undefined {
  for (const notes of [record, record.context, record.metadata, record.labels])
    for (const member of members) {
      const value: unknown = notes?.[member];
      if (typeof value === 'string' && value !== '') return value;
    }
  return undefined;
}

/** What a record's target, rule and operation say about its risk, in the words CAVRA's own views look for. */
function risksOf(record: CavraDecision, surface: Surface): Risk[] | undefined {
  const target = record.target.toLowerCase();
  const rule = record.rule_id.toLowerCase();
  const risks: Risk[] = [];
  if (/secret|\.env/.test(target) || /credential|secret/.test(rule)) risks.push('secret');
  if (rule.includes('destructive')) risks.push('destructive');
  if (/protected[_-]branch/.test(rule)) risks.push('protected_branch');
  if (surface === 'mcp' && operationOf(record.requested_operation) === 'write') risks.push('tool_write');
  return risks.length > 0 ? risks : undefined;
}

/** Events of a decision record: the decision, and the intent where one was declared. */
export function decisionEvents(record: CavraDecision, source: string): unknown[] {
  const surface = surfaceOf(record.action_type, record.rule_id) ?? 'data';
  const base = { source, time: record.timestamp };
  const data = {
    decision: record.decision,
    mode: 'enforce',
    policy: { id: record.policy_id, version: unstated, rule: record.rule_id },
    surface,
    operation: operationOf(record.requested_operation),
    agent: record.agent_id,
    session: record.session_id,
    severity: severityOf(record.severity),
    ran: ranAfter(record.decision),
    target: record.target,
    reason: record.reason,
    correlation: record.correlation_id,
    ...referencesOf(record.evidence_refs, record.decision),
    ...present({
      repository: record.repository,
      risks: risksOf(record, surface),
      tool: noteOf(record, 'tool', 'tool_name', 'server', 'mcp_server'),
      capability: noteOf(record, 'tool_capability'),
    }),
  };
  const decision = cavraEvent({
    ...base,
    id: `decision:${record.decision_id}`,
    type: 'aispm.decision.recorded',
    data,
  });
  const intent = noteOf(record, 'declared_intent');
  if (intent === undefined) return [decision];
  const said = { session: record.session_id, agent: record.agent_id, intent, surfaces: [surface] };
  return [
    cavraEvent({
      ...base,
      id: `decision:${record.decision_id}:intent`,
      type: 'aispm.intent.declared',
      data: said,
    }),
    decision,
  ];
}
