import type { Approvals } from './approvals.js';
import { risksOf, severityOf, type Facts } from './facts.js';
import type { Reporter } from './reporter.js';
import type { openJudges, Verdict } from './verdict.js';

/** One thing an agent is about to do. `run` does it; nobody else may call it. */
export type Action = {
  facts: Facts;
  /** What it touches, in words that give nothing away. */
  target: string;
  tool?: string;
  capability?: string;
  run: () => Promise<unknown>;
};

/** What became of an action. */
export type Outcome = { verdict: Verdict; shadow: Verdict; ran: boolean; approval?: string };

export type Run = { agent: string; repository: string; workflow: string; session: string };

export type Governed = {
  attempt(action: Action): Promise<Outcome>;
  /** Actions put to the engines so far. */
  decisions(): number;
};

/**
 * Puts every action of one agent's run to the policy engines first. What the enforced policy denies does not happen;
 * what needs approval waits for one; the candidate policy's verdict is noted beside it. Both verdicts are reported, the
 * one that counts with the later time. An action that fails is reported as having run, for it may have had effects.
 */
export const govern = (
  run: Run,
  {
    judges,
    approvals,
    reporter,
  }: { judges: ReturnType<typeof openJudges>; approvals: Approvals; reporter: Reporter },
): Governed => {
  let count = 0;
  const record = (
    action: Action,
    { policy, decision, reason }: Verdict,
    rest: { mode: 'enforce' | 'shadow'; ran: boolean; correlation: string; time: string; approval?: string },
  ) => {
    const { time, approval, ...verdict } = rest;
    const risks = risksOf(action.facts);
    const data = {
      decision,
      policy,
      surface: action.facts.surface,
      operation: action.facts.operation,
      ...(risks.length === 0 ? {} : { risks }),
      ...run,
      ...(action.tool === undefined ? {} : { tool: action.tool }),
      ...(action.capability === undefined ? {} : { capability: action.capability }),
      severity: severityOf(action.facts),
      target: action.target,
      reason,
      ...(approval === undefined ? {} : { approval, evidence: [`approval://${approval}`] }),
      ...verdict,
    };
    return reporter.report('decision.recorded', data, { time, subject: run.agent });
  };
  return {
    decisions: () => count,
    attempt: async (action) => {
      count += 1;
      const correlation = `${run.session}-${count}`;
      const verdict = judges.enforced(run.agent, action.facts);
      const shadow = judges.candidate(run.agent, action.facts);
      const shadowTime = reporter.now();
      const answer =
        verdict.decision === 'require_approval' ? await approvals.ask(run.agent, action) : undefined;
      const ran = verdict.decision !== 'block' && (answer?.approved ?? true);
      const time = reporter.now();
      const approval = answer === undefined ? {} : { approval: answer.approval };
      try {
        if (ran) await action.run();
      } finally {
        await record(action, shadow, { mode: 'shadow', ran, correlation, time: shadowTime });
        await record(action, verdict, { mode: 'enforce', ran, correlation, time, ...approval });
      }
      return { verdict, shadow, ran, ...approval };
    },
  };
};
