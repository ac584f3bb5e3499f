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
  /** Of the earliest linked event, where it is not after the detection. */
  firstAt: string | null;
  owner: string | null;
  /** `by`: evidence id of the update that said it. Null: no update says it. */
  contained: {
    at: string;
    how: string;
    by: string;
    /** How many references it has, and those of them that lead to evidence. */
    references: number;
    resolved: readonly string[];
  } | null;
  impact: {
    dataClasses: { names: readonly string[]; by: string } | null;
    customers: { count: number; by: string } | null;
    summary: { text: string; by: string } | null;
  };
  materiality: { outcome: 'material' | 'not_material'; at: string; person: string; by: string } | null;
  /** Different things that the linked events name. */
  touched: { agents: number; repositories: number; tools: number };
  closed: {
    at: string;
    by: string;
    outcome: 'closed' | 'false_positive';
    rootCause: string | null;
    contributing: readonly string[];
    detectedBy: string | null;
    shouldHaveDetected: string | null;
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

/** Oldest first: by time, then by id. */
export const byTime = (a: { time: string; id: string }, b: { time: string; id: string }): number =>
  millisOf(a.time) - millisOf(b.time) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Days and hours since, or between. */
export const since = (from: string, to: string): string =>
  duration(Math.max(0, millisOf(to) - millisOf(from)));

const hidden = (told: string | null): string | null => (told === null ? null : withheld);

/** How long after its opening; null where it was before. */
export const sinceOpening = ({ openedAt }: Incident, at: string): string | null =>
  millisOf(at) < millisOf(openedAt) ? null : since(openedAt, at);

/** The same without names, people, free text and ids. */
export function incidentWithout(input: IncidentInput): IncidentInput {
  const { incident } = input;
  const { closed, contained, impact, materiality } = incident;
  const { dataClasses, customers, summary } = impact;
  return {
    ...input,
    incident: {
      ...incident,
      name: 'I-1',
      title: withheld,
      openedBy: withheld,
      owner: hidden(incident.owner),
      contained: contained && {
        ...contained,
        how: withheld,
        by: withheld,
        resolved: contained.resolved.map(() => withheld),
      },
      impact: {
        dataClasses: dataClasses && { names: dataClasses.names.map(() => withheld), by: withheld },
        customers: customers && { ...customers, by: withheld },
        summary: summary && { text: withheld, by: withheld },
      },
      materiality: materiality && { ...materiality, person: withheld, by: withheld },
      closed: closed && {
        ...closed,
        by: withheld,
        rootCause: hidden(closed.rootCause),
        contributing: closed.contributing.map(() => withheld),
        detectedBy: hidden(closed.detectedBy),
        shouldHaveDetected: hidden(closed.shouldHaveDetected),
        remediation: closed.remediation.map((r) => ({
          ...r,
          action: withheld,
          evidenceId: hidden(r.evidenceId),
        })),
        approvedBy: hidden(closed.approvedBy),
        lessons: closed.lessons.map(() => withheld),
        followUps: closed.followUps.map((f) => ({ ...f, action: withheld, owner: withheld })),
      },
    },
    timeline: input.timeline.map((row) => ({
      ...row,
      what: row.what.split(':')[0] ?? withheld,
      actor: hidden(row.actor),
      source: withheld,
      id: withheld,
    })),
  };
}

export const actorWords = (actor: string | null): string => person(actor ?? undefined, 'nobody named');
