import type { ReviewDocument } from '../../../../schemas/review.js';
import { number } from '../format.js';
import { counted, quoted, sum } from '../text.js';

/** One thing that a digest tells of: how many, and which, by name. */
export type DigestLine = { what: string; count: number; named: readonly string[] };

/** What a review found, line by line, in the order in which it matters. */
export function linesOf(review: ReviewDocument): DigestLine[] {
  switch (review.cadence) {
    case 'daily':
      return [
        line(
          'New blockers before production',
          review.newBlockers.map(({ title }) => title),
        ),
        line(
          'Critical findings open',
          review.criticalFindings.items.map(({ subject, detail }) => `${subject}: ${detail}`),
        ),
        line(
          'Connectors that failed',
          review.failedConnectors.items.map(({ connector, state }) => `${connector}: ${state}`),
        ),
        line(
          'Acceptances and dismissals that ended',
          review.expired.grants.items.map(
            ({ finding, change }) => `${change} of finding ${finding.slice(0, 10)}`,
          ),
        ),
        line(
          'Approvals that nobody answered in time',
          review.expired.approvals.items.map(({ approval }) => approval),
        ),
        line(
          'Exceptions that ended',
          review.expired.exceptions.items.map(({ exception }) => exception),
        ),
        line(
          'Sources gone silent',
          review.silent.sources.items.map(({ source }) => source),
        ),
        line(
          'Agents gone silent',
          review.silent.agents.items.map(({ agent }) => agent),
        ),
        line(
          'Waits too long for a person',
          review.overdueEscalations.items.map(
            ({ subject, since }) => `${subject} since ${since.slice(0, 10)}`,
          ),
        ),
      ];
    case 'weekly': {
      const { upTo7, upTo30, upTo90, over90 } = review.openFindingsByAge;
      const { now, before } = review.approvals;
      return [
        line('Controls that are not enforced', failing(review)),
        { what: 'Findings open up to 7 days', count: sum(Object.values(upTo7)), named: [] },
        { what: 'Findings open up to 30 days', count: sum(Object.values(upTo30)), named: [] },
        { what: 'Findings open up to 90 days', count: sum(Object.values(upTo90)), named: [] },
        { what: 'Findings open for longer', count: sum(Object.values(over90)), named: [] },
        {
          what: 'Approvals requested in the week',
          count: now.requested - (before?.requested ?? 0),
          named: [],
        },
        {
          what: 'Approvals that ran out in the week',
          count: now.expired - (before?.expired ?? 0),
          named: [],
        },
        line(
          'Reports that can be had',
          review.reports.filter((r) => r.status === 'ready').map(({ title }) => title),
        ),
        line(
          'Reports that wait',
          review.reports
            .filter((r) => r.status === 'waiting')
            .map(({ title, waitingFor }) => `${title}: ${waitingFor.join('; ')}`),
        ),
      ];
    }
    case 'monthly':
      return [
        { what: 'Days with a posture on record', count: review.trend.length, named: [] },
        line(
          'Exceptions that stand, oldest first',
          review.exceptions.oldest.items.map(
            ({ exception, ageDays }) => `${exception}: ${counted(ageDays, 'day')}`,
          ),
        ),
        { what: 'Exceptions without an owner', count: review.exceptions.unowned, named: [] },
        line(
          'Work under another policy version than published',
          review.policyDrift.drifted.items.map(
            ({ kind, name, policy, version }) => `${kind} ${name}: ${policy} ${version}`,
          ),
        ),
        line(
          'Controls that fell to shadow',
          review.policyDrift.fallen.items.map(({ control, name }) => `${control}: ${name}`),
        ),
      ];
    case 'quarterly':
      return [
        line(
          'Advisory drill',
          review.drill === null
            ? ['none was recorded in the quarter']
            : [`${review.drill.outcome}, ${counted(review.drill.followUps.length, 'follow-up')}`],
        ),
        line('Operating archive', [
          review.archive === null
            ? `not built: ${review.archiveFault ?? ''}`
            : `${review.archive.archive}, ${counted(review.archive.files, 'file')}, ${review.archive.closed ? 'closed' : 'not closed'}`,
        ]),
        line(
          'Sign-offs missing',
          review.archive?.missingSignOffs.map((name) => name.replaceAll('_', ' ')) ?? [],
        ),
        ...review.operatingReview.map(({ section, owner, attention }) =>
          line(`${section.replaceAll('_', ' ')} (${owner})`, attention),
        ),
      ];
  }
}

const line = (what: string, named: readonly string[]): DigestLine => ({ what, count: named.length, named });

const failing = ({ controlCoverage }: Extract<ReviewDocument, { cadence: 'weekly' }>): string[] =>
  controlCoverage.controls
    .filter(({ state }) => state !== 'enforced' && state !== 'not_applicable' && state !== 'not_observed')
    .map(
      ({ title, state, counts, inScope }) =>
        `${title}: ${state}, ${number(counts.enforced ?? 0)} of ${number(inScope)} enforced`,
    );

/** The names of a line in a sentence of at most `max` characters; how many there are where they do not fit. */
export function namesIn({ named, count }: DigestLine, max: number): string {
  if (named.length === 0) return number(count);
  const shown = named.slice(0, 8).join(' · ');
  return quoted(named.length > 8 ? `${shown} · and ${number(named.length - 8)} more` : shown, max);
}
