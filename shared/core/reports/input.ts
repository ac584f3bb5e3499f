import type { Posture } from '../../../schemas/posture.js';
import type { Adopted, Appetite } from '../projections/config.js';
import type {
  Approval,
  Basis,
  Day,
  Exception,
  Finding,
  Item,
  Report,
  Summary,
} from '../projections/documents.js';

/** Counters behind a posture: what its layers sum up, by name. */
export type Counters = Pick<Summary, 'counts' | 'totals'>;

/** A posture with the counters it was read from. */
export type View = { posture: Posture; counters: Counters };

/** Reviews due, and those of them acknowledged by then. */
export type ReviewsDue = { due: number; inTime: number };

/**
 * What the reports about a posture say, before it is said. Lists are worst first and bounded; their totals come from the
 * counters, so that what was left out can be told.
 */
export type ReportInput = {
  tenantId: string;
  tenantName: string;
  /** Calendar days, both included, in the tenant's zone. */
  period: { label: string; from: string; to: string; zone: string };
  /** The same period as instants: first included, last excluded. */
  window: { from: string; to: string };
  posture: Posture;
  counters: Counters;
  /** Posture as it was known when the period before ended; null where nothing was. */
  prior: Posture | null;
  priorCounters: Counters | null;
  /** The period before, of the same length; `start`: counters when it began, null where nothing was counted yet. */
  before: { window: { from: string; to: string }; start: Counters | null };
  /** Oldest first; for sparklines. */
  days: readonly Day[];
  settings: Basis['settings'];
  /** Catalogue and overrides in force: with the settings, what every day is judged by. */
  adopted: Adopted;
  /** Limits that were approved last, whether their approval stands or has ended; null where none ever was. */
  appetite: Appetite | null;
  /** Open, claimed resolved and accepted, worst first; `findingTotal` counts all of them. */
  findings: readonly Finding[];
  findingTotal: number;
  closedInPeriod: readonly Finding[];
  closedBefore: readonly Finding[];
  /** Whether every finding closed in the period and in the one before could be read. */
  closedComplete: boolean;
  approvals: readonly Approval[];
  approvalTotal: number;
  exceptions: readonly Exception[];
  exceptionTotal: number;
  /** Items that fail a control or are missing from coverage, worst first. */
  failingItems: readonly Item[];
  /** Items of all kinds, worst first; `itemTotal` counts those in scope. */
  items: readonly Item[];
  itemTotal: number;
  /** Reports in order of request. */
  reports: readonly Report[];
  /** Live sources that sign, each a connector that must be proven; `live`: of them proven within the window. */
  connectors: { required: number; live: number };
  /** How many blockers the gate named when it last answered for production by the prior’s as-of; null where it never had. */
  blockersBefore: number | null;
  /** Reviews whose due date fell in the period, and in the one before it; null where there were more than are read. */
  reviews: { now: ReviewsDue; before: ReviewsDue } | null;
  /** Log position when the lists had been read; beyond the posture's where evidence came in meanwhile. */
  listsPosition: number;
  /** Made outside a production environment. */
  rehearsal: boolean;
  /** For readers outside: nothing in it may name anybody or anything, or lead anywhere. */
  publicSafe: boolean;
};
