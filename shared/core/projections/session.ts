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
  rank: string;
};
