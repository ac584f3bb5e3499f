import type { Severity } from '../../../../schemas/primitives.js';
import type { ReportInput } from '../input.js';
import { millisOf } from '../../kernel/time.js';
import { duration } from '../format.js';
import { person, withheld } from '../text.js';

/** One event of the timeline, in words of ours and names of theirs. */
export type TimelineRow = {
  time: string;
  what: string;
  /** Pseudonym or role; null where the event names nobody. */
  actor: string | null;
  source: string;
  id: string;
};

/** An incident as the log tells it at the report's position. */
export type Incident = {
  name: string;
  title: string;
  severity: Severity;
  openedAt: string;
  /** Evidence id of the opening. */
  openedBy: string;
  detectedAt: string | null;
  owner: string | null;
  /** Different things that the linked events name. */
  touched: { agents: number; repositories: number; tools: number };
  closed: {
    at: string;
    by: string;
    outcome: 'closed' | 'false_positive';
    rootCause: string | null;
    remediation: readonly {
      action: string;
      evidenceId: string | null;
      resolves: boolean;
      at: string | null;
    }[];
    approvedBy: string | null;
    lessons: readonly string[];
    followUps: readonly { action: string; owner: string; dueAt: string }[];
  } | null;
};

export type IncidentInput = ReportInput & {
  incident: Incident;
  /** Oldest first; from evidence alone. */
  timeline: readonly TimelineRow[];
  /** References of the incident that lead to no evidence. */
  unresolved: number;
};

/** Days and hours since, or between. */
export const since = (from: string, to: string): string =>
  duration(Math.max(0, millisOf(to) - millisOf(from)));

/** The same without names, people, free text and ids. */
export function incidentWithout(input: IncidentInput): IncidentInput {
  const { incident } = input;
  const { closed } = incident;
  return {
    ...input,
    incident: {
      ...incident,
      name: 'I-1',
      title: withheld,
      openedBy: withheld,
      owner: incident.owner === null ? null : withheld,
      closed: closed && {
        ...closed,
        by: withheld,
        rootCause: closed.rootCause === null ? null : withheld,
        remediation: closed.remediation.map((r) => ({
          ...r,
          action: withheld,
          evidenceId: r.evidenceId === null ? null : withheld,
        })),
        approvedBy: closed.approvedBy === null ? null : withheld,
        lessons: closed.lessons.map(() => withheld),
        followUps: closed.followUps.map((f) => ({ ...f, action: withheld, owner: withheld })),
      },
    },
    timeline: input.timeline.map((row) => ({
      ...row,
      what: row.what.split(':')[0] ?? withheld,
      actor: row.actor === null ? null : withheld,
      source: withheld,
      id: withheld,
    })),
  };
}

export const actorWords = (actor: string | null): string => person(actor ?? undefined, 'nobody named');
