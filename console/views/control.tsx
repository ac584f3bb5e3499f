import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { ControlDetail } from '../answers.js';
import { To } from '../navigation.js';
import { EvidenceLink, Facts, Head, Person, Subject, Time } from '../parts/page.js';
import { Filters, optionsOf, Pager, useListPath } from '../parts/queue.js';
import { plain, Severity, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { Responses } from './responses.js';

type JudgedItem = ControlDetail['items'][number];

const columns: readonly Column<JudgedItem>[] = [
  { title: 'Item', cell: ({ kind, name }) => <Subject of={`${kind}:${name}`} /> },
  { title: 'State', cell: ({ state }) => <State status={state} /> },
  { title: 'Since', cell: ({ since }) => <Time at={since} /> },
  { title: 'Deciding evidence', cell: ({ evidenceId }) => <EvidenceLink id={evidenceId} /> },
  {
    title: 'Last enforced by',
    cell: ({ fell }) => (fell === undefined ? '' : <EvidenceLink id={fell.from} />),
  },
];
const states = ['blocked', 'missing', 'stale', 'shadowed', 'enforced', 'not_applicable'] as const;

/** One control: what it demands, and for each item the event that decides. */
export function ControlView({ id }: { id: string }): JSX.Element {
  const detail = useRead<ControlDetail>(useListPath(`/controls/${encodeURIComponent(id)}`, ['state']));
  return (
    <Shown whole of={detail} what="the control">
      {({ control, items, cursor, people }) => (
        <>
          <Head title={control.title} above={<To path={['controls']}>Controls</To>}>
            <p>
              <State status={control.state} /> · {number(control.counts.enforced ?? 0)} of{' '}
              {number(control.inScope)} items enforced
            </p>
          </Head>
          <Facts
            rows={[
              ['Demands', control.demand],
              ['Satisfied by', control.satisfiedBy],
              ['When unmet', control.remediation],
              ['Severity when unmet', <Severity key="severity" of={control.severity} />],
              ['Evidence is fresh for', `${number(control.freshnessHours)} hours`],
              ['Weight in the score', number(control.weight)],
              ['Domain', plain(control.domain)],
              ['Answers', <Clauses key="clauses" clauses={control.clauses} />],
              [
                'Overridden',
                control.override === undefined ? null : (
                  <>
                    {control.override.reason} (by <Person id={control.override.approvedBy} people={people} />,
                    until <Time at={control.override.expiresAt} />)
                  </>
                ),
              ],
            ]}
          />
          <h2>Items it is judged for</h2>
          <Filters
            filters={[
              {
                name: 'state',
                label: 'State',
                all: 'All states',
                options: optionsOf(states),
              },
            ]}
          />
          <Table
            caption={`Items of ${control.title}, worst first`}
            columns={columns}
            rows={items}
            keyOf={({ kind, name }) => `${kind}:${name}`}
            empty="Nothing is in scope of it, so it is not observed. That is not a pass."
          />
          <Pager cursor={cursor} />
          <Responses control={id} title={control.title} />
        </>
      )}
    </Shown>
  );
}

const Clauses = ({ clauses }: { clauses: ControlDetail['control']['clauses'] }): JSX.Element => (
  <ul class="inline-list">
    {clauses.map(({ framework, id }) => (
      <li key={`${framework} ${id}`}>
        <To path={['frameworks', framework]}>
          {framework} {id}
        </To>
      </li>
    ))}
  </ul>
);
