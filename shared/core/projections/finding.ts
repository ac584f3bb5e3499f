import type { EventData } from '../../../schemas/events/types.js';
import type { Severity } from '../../../schemas/primitives.js';

export type FindingState = 'open' | 'accepted' | 'resolved' | 'closed' | 'dismissed';
/** What takes a finding out of the open ones for a time, and needs two persons. */
export type FindingChange = EventData<'finding.requested'>['change'];

/** What was asked for and waits for another person. A later request takes the place of an earlier one. */
export type ChangeRequest = {
  change: FindingChange;
  evidenceId: string;
  by: string;
  at: string;
  expiresAt: string;
  reason: string;
  owner?: string;
};

/** An acceptance or a dismissal in force: who asked, who agreed, until when, and how bad the finding was then. */
type InForce = {
  evidenceId: string;
  requestedBy: string;
  approvedBy: string;
  approvedAt: string;
  expiresAt: string;
  reason: string;
  severity: Severity;
};

/**
 * What happened to a finding, one line each. Evidence, the clock or a person does it: only a person is an `actor`.
 * A command that the state did not allow is a line with `refused`, and changed nothing.
 */
export type Transition = {
  at: string;
  act:
    | 'opened'
    | 'recurred'
    | 'worsened'
    | 'disproved'
    | 'expired'
    | 'lapsed'
    | 'assigned'
    | 'requested'
    | 'accepted'
    | 'claimed'
    | 'verified'
    | 'dismissed'
    | 'reopened';
  from: FindingState | null;
  to: FindingState;
  evidenceId: string | null;
  actor?: string;
  refused?: 'conflict' | 'separation_of_duties';
};

/** One cause, one finding: the fingerprint is the id. */
export type Finding = {
  id: string;
  /** Next instant at which time alone changes it: its due date, or the end of what was accepted, dismissed or asked for. */
  dueAt?: string;
  kind: 'finding';
  rule: string;
  /** What it is about: `agent:builder-1`. */
  subject: string;
  control?: string;
  agent?: string;
  detail: string;
  severity: Severity;
  state: FindingState;
  firstSeen: string;
  openedAt: string;
  lastSeen: string;
  closedAt?: string;
  /** End of the severity's days, or a nearer day that an operator set. Stands still while accepted. */
  dueOn: string;
  /** Past its due date: open, or claimed resolved and not verified. */
  overdue: boolean;
  count: number;
  owner?: string;
  /** Whether it has an owner, as a list can ask for it. */
  labels: [Ownership];
  /** Of what it says and what it is about, as lists are searched (words.ts). */
  words: string[];
  request?: ChangeRequest;
  acceptance?: InForce & { owner: string };
  dismissal?: InForce;
  /** Who says that the cause is gone. */
  claim?: { evidenceId: string; by: string; at: string };
  /** Dismissed, and evidence has disproved the cause meanwhile. */
  gone?: true;
  /** An acceptance or dismissal ended and nobody was told yet; `status` is how an index finds it for the next tick. */
  expired?: { change: FindingChange; at: string };
  status?: 'expired';
  /** The last ten. */
  evidenceIds: string[];
  /** Oldest first; bounded, `transitions` counts all there were. */
  history: Transition[];
  transitions: number;
  /** Sort keys of lists: by severity, and by due date. What is open comes first in both. */
  rank: string;
  dueRank: string;
};

type Ownership = 'owned' | 'unowned';
export const ownership = (owned: boolean): Ownership => (owned ? 'owned' : 'unowned');
