import type { Decision } from '../../../schemas/events/decisions.js';
import type { EventData } from '../../../schemas/events/types.js';
import type { ItemKind, Severity, Surface, TrustTier } from '../../../schemas/primitives.js';
import type { DecisionFact, ItemState, OpenFindings, PolicyUse, Proof, ProofName, Stamp } from './facts.js';
import type { Adopted, Config } from './config.js';
import type { Exception } from './exception.js';
import type { Finding } from './finding.js';
import type { Journey } from './journey.js';
import type { LastMail } from './mail-outcome.js';
import type { Delivery, Recipient, Report } from './report.js';
import type { References } from './references.js';
import type { Session } from './session.js';

export type { Exception } from './exception.js';
export type { Finding } from './finding.js';
export type { Delivery, Recipient, Report } from './report.js';

/*
 * The documents of the ledger beside its entries: what folding an event changes. All are plain JSON, so that the same
 * bytes come back from any store. `dueAt` (UTC, milliseconds) is the next instant at which time alone changes the
 * document; absent when none does. `rank` is the sort key of lists: worst first.
 */

type Base = { id: string; dueAt?: string };

/** The log's end. Its ETag orders writers; its numbers place every other document in time. */
export type Head = Base & {
  id: 'head';
  kind: 'head';
  foldVersion: number;
  /** Entries in the log; the position of the next one. */
  size: number;
  /** `sequencedAt` of the last entry, or the last tick, whichever is later. */
  clock: string;
  /** Hashes of the full subtrees of the Merkle tree, largest first, as hexadecimal. */
  frontier: string[];
  /** A wide change is being worked through: items with id > `cursor` are still to be derived as of `clock`. */
  sweep: { cursor: string } | null;
};

/** Beside the governed things: the tenant itself, and what its operation is judged by. */
export type OperationKind = 'tenant' | 'connector' | 'incident' | 'review';

/** Something that controls are judged for: an agent, repository, workflow or tool, or a part of the operation. */
export type Item = Base & {
  kind: 'item';
  itemKind: ItemKind | OperationKind;
  name: string;
  declared?: Stamp & Omit<EventData<'inventory.declared'>['items'][number], 'kind' | 'id'>;
  registry?: Stamp & {
    writes: boolean;
    registered: boolean;
    tier?: TrustTier;
    owner?: string;
    verdict: string;
    approvedUntil?: string;
    approvedCapabilities?: string[];
  };
  observed?: {
    first: string;
    last: Stamp & { trusted: boolean };
    /** Time of the latest decision that a trusted source signed. */
    trustedAt?: string;
    decisions: Partial<Record<Decision, number>>;
    /** Runs of agents that touched it, each once. */
    sessions: number;
    surfaces: Surface[];
  };
  facts: Record<string, DecisionFact>;
  /** Source → when it last spoke for the agent, and whether it was trusted. The eight last. */
  sources?: Record<string, Stamp & { trusted: boolean }>;
  /** Capability → when it was last used, `''` where a use did not say; on tools. The 64 last. */
  capabilities?: Record<string, Stamp>;
  /** The 20 policies last decided under, one row a policy and mode. */
  policies?: PolicyUse[];
  /** When the inventory was last declared; on the tenant item only. */
  inventory?: Stamp;
  /** The latest proof of each kind; on the tenant item and on connectors. */
  proofs?: Partial<Record<ProofName, Proof>>;
  incident?: {
    opened?: Stamp & { severity: Severity };
    /** `sound`: with all that a closing must carry. */
    closed?: Stamp & { sound: boolean };
  };
  review?: { completed?: Stamp & { dueAt: string }; acknowledged?: Stamp };
  /** Sign-offs by `quarter/name`, the 33 last given; on the tenant item only. */
  signOffs?: Record<string, Stamp>;
  /** The mail last spoken of, but for those held back as an exercise; on the tenant item only. */
  delivery?: LastMail;
  /** The last hard bounce of a recipient and who last cleared it, by pseudonym; on the tenant item only. */
  bounces?: Record<string, { bounced?: Stamp; cleared?: Stamp }>;
  /** Of an agent: evidence of its latest high-risk action that was neither enforced nor approval-routed, while it stands. */
  unenforced?: string;
  states: Record<string, ItemState>;
  /** `control:state` of every state but enforced and not applicable; an index serves "which items fail this control". */
  failing: string[];
  findings: OpenFindings;
  /**
   * Words that hold of it, counted and indexed (labels.ts): of coverage; of an agent active or idle, and `unenforced`; of a tool trusted or
   * risky, with `risk:` and each reason. Indexed only: `owner:`, `environment:`, `criticality:` as declared, and `fell:` with
   * each control that was enforced for it and is only watched now.
   */
  labels: string[];
  /** Of its name, as lists are searched (words.ts). */
  words: string[];
  rank: string;
};

export type Approval = Base & {
  kind: 'approval';
  name: string;
  requested?: Stamp & { by: string; expiresAt: string; agent?: string; breakGlass: boolean };
  decided?: Stamp & { outcome: 'approved' | 'denied'; by: string; requestedBy?: string; breakGlass: boolean };
  reviewed?: Stamp & { by: string; outcome: 'justified' | 'not_justified' };
  /** Actions that ran under it: the first and the last. */
  used?: { first: Stamp; last: Stamp };
  /** Set where the access was an emergency's: how its review stands. `overdue`: none within 24 hours. */
  breakGlass?: 'unreviewed' | 'overdue' | 'justified' | 'not_justified';
  /** An action ran under it after its end. */
  usedExpired?: true;
  /** From request to answer. */
  latencySeconds?: number;
  /** Items whose deciding evidence names this approval; derived again when it changes. At most 100. */
  dependents: string[];
  status: 'pending' | 'approved' | 'denied' | 'expired' | 'self_approved' | 'late' | 'unrequested';
  states: Record<string, ItemState>;
  failing: string[];
  findings: OpenFindings;
  /** Of its name and its agent's, as lists are searched (words.ts). */
  words: string[];
  rank: string;
};

/** What counters stand for: how much of the log, judged when, by which rules. A wide change settles all of it at once. */
export type Basis = Adopted & {
  size: number;
  clock: string;
  foldVersion: number;
  sample: boolean;
  settings: Config['settings'];
};

/**
 * Counters. `counts` are sums of what each document tallies (tally.ts) and so follow every change of any document;
 * `totals` only grow. Posture is read from this one document, which is whole at its basis: two reads could be torn apart
 * by a write between them. Before the first entry there is no basis.
 */
export type Summary = Base & {
  id: 'summary' | 'summary-next';
  kind: 'summary';
  basis?: Basis;
  counts: Record<string, number>;
  totals: Record<string, number>;
  inventoryAt?: string;
  lastEvidenceAt?: string;
};

/** The counters as they stood when a UTC day ended. */
export type Day = Base & {
  kind: 'day';
  day: string;
  position: number;
  /** What the counters stand for; its clock is the end of the day. */
  basis: Basis;
  counts: Record<string, number>;
  totals: Record<string, number>;
  inventoryAt?: string;
};

/** Rings at the end of each UTC day. */
export type DayClock = Base & { id: 'day-clock'; kind: 'day-clock' };

export type LedgerDocument =
  | Head
  | Config
  | Item
  | Approval
  | Exception
  | Finding
  | Session
  | Report
  | Delivery
  | Recipient
  | References
  | Journey
  | Summary
  | Day
  | DayClock;
