import type { EventData } from '../../../schemas/events/types.js';
import type { Approval, Exception } from './documents.js';
import type { Stamp } from './facts.js';
import { approvalId, exceptionId } from './keys.js';
import { isLater, utc } from './stamps.js';
import { wordsOf } from './words.js';
import type { Workspace } from './workspace.js';

/** What events say about approvals and exceptions. Nothing is judged here. */

/** More items than this hanging on one approval is misuse; items beyond it are judged as if it did not exist. */
export const maxDependents = 100;

export function loadApproval(workspace: Workspace, name: string): Approval {
  const id = approvalId(name);
  const empty: Approval = {
    id,
    kind: 'approval',
    name,
    dependents: [],
    status: 'unrequested',
    states: {},
    failing: [],
    findings: {},
    words: wordsOf(name),
    rank: '',
  };
  return workspace.find('approval', id) ?? empty;
}

/**
 * The first request counts, as the first answer does: one said later under the same name can neither move the end of what was
 * approved nor say that another person had asked. Between two at one instant the smaller id. Break-glass is a request of its
 * own, which counts before any other, since what it opens has to be reviewed.
 */
export function withRequest(
  approval: Approval,
  data: EventData<'approval.requested'>,
  stamp: Stamp,
): Approval {
  const { requested: known } = approval;
  const breakGlass = data.breakGlass ?? false;
  if (known && (known.breakGlass === breakGlass ? isLater(stamp, known) : known.breakGlass)) return approval;
  return {
    ...approval,
    words: wordsOf(approval.name, data.agent),
    requested: {
      ...stamp,
      by: data.requestedBy,
      expiresAt: utc(data.expiresAt),
      breakGlass,
      ...(data.agent === undefined ? {} : { agent: data.agent }),
    },
  };
}

/** The first answer counts: a later one cannot turn a denial into an approval. Between two at one instant the smaller id. */
export function withAnswer(approval: Approval, data: EventData<'approval.decided'>, stamp: Stamp): Approval {
  if (approval.decided && isLater(stamp, approval.decided)) return approval;
  return {
    ...approval,
    decided: {
      ...stamp,
      outcome: data.outcome,
      by: data.decidedBy,
      breakGlass: data.breakGlass ?? false,
      ...(data.requestedBy === undefined ? {} : { requestedBy: data.requestedBy }),
    },
  };
}

export function withReview(
  approval: Approval,
  data: EventData<'breakglass.reviewed'>,
  stamp: Stamp,
): Approval {
  if (!isLater(stamp, approval.reviewed)) return approval;
  return { ...approval, reviewed: { ...stamp, by: data.reviewedBy, outcome: data.outcome } };
}

export function withDependent(approval: Approval, id: string): Approval {
  if (approval.dependents.includes(id) || approval.dependents.length >= maxDependents) return approval;
  return { ...approval, dependents: [...approval.dependents, id].sort() };
}

/** An action ran under the approval. First and last of all of them, whatever order they came in. */
export function withUse(approval: Approval, stamp: Stamp): Approval {
  const { time, id } = stamp;
  const { first, last } = approval.used ?? { first: stamp, last: stamp };
  const used = {
    first: isLater(first, stamp) ? { time, id } : first,
    last: isLater(stamp, last) ? { time, id } : last,
  };
  return { ...approval, used };
}

export function loadException(workspace: Workspace, name: string): Exception {
  const id = exceptionId(name);
  return (
    workspace.find('exception', id) ?? {
      id,
      kind: 'exception',
      name,
      status: 'unowned',
      states: {},
      failing: [],
      findings: {},
      words: wordsOf(name),
      rank: '',
    }
  );
}

export function withGrant(
  exception: Exception,
  data: EventData<'exception.granted'>,
  stamp: Stamp,
): Exception {
  if (!isLater(stamp, exception.granted)) return exception;
  const { exception: _name, approval: _approval, expiresAt, ...rest } = data;
  return {
    ...exception,
    granted: { ...stamp, ...rest, ...(expiresAt === undefined ? {} : { expiresAt: utc(expiresAt) }) },
  };
}

export function withRenewal(
  exception: Exception,
  data: EventData<'exception.renewed'>,
  stamp: Stamp,
): Exception {
  if (!isLater(stamp, exception.renewed)) return exception;
  return {
    ...exception,
    renewed: {
      ...stamp,
      expiresAt: utc(data.expiresAt),
      ...(data.approvedBy === undefined ? {} : { approvedBy: data.approvedBy }),
    },
  };
}

export function withRevocation(exception: Exception, stamp: Stamp): Exception {
  return isLater(stamp, exception.revoked) ? { ...exception, revoked: stamp } : exception;
}
