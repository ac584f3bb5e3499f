import type { EventData } from '../../../schemas/events/types.js';
import type { ItemState, OpenFindings, Stamp } from './facts.js';

/** A policy exception: who was granted what until when, and how it stands. */
export type Exception = {
  id: string;
  dueAt?: string;
  kind: 'exception';
  name: string;
  granted?: Stamp & Omit<EventData<'exception.granted'>, 'exception' | 'approval'>;
  renewed?: Stamp & { approvedBy?: string; expiresAt: string };
  revoked?: Stamp;
  /** Of the grant; and the end that is in force. */
  owner?: string;
  expiresAt?: string;
  /** It stands, and ends within 14 days. */
  expiring?: true;
  status: 'active' | 'expired' | 'revoked' | 'unowned';
  states: Record<string, ItemState>;
  failing: string[];
  findings: OpenFindings;
  /** Of its name, as lists are searched (words.ts). */
  words: string[];
  rank: string;
};
