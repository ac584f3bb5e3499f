import type { EventData } from '../../../schemas/events/types.js';
import type { Stamp } from './facts.js';
import type { Session } from './session.js';
import { sessionId } from './keys.js';
import { isLater } from './stamps.js';
import type { Workspace } from './workspace.js';

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
    rank: stamp.time,
  };
  const last = stamp.time > session.last ? stamp.time : session.last;
  return { ...session, first: stamp.time < session.first ? stamp.time : session.first, last, rank: last };
}

export function withDecisionInSession(
  workspace: Workspace,
  name: string,
  agent: string,
  stamp: Stamp,
): Session {
  const session = loadSession(workspace, name, agent, stamp);
  return { ...session, decisions: session.decisions + 1 };
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
