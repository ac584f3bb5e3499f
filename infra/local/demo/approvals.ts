import type { Reporter } from './reporter.js';

/** A request as the person sees it who is asked. */
export type ApprovalRequest = { approval: string; agent: string; target: string; expiresAt: string };

/** The other person: takes whatever time it takes and answers. */
export type Approver = {
  pseudonym: string;
  decide(request: ApprovalRequest): Promise<'approved' | 'denied'>;
};

export type Approvals = {
  /** Asks, and resolves with the answer; until then the action waits. */
  ask(agent: string, action: { target: string }): Promise<{ approval: string; approved: boolean }>;
};

const answerWithinMs = 15 * 60_000;

/**
 * Where actions wait for a person. The request is with the service before anybody is asked, and the answer is with the
 * service before the action may run: an action without a trace of its approval cannot have happened.
 */
export const openApprovals = (options: {
  run: string;
  requester: string;
  approver: Approver;
  reporter: Reporter;
}): Approvals => {
  const { approver, reporter, requester } = options;
  if (approver.pseudonym === requester) throw new Error('no one may approve their own request');
  let count = 0;
  return {
    ask: async (agent, { target }) => {
      count += 1;
      const approval = `${options.run}-approval-${count}`;
      const expiresAt = new Date(Date.now() + answerWithinMs).toISOString();
      const request = {
        approval,
        requestedBy: requester,
        agent,
        group: 'platform',
        expiresAt,
        reason: target,
      };
      await reporter.report('approval.requested', request, { subject: approval });
      await reporter.settled();
      const outcome = await approver.decide({ approval, agent, target, expiresAt });
      const answer = { approval, outcome, decidedBy: approver.pseudonym, requestedBy: requester };
      await reporter.report('approval.decided', answer, { subject: approval });
      await reporter.settled();
      return { approval, approved: outcome === 'approved' };
    },
  };
};
