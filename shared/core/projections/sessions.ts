import type { EventData } from '../../../schemas/events/types.js';
import type { Item } from './documents.js';
import type { Stamp } from './facts.js';
import type { Session } from './session.js';
import { sessionId } from './keys.js';
import { isLater } from './stamps.js';
import { compare, type Workspace } from './workspace.js';

/** What events say about runs of agents. */

function loadSession(workspace: Workspace, name: string, agent: string, stamp: Stamp): Session {
  const id = sessionId(name);
  const found = workspace.find('session', id);
  const session: Session = found ?? {
    id,
    kind: 'session',
    name,
    agent,
    first: stamp.time,
    last: stamp.time,
    decisions: 0,
    items: [],
    approvals: [],
    rank: stamp.time,
  };
  const last = stamp.time > session.last ? stamp.time : session.last;
  return { ...session, first: stamp.time < session.first ? stamp.time : session.first, last, rank: last };
}

/** Items and approvals remembered of one run. Those beyond are in its events, not in its document. */
const mostNamed = 100;

/** What a run touched: the session with it, and which of the items are new in it. */
export function touching(session: Session, items: readonly Item[]): { session: Session; fresh: Set<string> } {
  const room = mostNamed - session.items.length;
  const fresh = new Set(
    items
      .map((item) => item.id)
      .filter((id) => !session.items.includes(id))
      .slice(0, room),
  );
  if (fresh.size === 0) return { session, fresh };
  return { session: { ...session, items: [...session.items, ...fresh].sort(compare) }, fresh };
}

export function withDecisionInSession(
  workspace: Workspace,
  name: string,
  data: EventData<'decision.recorded'>,
  stamp: Stamp,
): Session {
  const session = loadSession(workspace, name, data.agent, stamp);
  const { approval } = data;
  const { approvals } = session;
  const known = approval === undefined || approvals.includes(approval) || approvals.length >= mostNamed;
  return {
    ...session,
    decisions: session.decisions + 1,
    approvals: known ? approvals : [...approvals, approval].sort(compare),
  };
}

export function withSessionState(
  workspace: Workspace,
  data: EventData<'session.recorded'>,
  stamp: Stamp,
): Session {
  const session = loadSession(workspace, data.session, data.agent, stamp);
  return isLater(stamp, session.stateAt) ? { ...session, state: data.state, stateAt: stamp } : session;
}

export function withIntent(workspace: Workspace, data: EventData<'intent.declared'>, stamp: Stamp): Session {
  const session = loadSession(workspace, data.session, data.agent, stamp);
  return isLater(stamp, session.intent) ? { ...session, intent: stamp } : session;
}
