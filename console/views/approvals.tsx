import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { Approval, ApprovalList, People } from '../answers.js';
import { To } from '../navigation.js';
import { Figures, ListView } from '../parts/list.js';
import { EvidenceLink, Facts, Head, length, Person, Standing, Time } from '../parts/page.js';
import { optionsOf, wordsFilter, type Filter } from '../parts/queue.js';
import { Code, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { useControlTitle } from './controls.js';

const filters: readonly Filter[] = [
  wordsFilter,
  {
    name: 'status',
    label: 'Status',
    all: 'All',
    options: optionsOf(['pending', 'approved', 'denied', 'expired', 'self_approved', 'late', 'unrequested']),
  },
  {
    name: 'breakGlass',
    label: 'Break-glass',
    all: 'With and without',
    options: optionsOf(['unreviewed', 'overdue', 'justified', 'not_justified']),
  },
];

const columns = (people: People | undefined): Column<Approval>[] => [
  { title: 'Approval', cell: ({ name }) => <To path={['approvals', name]}>{name}</To> },
  { title: 'Status', cell: ({ status }) => <Code set="approvals" of={status} /> },
  {
    title: 'Requested',
    cell: ({ requested }) =>
      requested === undefined ? <span class="quiet">never</span> : <Time at={requested.time} />,
  },
  { title: 'By', cell: ({ requested }) => <Person id={requested?.by} people={people} /> },
  { title: 'Answered by', cell: ({ decided }) => <Person id={decided?.by} people={people} /> },
  {
    title: 'Answer took',
    numeric: true,
    cell: ({ latencySeconds, pendingSeconds }) =>
      latencySeconds === undefined && pendingSeconds !== undefined
        ? `waits ${length(pendingSeconds)}`
        : length(latencySeconds),
  },
  {
    title: 'Break-glass',
    cell: ({ breakGlass }) =>
      breakGlass === undefined ? '' : <Code set="breakGlass" of={breakGlass.review} />,
  },
];

/** Approvals from request to answer to action, the use of break-glass among them. */
export const ApprovalsView = (): JSX.Element => (
  <ListView<Approval, ApprovalList>
    title="Approvals"
    about="From request to answer to the action it covers."
    path="/approvals"
    what="the approvals"
    caption="Approvals"
    filters={filters}
    linked={['name']}
    columns={({ people }) => columns(people)}
    keyOf={({ name }) => name}
    empty="No approval was asked for yet. Each appears with its request."
    above={({ summary: { pending, latency, usedExpired, covered, breakGlass } }) => (
      <Figures
        rows={[
          [
            'Pending',
            number(pending.count),
            pending.oldestSeconds === null ? 'none waits' : `the oldest for ${length(pending.oldestSeconds)}`,
          ],
          [
            'Answered in, median',
            length(latency.medianSeconds),
            latency.p95Seconds === null ? 'none was answered' : `95% within ${length(latency.p95Seconds)}`,
          ],
          ['Used after its end', number(usedExpired), `of ${number(covered)} used`],
          [
            'Break-glass not reviewed',
            number(breakGlass.unreviewed + breakGlass.overdue),
            `of ${number(breakGlass.used)} uses`,
          ],
        ]}
      />
    )}
    below={({ summary: { asOf, position } }) => (
      <p class="note">
        <Standing asOf={asOf} position={position} />
      </p>
    )}
  />
);

export function ApprovalView({ name }: { name: string }): JSX.Element {
  const approval = useRead<Approval & { people?: People }>(`/approvals/${encodeURIComponent(name)}`);
  return (
    <Shown whole of={approval} what="the approval">
      {({ people, requested, decided, reviewed, used, breakGlass, status, states, latencySeconds }) => (
        <>
          <Head title={name} above={<To path={['approvals']}>Approvals</To>}>
            <p>
              <Code set="approvals" of={status} />
            </p>
          </Head>
          <Table
            caption="From request to action"
            empty="Nothing is known of it."
            keyOf={([step]) => step}
            rows={[
              ...(requested === undefined ? [] : [['Requested', requested, requested.by] as const]),
              ...(decided === undefined ? [] : [['Answered', decided, decided.by] as const]),
              ...(used === undefined
                ? []
                : [
                    ['First used', used.first, undefined] as const,
                    ['Last used', used.last, undefined] as const,
                  ]),
              ...(reviewed === undefined ? [] : [['Reviewed', reviewed, reviewed.by] as const]),
            ]}
            columns={[
              { title: 'Step', cell: ([step]) => step },
              { title: 'When', cell: ([, said]) => <Time at={said.time} /> },
              {
                title: 'By',
                cell: ([, , by]) => (by === undefined ? '' : <Person id={by} people={people} />),
              },
              { title: 'Evidence', cell: ([, said]) => <EvidenceLink id={said.id} /> },
            ]}
          />
          <Facts
            rows={[
              ['Answer took', latencySeconds === undefined ? null : length(latencySeconds)],
              [
                'Break-glass',
                breakGlass === undefined ? null : <Code set="breakGlass" of={breakGlass.review} />,
              ],
              ['Reason', breakGlass?.reason],
            ]}
          />
          <States states={states} />
        </>
      )}
    </Shown>
  );
}

/** States of the controls that one thing is judged by. */
function States({ states }: { states: Approval['states'] }): JSX.Element {
  const titleFor = useControlTitle();
  return (
    <>
      <h2>Controls it is judged by</h2>
      <Table
        caption="Controls and their states"
        rows={Object.entries(states)}
        keyOf={([id]) => id}
        empty="No control judges it."
        columns={[
          { title: 'Control', cell: ([id]) => <To path={['controls', id]}>{titleFor(id)}</To> },
          { title: 'State', cell: ([, { state }]) => <State status={state} /> },
          { title: 'Since', cell: ([, { since }]) => <Time at={since} /> },
          { title: 'Deciding evidence', cell: ([, { evidenceId }]) => <EvidenceLink id={evidenceId} /> },
        ]}
      />
    </>
  );
}
