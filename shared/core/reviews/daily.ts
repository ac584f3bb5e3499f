import type { Posture } from '../../../schemas/posture.js';
import type { Blocker } from '../../../schemas/readiness.js';
import type { Escalation, ReviewOf } from '../../../schemas/review.js';
import { day, instantOf, millisOf } from '../kernel/time.js';
import { subjectOf } from '../posture/judged.js';
import type { Approval, Exception, Finding, Item } from '../projections/documents.js';
import { baseOf, listOf, reviewedFinding } from './base.js';
import type { Period } from './periods.js';

type Read<T> = { items: readonly T[]; more: boolean };

/** What a daily review looks at, read at the posture's position. */
export type DailyInput = {
  posture: Posture;
  /** The period as instants: first included, last excluded. */
  window: { from: string; to: string };
  /** What stands between the tenant and production now; and by the daily review before, null where there was none. */
  blockers: readonly Blocker[];
  before: readonly string[] | null;
  /** Connectors whose last validation failed, or is too old. */
  connectors: Read<Item>;
  criticals: Read<Finding>;
  grants: ReviewOf<'daily'>['expired']['grants'];
  approvals: Read<Approval>;
  exceptions: Read<Exception>;
  /** Registered live sources of what agents do. */
  sources: readonly string[];
  agents: Read<Item>;
  overdue: {
    findings: Read<Finding>;
    breakGlass: Read<Approval>;
    reviews: Read<Item>;
    incidents: Read<Item>;
  };
};

/** The daily review: what is new, what failed, what ended, what went silent, what waits too long. Pure. */
export function dailyReview(period: Period, zone: string, input: DailyInput): ReviewOf<'daily'> {
  const { posture, blockers, before, criticals, grants } = input;
  return {
    ...baseOf(period, zone, posture),
    cadence: 'daily',
    newBlockers: blockers.filter(({ id }) => before === null || !before.includes(id)),
    blockers: [...blockers],
    failedConnectors: failedConnectors(input),
    criticalFindings: listOf(criticals.items.map(reviewedFinding), criticals.more),
    expired: { grants, approvals: expiredApprovals(input), exceptions: expiredExceptions(input) },
    silent: { sources: listOf(silentSources(input)), agents: silentAgents(input) },
    overdueEscalations: escalations(input),
  };
}

const connectorControl = 'connectors-live';

function failedConnectors({ connectors }: DailyInput): ReviewOf<'daily'>['failedConnectors'] {
  const failed = connectors.items.flatMap(({ name, states }) => {
    const judged = states[connectorControl];
    if (judged === undefined || judged.state === 'enforced' || judged.state === 'not_applicable') return [];
    const { state, since, evidenceId } = judged;
    return [{ connector: name, state, since, evidenceId }];
  });
  return listOf(failed, connectors.more);
}

const within = (instant: string, { from, to }: DailyInput['window']): boolean =>
  millisOf(instant) >= millisOf(from) && millisOf(instant) < millisOf(to);

/** Approvals that nobody answered in time. */
function expiredApprovals({ approvals, window }: DailyInput): ReviewOf<'daily'>['expired']['approvals'] {
  const ended = approvals.items.flatMap(({ name, requested, status }) =>
    status === 'expired' && requested && within(requested.expiresAt, window)
      ? [
          {
            approval: name,
            expiredAt: instantOf(millisOf(requested.expiresAt)),
            agent: requested.agent ?? null,
          },
        ]
      : [],
  );
  return listOf(ended, approvals.more);
}

function expiredExceptions({ exceptions, window }: DailyInput): ReviewOf<'daily'>['expired']['exceptions'] {
  const ended = exceptions.items.flatMap(({ name, status, expiresAt, owner }) =>
    status === 'expired' && expiresAt !== undefined && within(expiresAt, window)
      ? [{ exception: name, expiredAt: instantOf(millisOf(expiresAt)), owner: owner ?? null }]
      : [],
  );
  return listOf(ended, exceptions.more);
}

/** Sources of which no agent was heard through for a day. One that was never heard is as silent. */
function silentSources({
  sources,
  agents,
  posture,
}: DailyInput): { source: string; lastHeardAt: string | null }[] {
  const limit = instantOf(millisOf(posture.asOf) - day);
  return sources
    .map((source) => {
      const heard = agents.items.flatMap((agent) => agent.sources?.[source]?.time ?? []).sort();
      return { source, lastHeardAt: heard.at(-1) ?? null };
    })
    .filter(({ lastHeardAt }) => lastHeardAt === null || lastHeardAt <= limit);
}

function silentAgents({ agents }: DailyInput): ReviewOf<'daily'>['silent']['agents'] {
  const silent = agents.items
    .filter(({ labels }) => labels.includes('silent'))
    .map(({ name, observed }) => ({ agent: name, lastHeardAt: observed?.last.time ?? null }));
  return listOf(silent, agents.more);
}

function escalations({ overdue }: DailyInput): ReviewOf<'daily'>['overdueEscalations'] {
  const { findings, breakGlass, reviews, incidents } = overdue;
  const ofItem = (kind: 'review' | 'incident', item: Item): Escalation => {
    const control = kind === 'review' ? 'reviews-acknowledged' : 'incidents-closed';
    return { kind, subject: subjectOf(item), since: item.states[control]?.since ?? '', owner: null };
  };
  const all: Escalation[] = [
    ...findings.items.map(({ subject, dueOn, owner }) => ({
      kind: 'finding' as const,
      subject,
      since: dueOn,
      owner: owner ?? null,
    })),
    ...breakGlass.items.map((approval) => ({
      kind: 'break_glass' as const,
      subject: subjectOf(approval),
      since: approval.decided?.time ?? approval.requested?.time ?? '',
      owner: null,
    })),
    ...reviews.items.map((item) => ofItem('review', item)),
    ...incidents.items.map((item) => ofItem('incident', item)),
  ].filter(({ since }) => since !== '');
  all.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  return listOf(
    all,
    [findings, breakGlass, reviews, incidents].some(({ more }) => more),
  );
}
