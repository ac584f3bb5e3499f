import type { JSX } from 'preact';

import { number, points } from '../../shared/core/reports/format.js';
import { statusOfVerdict } from '../../shared/core/reports/marks.js';
import { linesOf } from '../../shared/core/reports/review/lines.js';
import type { Review, ReviewRow, People } from '../answers.js';
import { To } from '../navigation.js';
import { ListView } from '../parts/list.js';
import { EvidenceLink, Facts, Head, Person, Standing, Time } from '../parts/page.js';
import { capital, Code, plain, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

const columns = (people: People | undefined): Column<ReviewRow>[] => [
  {
    title: 'Review',
    cell: ({ cadence, period }) => (
      <To path={['reviews', cadence, period]}>{`${capital(cadence)} ${period}`}</To>
    ),
  },
  { title: 'Status', cell: ({ status }) => <Code set="reviews" of={status} /> },
  { title: 'Owned by', cell: ({ owner }) => plain(owner) },
  { title: 'Made', cell: ({ completedAt }) => <Time at={completedAt} /> },
  { title: 'To be acknowledged by', cell: ({ dueAt }) => <Time at={dueAt} /> },
  {
    title: 'Acknowledged',
    cell: ({ acknowledged }) =>
      acknowledged === null ? (
        ''
      ) : (
        <>
          <Time at={acknowledged.at} /> by <Person id={acknowledged.by} people={people} />
        </>
      ),
  },
];

/** Reviews of each day, week, month and quarter, with whether somebody read them. */
export const ReviewsView = (): JSX.Element => (
  <ListView<ReviewRow>
    title="Reviews"
    about="Each period that ended, looked back on; what nobody acknowledged in time comes first."
    path="/reviews"
    what="the reviews"
    caption="Reviews, overdue ones first"
    columns={({ people }) => columns(people)}
    keyOf={({ cadence, period }) => `${cadence} ${period}`}
    empty="No review was made yet. The first comes when the tenant’s first day has ended."
  />
);

/** One review as it was signed: what stood when its period ended, and what its reader made of it. */
export function ReviewView({ cadence, period }: { cadence: string; period: string }): JSX.Element {
  const review = useRead<Review>(`/reviews/${encodeURIComponent(cadence)}/${encodeURIComponent(period)}`);
  return (
    <Shown whole of={review} what="the review">
      {({ document, people, status, owner, dueAt, completedAt, acknowledged, digest, links }) => (
        <>
          <Head
            title={`${capital(document.cadence)} review ${document.period.id}`}
            above={<To path={['reviews']}>Reviews</To>}
          >
            <p>
              <Code set="reviews" of={status} /> ·{' '}
              <Standing asOf={document.asOf} position={document.position} />
            </p>
          </Head>
          <Facts
            rows={[
              ['Owned by', `${plain(owner)}, who acknowledges it`],
              ['To be acknowledged by', <Time key="due" at={dueAt} />],
              [
                'Acknowledged',
                acknowledged === null ? null : (
                  <>
                    <Time at={acknowledged.at} /> by <Person id={acknowledged.by} people={people} />,{' '}
                    <EvidenceLink id={acknowledged.evidenceId} />: {acknowledged.notes}
                  </>
                ),
              ],
              ['Period', `${document.period.from} to ${document.period.to}, ${document.period.zone}`],
              ['Made', <Time key="made" at={completedAt} />],
              ['Evidence', <EvidenceLink key="evidence" id={links['evidence']?.split('/').pop()} />],
              ['Document (SHA-256)', <code key="digest">{digest}</code>],
            ]}
          />
          <h2>How things stood</h2>
          <Stood review={document} />
          <h2>What the review found</h2>
          <Table
            caption="What the review found, in the order in which it matters"
            rows={linesOf(document)}
            keyOf={({ what }) => what}
            empty="It looked for nothing."
            columns={[
              { title: 'What', cell: ({ what }) => capital(what) },
              { title: 'How many', numeric: true, cell: ({ count }) => number(count) },
              {
                title: 'Which',
                class: 'wide long',
                cell: ({ named }) =>
                  named.length === 0 ? (
                    ''
                  ) : (
                    <ul class="plain-list">
                      {named.map((one) => (
                        <li key={one}>{one}</li>
                      ))}
                    </ul>
                  ),
              },
            ]}
          />
          {document.cadence === 'quarterly' ? <OperatingReview of={document.operatingReview} /> : null}
        </>
      )}
    </Shown>
  );
}

function Stood({ review }: { review: Review['document'] }): JSX.Element {
  const { verdict, reasons, score, findings } = review;
  const all = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([severity, n]) => `${number(n)} ${severity}`)
      .join(', ');
  return (
    <Facts
      rows={[
        ['Verdict', <State key="verdict" status={statusOfVerdict(verdict)} word={plain(verdict)} />],
        ['Because', reasons.map(capital).join('; ')],
        ['Score', score === null ? <State key="score" status="not_observed" /> : `${points(score)} of 100`],
        ['Findings open', all(findings.open)],
        ['Of these overdue', all(findings.overdue)],
        ['Risks accepted', number(findings.accepted)],
        [
          'Controls',
          Object.entries(review.controls)
            .map(([state, n]) => `${number(n)} ${plain(state).toLowerCase()}`)
            .join(', '),
        ],
        [
          'Report of the month',
          review.cadence !== 'monthly' || review.executiveReport === null ? null : (
            <To path={['reports', review.executiveReport.report]}>CSO report</To>
          ),
        ],
        [
          'Drill of the quarter',
          review.cadence !== 'quarterly' || review.drill === null ? null : (
            <EvidenceLink id={review.drill.evidenceId} />
          ),
        ],
        [
          'Archive of the quarter',
          review.cadence === 'quarterly' ? (
            <To path={['archives', review.period.id]}>Archive of {review.period.id}</To>
          ) : null,
        ],
      ]}
    />
  );
}

type Sections = Extract<Review['document'], { cadence: 'quarterly' }>['operatingReview'];

/** The customer operating review, section by section with who owns it. */
function OperatingReview({ of }: { of: Sections }): JSX.Element {
  const rows = of.flatMap((section) => section.metrics.map((metric) => ({ section, metric })));
  return (
    <>
      <h2>Customer operating review</h2>
      <Table
        caption="Metrics of the customer operating review"
        rows={rows}
        keyOf={({ section, metric }) => `${section.section} ${metric.name}`}
        empty="It has no section."
        columns={[
          { title: 'Metric', cell: ({ metric }) => capital(metric.words) },
          {
            title: 'Target',
            cell: ({ metric: { met } }) =>
              met === null ? (
                <State status="not_observed" />
              ) : met ? (
                <State status="on_target" word="Met" />
              ) : (
                <State status="off_target" word="Not met" />
              ),
          },
          { title: 'Section', cell: ({ section }) => plain(section.section) },
          { title: 'Owned by', cell: ({ section }) => plain(section.owner) },
          {
            title: 'Signed off',
            cell: ({ section: { signOff } }) =>
              signOff === null ? (
                <span class="quiet">not yet</span>
              ) : (
                <>
                  <Time at={signOff.at} />, <EvidenceLink id={signOff.evidenceId} />
                </>
              ),
          },
        ]}
      />
    </>
  );
}
