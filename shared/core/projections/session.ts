import type { Stamp } from './facts.js';

/** A run of an agent: what replays it in time order. */
export type Session = {
  id: string;
  dueAt?: never;
  kind: 'session';
  name: string;
  agent: string;
  first: string;
  last: string;
  state?: 'started' | 'completed' | 'failed';
  stateAt?: Stamp;
  intent?: Stamp;
  decisions: number;
  /** Ids of items it touched and names of approvals it asked for, in order of name; the first hundred of each to come. */
  items: string[];
  approvals: string[];
  rank: string;
};
