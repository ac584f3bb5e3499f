import type { EventData } from '../../../schemas/events/types.js';
import type { Finding, FindingState, Transition } from '../projections/finding.js';

/** What persons may do to a finding, as commands and as the events that these become. */

export type FindingCommand = 'assign' | 'accept' | 'resolve' | 'dismiss' | 'reopen';

type ActName = `finding.${'assigned' | 'requested' | 'accepted' | 'resolved' | 'dismissed' | 'reopened'}`;
/** The part of an event that decides. */
export type FindingAct = { [N in ActName]: { type: `aispm.${N}`; data: EventData<N> } }[ActName];

const legal: Record<FindingState, readonly FindingCommand[]> = {
  open: ['assign', 'accept', 'resolve', 'dismiss'],
  accepted: ['assign', 'accept', 'resolve', 'dismiss', 'reopen'],
  resolved: ['assign', 'resolve', 'reopen'],
  closed: ['reopen'],
  dismissed: ['dismiss', 'reopen'],
};

/** Commands that the state allows. What was asked for can be declined or withdrawn by `reopen`, in any state. */
export const legalCommands = ({ state, request }: Pick<Finding, 'state' | 'request'>): FindingCommand[] =>
  request === undefined || legal[state].includes('reopen') ? [...legal[state]] : [...legal[state], 'reopen'];

/** The command that an act came from, and how the history calls it. */
export function namesOf(act: FindingAct): { command: FindingCommand; did: Transition['act'] } {
  switch (act.type) {
    case 'aispm.finding.assigned':
      return { command: 'assign', did: 'assigned' };
    case 'aispm.finding.requested':
      return { command: act.data.change === 'acceptance' ? 'accept' : 'dismiss', did: 'requested' };
    case 'aispm.finding.accepted':
      return { command: 'accept', did: 'accepted' };
    case 'aispm.finding.resolved':
      return { command: 'resolve', did: act.data.claim === undefined ? 'claimed' : 'verified' };
    case 'aispm.finding.dismissed':
      return { command: 'dismiss', did: 'dismissed' };
    case 'aispm.finding.reopened':
      return { command: 'reopen', did: 'reopened' };
  }
}
