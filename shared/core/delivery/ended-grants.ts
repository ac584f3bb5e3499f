import type { Severity } from '../../../schemas/primitives.js';
import type { FindingChange } from '../projections/finding.js';
import { day, instant } from '../reports/format.js';
import { counted, severities } from '../reports/text.js';

/** An acceptance or dismissal that ended by itself: of which finding (its fingerprint), and by when that is due now. */
export type EndedGrant = {
  finding: string;
  change: FindingChange;
  /** When it ended, and the finding was open again. */
  at: string;
  severity: Severity;
  dueOn: string;
};

/** `path`: of what a notice is about, below the tenant, here as in the console. */
export type NoticeWords = { title: string; says: readonly string[]; path: readonly string[] };

const mostNamed = 10;

/**
 * The words of a notice that grants ended: how many, how severe, by when they are due. What a finding says, and what people
 * gave as reasons, stays where one has to sign in.
 * @param grants worst first, at least one
 */
export function endedWords(grants: readonly EndedGrant[]): NoticeWords {
  const of = (change: FindingChange): string[] => {
    const n = grants.filter((grant) => grant.change === change).length;
    return n === 0 ? [] : [counted(n, change)];
  };
  const bySeverity = severities.flatMap((severity) => {
    const n = grants.filter((grant) => grant.severity === severity).length;
    return n === 0 ? [] : [`${String(n)} ${severity}`];
  });
  const first = grants.map(({ dueOn }) => dueOn).sort()[0] ?? '';
  const [one, ...others] = grants;
  const alone = one !== undefined && others.length === 0;
  return {
    title: `${[...of('acceptance'), ...of('dismissal')].join(' and ')} ended`,
    says: [
      alone
        ? `The finding is open again since then: ${one.severity}, due on ${day(first)}.`
        : `The findings are open again since then: ${bySeverity.join(', ')}. The first is due on ${day(first)}.`,
      ...grants
        .slice(0, mostNamed)
        .map(
          ({ finding, change, at, severity }) =>
            `Finding ${finding.slice(0, 10)}, ${severity}: its ${change} ended at ${instant(at)}.`,
        ),
      ...(grants.length > mostNamed ? [`And ${counted(grants.length - mostNamed, 'more finding')}.`] : []),
      `Sign in to resolve ${alone ? 'it' : 'them'}, or to ask for a renewal, which another person approves.`,
    ],
    path: alone ? ['findings', one.finding] : ['findings'],
  };
}
