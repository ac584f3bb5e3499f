import type { ReportDocument } from '../../../../schemas/report-document.js';
import type { ReviewDocument } from '../../../../schemas/review.js';
import { day as dayWords, instant, number } from '../format.js';
import { frame } from '../front/frame.js';
import { verdictOf } from '../front/verdict.js';
import type { ReportInput } from '../input.js';
import { counted, quoted, refsOf } from '../text.js';
import { linesOf, namesIn } from './lines.js';

const titles: Readonly<Record<ReviewDocument['cadence'], string>> = {
  daily: 'Daily review',
  weekly: 'Weekly review',
  monthly: 'Monthly review',
  quarterly: 'Quarterly review',
};

/** The digest of a review for the role that owns it: what was found, by name, and by when to acknowledge it. */
export function buildDigest(
  input: ReportInput,
  review: ReviewDocument,
  { owner, dueAt, digest }: { owner: string; dueAt: string; digest: string },
): ReportDocument {
  const refs = refsOf(input);
  const evidence = refs.list('evidence');
  const lines = linesOf(review);
  const present = lines.filter(({ count, toKnow }) => count > 0 && toKnow !== true);
  const { id, from, to } = review.period;
  return frame(input, {
    reportType: 'review-digest',
    title: titles[review.cadence],
    scope: from === to ? dayWords(from) : `${dayWords(from)} to ${dayWords(to)}`,
    issue: { state: 'issued' },
    verdict: verdictOf(input),
    registers: [],
    blocks: [
      { kind: 'verdict', beside: [] },
      {
        kind: 'messages',
        items: [
          {
            text: `Acknowledge it with notes by ${dayWords(dueAt.slice(0, 10))}: the role ${owner} owns it`,
            ref: evidence,
          },
          {
            text:
              present.length === 0
                ? 'Nothing was found that needs you'
                : quoted(
                    `${counted(present.length, 'thing')} to look at, first: ${present[0]?.what ?? ''}`,
                    160,
                  ),
            ref: refs.posture,
          },
        ],
      },
      { kind: 'decisions', items: [] },
      { kind: 'heading', level: 2, text: 'What the review found' },
      {
        kind: 'keyValues',
        rows: lines.map((line) => ({ key: quoted(line.what, 60), value: namesIn(line, 300) })),
      },
      { kind: 'heading', level: 3, text: 'Which review this is' },
      {
        kind: 'keyValues',
        rows: [
          { key: 'Review', value: `${review.cadence} ${id}`, ref: evidence },
          {
            key: 'Stands on',
            value: `log position ${number(review.position)} at ${instant(review.asOf)}`,
            ref: refs.checkpoint,
          },
          { key: 'SHA-256 of the signed review', value: digest },
        ],
      },
      { kind: 'heading', level: 3, text: 'References' },
      { kind: 'references' },
    ],
  });
}
