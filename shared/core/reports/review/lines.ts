import type { ReviewDocument } from '../../../../schemas/review.js';
import { number } from '../format.js';
import { capital, counted, quoted, sum } from '../text.js';

/** One thing that a digest tells of: how many, and which, by name. `toKnow`: it asks nobody for anything. */
export type DigestLine = { what: string; count: number; named: readonly string[]; toKnow?: boolean };

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
        counting('Findings open up to 7 days', sum(Object.values(upTo7))),
        counting('Findings open up to 30 days', sum(Object.values(upTo30))),
        counting('Findings open up to 90 days', sum(Object.values(upTo90))),
        counting('Findings open for longer', sum(Object.values(over90))),
        toKnow(counting('Approvals requested in the week', now.requested - (before?.requested ?? 0))),
        counting('Approvals that ran out in the week', now.expired - (before?.expired ?? 0)),
        toKnow(
          line(
            'Reports that can be had',
            review.reports.filter((r) => r.status === 'ready').map(({ title }) => title),
          ),
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
        toKnow(counting('Days with a posture on record', review.trend.length)),
        line(
          'Exceptions that stand, oldest first',
          review.exceptions.oldest.items.map(
            ({ exception, ageDays }) => `${exception}: ${counted(ageDays, 'day')}`,
          ),
        ),
        counting('Exceptions without an owner', review.exceptions.unowned),
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
        drillLine(review),
        archiveLine(review),
        line(
          'Sign-offs missing',
          review.archive?.missingSignOffs.map((name) => name.replaceAll('_', ' ')) ?? [],
        ),
        ...review.operatingReview.map(({ section, owner, attention }) =>
          line(
            `${capital(section.replaceAll('_', ' '))} (${owner})`,
            attention.map((words) => words.replace(unit, '')),
          ),
        ),
      ];
  }
}

/** What a figure is counted in says nothing where it stands without one. */
const unit = /,? (?:in )?tenths of a .*$/;

const line = (what: string, named: readonly string[]): DigestLine => ({ what, count: named.length, named });

const counting = (what: string, count: number): DigestLine => ({ what, count, named: [] });
const toKnow = (told: DigestLine): DigestLine => ({ ...told, toKnow: true });

type Quarterly = Extract<ReviewDocument, { cadence: 'quarterly' }>;

function drillLine({ drill }: Quarterly): DigestLine {
  if (drill === null) return line('Advisory drill', ['none was recorded in the quarter']);
  const { outcome, followUps } = drill;
  const told = line('Advisory drill', [`${outcome}, ${counted(followUps.length, 'follow-up')}`]);
  return outcome === 'passed' && followUps.length === 0 ? toKnow(told) : told;
}

function archiveLine({ archive, archiveFault }: Quarterly): DigestLine {
  if (archive === null) return line('Operating archive', [`not built: ${archiveFault ?? ''}`]);
  const state = archive.closed ? 'closed' : 'not closed';
  const told = line('Operating archive', [`${archive.archive}, ${counted(archive.files, 'file')}, ${state}`]);
  return archive.closed ? toKnow(told) : told;
}

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
