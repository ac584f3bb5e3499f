import {
  ConflictResolutionStrategy,
  PolicyEngine,
  type PolicyDecisionResult,
} from '@microsoft/agent-governance-sdk';
import type { Facts } from './facts.js';
import { candidatePolicies, enforcedPolicies } from './policies.js';

export type Decision = 'allow' | 'warn' | 'block' | 'require_approval' | 'audit_only';

export type Verdict = {
  decision: Decision;
  policy: { id: string; version: string; rule: string };
  reason: string;
};

export type Judge = (agent: string, facts: Facts) => Verdict;

/** Branches on the engine's `action`: its `allowed` is false for `warn` and `log` too, which deny nothing. */
const decisions: Readonly<Record<PolicyDecisionResult['action'], Decision>> = {
  allow: 'allow',
  deny: 'block',
  warn: 'warn',
  require_approval: 'require_approval',
  log: 'audit_only',
};

/** A policy engine of the governance runtime, with these policies loaded. No policy for an agent denies everything. */
export const openJudge = (policies: readonly string[]): Judge => {
  const engine = new PolicyEngine([], ConflictResolutionStrategy.DenyOverrides);
  for (const policy of policies) engine.loadYaml(policy);
  return (agent, facts) => {
    const result = engine.evaluatePolicy(agent, facts);
    const id = result.policyName ?? 'none';
    return {
      decision: decisions[result.action],
      policy: {
        id,
        version: engine.getPolicy(id)?.version ?? 'none',
        rule: result.matchedRule ?? 'default',
      },
      reason: result.reason ?? result.action,
    };
  };
};

/** The engine whose word counts, and the engine with the candidate policy, whose word is only noted. */
export const openJudges = (): { enforced: Judge; candidate: Judge } => ({
  enforced: openJudge(enforcedPolicies),
  candidate: openJudge(candidatePolicies),
});
