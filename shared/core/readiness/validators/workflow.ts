import type { PacketCheck } from '../../../../schemas/packets.js';
import {
  blocker,
  look,
  notOfProduction,
  notOfRelease,
  outdated,
  windowDays,
  type ExercisedDecision,
  type ValidatorFacts,
} from './facts.js';

type Element = { name: string; looksFor: string; shows: (decision: ExercisedDecision) => boolean };

const enforced = (d: ExercisedDecision): boolean => d.mode === 'enforce';
const stopped = (d: ExercisedDecision): boolean => d.decision === 'block' && !d.ran;
/** Told for what it is, though it was not kept from running. */
const detected = (d: ExercisedDecision): boolean =>
  d.highRisk && (d.decision === 'warn' || d.decision === 'require_approval');

/** What a real session of an agent touches, and which decision shows it. */
export const elements: readonly Element[] = [
  {
    name: 'file_read',
    looksFor: 'a decision on reading a file',
    shows: (d) => d.surface === 'file' && d.operation === 'read',
  },
  {
    name: 'file_write',
    looksFor: 'a decision on writing a file',
    shows: (d) => d.surface === 'file' && d.operation === 'write',
  },
  {
    name: 'high_risk_command',
    looksFor: 'a high-risk command, enforced',
    shows: (d) => d.surface === 'command' && d.highRisk && enforced(d),
  },
  {
    name: 'git_branch',
    looksFor: 'a decision on a branch',
    shows: (d) => d.surface === 'git' && /branch|checkout|switch|commit|push/i.test(d.target),
  },
  {
    name: 'pull_request',
    looksFor: 'a decision on a pull request',
    shows: (d) => (d.surface === 'git' || d.surface === 'ci') && /pull|merge/i.test(d.target),
  },
  { name: 'mcp_call', looksFor: 'a decision on a call of an MCP tool', shows: (d) => d.surface === 'mcp' },
  {
    name: 'approval_routed',
    looksFor: 'an action that waited for an approval by another person',
    shows: (d) => d.decision === 'require_approval' && enforced(d) && (!d.ran || d.approved),
  },
  {
    name: 'bypass_attempt',
    looksFor: 'an attempt to get around the runtime that was blocked or detected',
    shows: (d) => enforced(d) && (stopped(d) || detected(d)),
  },
];

/** Runtime workflow: one live session through the real runtime, with its own key, that touched every element. */
export function validateWorkflow(facts: ValidatorFacts): PacketCheck[] {
  const { exercise } = facts;
  const limit = windowDays.runtime_workflow;
  const names = ['session_live', ...elements.map(({ name }) => name)];
  if (exercise === null) return names.map((name) => blocker(name, 'no workflow was exercised'));
  const { exercised, sessionId } = exercise;
  const wrong = !exercised.trusted
    ? 'the exercise was not signed by a trusted source, or is a sample'
    : (notOfProduction(exercised) ??
      notOfRelease(exercised, exercised.data.release, facts, limit) ??
      (sessionId === null ? 'its session is not in the log' : null));
  return [
    look(
      'session_live',
      wrong,
      'a live session, signed by its runtime',
      exercised.id,
      ...(sessionId === null ? [] : [sessionId]),
    ),
    ...elements.map(({ name, looksFor, shows }) => {
      const named = exercise.elements[name] ?? [];
      const own = named.filter((d) => d.trusted && d.session === exercised.data.session);
      const inProduction = own.filter((d) => notOfProduction(d) === null);
      const current = inProduction.filter((d) => outdated(d, facts, limit) === null);
      const found = current.filter(shows);
      const missing =
        named.length === 0
          ? `the exercise names no evidence; looked for ${looksFor}`
          : own.length === 0
            ? 'what it names is not signed live evidence of the session'
            : inProduction.length === 0
              ? 'what it names does not say that it is of production'
              : current.length === 0
                ? `what it names is too old, or from before the build of the release`
                : `what it names does not show ${looksFor}`;
      return look(name, found.length === 0 ? missing : null, looksFor, ...found.map(({ id }) => id));
    }),
  ];
}
