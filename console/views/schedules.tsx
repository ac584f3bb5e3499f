import type { JSX } from 'preact';

import type { Schedule, ScheduleRun } from '../answers.js';
import { To } from '../navigation.js';
import { List, ListView } from '../parts/list.js';
import { Facts, Head, Time } from '../parts/page.js';
import { capital, Code, plain, State } from '../parts/status.js';
import { Shown, useRead } from '../reading.js';
import { reportTitle } from '../parts/report-title.js';

const when = ({ cadence, at, cron, zone }: Schedule): string =>
  `${capital(cadence)}, ${cron === undefined ? `at ${at ?? '07:00'}` : cron}, ${zone}`;

const Standing = ({ of: { paused } }: { of: Schedule }): JSX.Element =>
  paused === true ? (
    <State status="not_applicable" word="Paused" />
  ) : (
    <State status="on_target" word="Runs" />
  );

/** Reports that are made by themselves. */
export function SchedulesView(): JSX.Element {
  return (
    <ListView<Schedule>
      title="Schedules"
      about="Reports that are made by themselves, as two people agreed."
      path="/schedules"
      what="the schedules"
      caption="Schedules of reports"
      keyOf={({ id }) => id}
      empty="No report is scheduled. A schedule stands here once a second person has agreed to it."
      columns={() => [
        { title: 'Schedule', cell: ({ id }) => <To path={['schedules', id]}>{id}</To> },
        { title: 'Report', cell: ({ report }) => reportTitle(report) },
        { title: 'State', cell: (one) => <Standing of={one} /> },
        { title: 'When', cell: when },
        { title: 'Next', cell: ({ next }) => (next === null ? '' : <Time at={next.dueAt} />) },
        {
          title: 'Last',
          cell: ({ last }) =>
            last === null ? <span class="quiet">never</span> : <Code set="runs" of={last.outcome} />,
        },
      ]}
    />
  );
}

/** One schedule, and what it did each time. */
export function ScheduleView({ id }: { id: string }): JSX.Element {
  const path = `/schedules/${encodeURIComponent(id)}`;
  const schedule = useRead<Schedule>(path);
  return (
    <Shown whole of={schedule} what="the schedule">
      {(value) => (
        <>
          <Head title={`Schedule ${value.id}`} above={<To path={['schedules']}>Schedules</To>}>
            <p>
              <Standing of={value} />
            </p>
          </Head>
          <Facts
            rows={[
              ['Report', reportTitle(value.report)],
              ['When', when(value)],
              ['In force since', <Time key="since" at={value.since} />],
              [
                'Next',
                value.next === null ? (
                  'not due'
                ) : (
                  <>
                    <Time at={value.next.dueAt} />, of {value.next.period.from} to {value.next.period.to}
                  </>
                ),
              ],
              ['Scope', value.scope === undefined ? null : plain(value.scope)],
            ]}
          />
          <h2>What it did</h2>
          <List<ScheduleRun>
            path={`${path}/runs`}
            what="the runs"
            caption="Runs, newest first"
            keyOf={({ dueAt, report }) => `${dueAt} ${report}`}
            empty="It was never due yet."
            columns={() => [
              { title: 'Due', cell: ({ dueAt }) => <Time at={dueAt} /> },
              { title: 'Outcome', cell: ({ outcome }) => <Code set="runs" of={outcome} /> },
              { title: 'Period', cell: ({ period }) => `${period.from} to ${period.to}` },
              {
                title: 'Report',
                cell: ({ report, outcome }) =>
                  outcome === 'requested' ? <To path={['reports', report]}>its packet</To> : '',
              },
              {
                title: 'Beside that',
                class: 'wide',
                cell: ({ detail, caughtUp, deferredUntil }) => (
                  <>
                    {[detail, caughtUp ? 'caught up later' : undefined].filter(Boolean).join('; ')}
                    {deferredUntil === undefined ? null : (
                      <>
                        {' '}
                        mails wait until <Time at={deferredUntil} />
                      </>
                    )}
                  </>
                ),
              },
            ]}
          />
        </>
      )}
    </Shown>
  );
}
