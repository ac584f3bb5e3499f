import type { JSX } from 'preact';

import type { Drill, EvidenceRow } from '../answers.js';
import { To } from '../navigation.js';
import { List } from '../parts/list.js';
import { EvidenceLink, Facts, Head, Person, Time } from '../parts/page.js';
import { Code, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead, type Reading } from '../reading.js';
import type { Paged } from '../answers.js';

const stateOf = ({ outcome }: Drill): string => outcome ?? 'running';
const done = ({ steps }: Drill): string =>
  `${String(steps.filter((step) => step.done !== null).length)} of ${String(steps.length)}`;

/** Advisory drills that were run here, and every drill that is on record. */
export function DrillsView(): JSX.Element {
  const recorded = useRead<Paged<EvidenceRow>>('/evidence?type=aispm.drill.recorded&limit=50');
  return (
    <>
      <Head title="Drills">
        <p>An advisory, played through by a script: who did what, in what time.</p>
      </Head>
      <h2>Run here</h2>
      <List<Drill>
        path="/drills"
        what="the drills"
        caption="Drills that were run by the script"
        keyOf={({ drill }) => drill}
        empty="No drill was started yet. One is to be run each quarter."
        columns={() => [
          {
            title: 'Started',
            cell: ({ drill, startedAt }) => (
              <To path={['drills', drill]}>
                <Time at={startedAt} />
              </To>
            ),
          },
          { title: 'By', cell: ({ startedBy, people }) => <Person id={startedBy} people={people} /> },
          { title: 'Outcome', cell: (drill) => <Code set="drills" of={stateOf(drill)} /> },
          { title: 'Steps done', numeric: true, cell: done },
          { title: 'Ended', cell: ({ endedAt }) => (endedAt === null ? '' : <Time at={endedAt} />) },
        ]}
      />
      <h2>On record</h2>
      <Recorded of={recorded} />
    </>
  );
}

const Recorded = ({ of }: { of: Reading<Paged<EvidenceRow>> }): JSX.Element => (
  <Shown of={of} what="the drills on record">
    {({ items }) => (
      <Table
        caption="Drills on record, newest first"
        rows={items}
        keyOf={({ id }) => id}
        empty="No drill is on record. One is once it has ended, whoever ran it."
        columns={[
          {
            title: 'Ended',
            cell: ({ id, time }) => (
              <To path={['evidence', id]}>
                <Time at={time} />
              </To>
            ),
          },
          { title: 'Said by', class: 'long', cell: ({ source }) => source },
        ]}
      />
    )}
  </Shown>
);

/** One drill by its script. */
export function DrillView({ id }: { id: string }): JSX.Element {
  const drill = useRead<Drill>(`/drills/${encodeURIComponent(id)}`);
  return (
    <Shown whole of={drill} what="the drill">
      {(value) => (
        <>
          <Head title={`Drill of ${value.startedAt.slice(0, 10)}`} above={<To path={['drills']}>Drills</To>}>
            <p>
              <Code set="drills" of={stateOf(value)} /> · {done(value)} steps done
            </p>
          </Head>
          <Facts
            rows={[
              ['Started', <Time key="started" at={value.startedAt} />],
              ['By', <Person key="by" id={value.startedBy} people={value.people} />],
              ['Ended', value.endedAt === null ? null : <Time at={value.endedAt} />],
              [
                'On record',
                value.endedAt === null ? null : (
                  <EvidenceLink id={value.links['evidence']?.split('/').pop()} />
                ),
              ],
              ['To be followed up', value.followUps.length === 0 ? null : value.followUps.join('; ')],
            ]}
          />
          <h2>Steps</h2>
          <Table
            caption="Steps of the script, in order"
            rows={value.steps}
            keyOf={({ step }) => step}
            empty="The script has no step."
            columns={[
              { title: 'Step', class: 'wide', cell: ({ title }) => title },
              { title: 'State', cell: (step) => <StepState of={step} /> },
              { title: 'To be done by', cell: ({ dueAt }) => <Time at={dueAt} /> },
              { title: 'Done', cell: (step) => (step.done === null ? '' : <Time at={step.done.at} />) },
              {
                title: 'By',
                cell: (step) =>
                  step.done === null ? '' : <Person id={step.done.by} people={value.people} />,
              },
              { title: 'Notes', class: 'wide', cell: (step) => step.done?.notes ?? '' },
              {
                title: 'Evidence',
                cell: (step) =>
                  step.done === null || step.done.evidenceIds.length === 0 ? (
                    ''
                  ) : (
                    <span class="states">
                      {step.done.evidenceIds.map((one) => (
                        <EvidenceLink key={one} id={one} />
                      ))}
                    </span>
                  ),
              },
            ]}
          />
        </>
      )}
    </Shown>
  );
}

function StepState({ of: { dueAt, done: made } }: { of: Drill['steps'][number] }): JSX.Element {
  if (made === null) return <State status="not_observed" word="Not done" />;
  return made.at <= dueAt ? (
    <State status="on_target" word="In time" />
  ) : (
    <State status="off_target" word="Too late" />
  );
}
