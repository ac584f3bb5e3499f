import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { ExerciseAction, ExerciseOutcome } from '../../schemas/exercise.js';

/*
 * A small runtime on this machine: it decides by rules of its own, in CAVRA's records, and says whether it carried an
 * action out. Nothing is carried out here; what the tests are about is what it says.
 */

export const at = '2026-11-24T12:00:00Z';

const day = 86_400_000;
/** As these records write an instant. */
const written = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** The runtime's word on an action. */
export function decide(action: ExerciseAction, n: number, now = Date.parse(at)): ExerciseOutcome {
  const destructive = /rm|r''m/.test(action.target) && action.action_type === 'shell_command';
  const held = action.target.startsWith('publish');
  const decision = destructive ? 'block' : held ? 'require_approval' : 'allow';
  const approval = `${action.session_id}-approval`;
  const id = `${action.session_id}-${n}`;
  return {
    decision: {
      schema_version: 'cavra.decision.v1',
      decision_id: id,
      session_id: action.session_id,
      agent_id: action.agent_id,
      actor: 'ai-agent',
      repository: action.repository,
      action_type: action.action_type,
      target: action.target,
      requested_operation: action.requested_operation,
      policy_pack: 'baseline',
      policy_id: 'baseline',
      rule_id: destructive ? 'commands.destructive' : 'runtime.default',
      decision,
      severity: destructive ? 'critical' : 'low',
      reason: 'as the rule says',
      evidence_refs: [],
      timestamp: written(now),
      correlation_id: `corr-${n}`,
      ...(action.tool === undefined ? {} : { tool: action.tool }),
    },
    executed: decision === 'allow',
    ...(held
      ? {
          approval: {
            schema_version: 'cavra.approval.v1',
            approval_id: approval,
            decision_id: id,
            approver_group: 'release',
            state: 'pending',
            requested_at: written(now),
            expires_at: written(now + day),
            requested_by: 'Ada Lovelace',
          },
        }
      : {}),
  };
}

export type Say = (action: ExerciseAction, n: number) => unknown;

/** Serves a runtime over HTTP. What `say` gives as a number is the status of its answer. */
export async function serveRuntime(
  say: Say,
): Promise<{ url: string; asked: ExerciseAction[]; close: () => void }> {
  const asked: ExerciseAction[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const action = JSON.parse(Buffer.concat(parts).toString('utf8')) as ExerciseAction;
      asked.push(action);
      const told = say(action, asked.length);
      response.writeHead(typeof told === 'number' ? told : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`,
    asked,
    close: () => void server.close(),
  };
}
