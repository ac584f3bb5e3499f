import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { Finding, Paged, People } from '../answers.js';
import { To } from '../navigation.js';
import { Head, Person, Subject, Time } from '../parts/page.js';
import { Filters, Pager, useListPath, type Filter } from '../parts/queue.js';
import { capital, Code, Severity, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

export const findingColumns = (people: People | undefined): Column<Finding>[] => [
  { title: 'Severity', cell: ({ severity }) => <Severity of={severity} /> },
  {
    title: 'Finding',
    head: true,
    class: 'wide',
    cell: ({ id, detail }) => <To path={['findings', id]}>{capital(detail)}</To>,
  },
  { title: 'About', cell: ({ subject }) => <Subject of={subject} /> },
  { title: 'State', cell: ({ state }) => <Code set="findings" of={state} /> },
  {
    title: 'Due',
    cell: ({ dueOn, overdue, state }) =>
      state === 'closed' || state === 'dismissed' ? (
        <span class="quiet">settled</span>
      ) : (
        <>
          <Time at={dueOn} />
          {overdue ? <State status="off_target" word="Overdue" /> : null}
        </>
      ),
  },
  { title: 'Owner', cell: ({ owner }) => <Person id={owner} people={people} /> },
  { title: 'Times seen', numeric: true, cell: ({ count }) => number(count) },
];

const filters: readonly Filter[] = [
  {
    name: 'sort',
    label: 'Order',
    all: 'Worst first',
    options: [['due', 'Earliest due first']],
  },
  {
    name: 'severity',
    label: 'Severity',
    all: 'All severities',
    options: (['critical', 'high', 'medium', 'low'] as const).map((one) => [one, capital(one)] as const),
  },
  {
    name: 'state',
    label: 'State',
    all: 'All states',
    options: [
      ['open', 'Open'],
      ['resolved', 'Claimed resolved'],
      ['accepted', 'Accepted'],
      ['dismissed', 'Dismissed'],
      ['closed', 'Closed'],
    ],
  },
  {
    name: 'overdue',
    label: 'Due date',
    all: 'Any',
    options: [
      ['true', 'Overdue'],
      ['false', 'Not overdue'],
    ],
  },
  { name: 'agent', label: 'Agent', hint: 'its name' },
  { name: 'control', label: 'Control', hint: 'its id' },
  { name: 'owner', label: 'Owner', hint: 'name or pseudonym' },
];

/** The queue of findings. */
export function FindingsView(): JSX.Element {
  const page = useRead<Paged<Finding>>(
    useListPath(
      '/findings',
      filters.map(({ name }) => name),
    ),
  );
  return (
    <>
      <Head title="Findings">
        <p>Each is one cause. What is open comes first.</p>
      </Head>
      <Filters filters={filters} />
      <Shown of={page} what="the findings">
        {({ items, cursor, people }) => (
          <>
            <Table
              caption="Findings"
              columns={findingColumns(people)}
              rows={items}
              keyOf={({ id }) => id}
              empty="No finding is like that."
            />
            <Pager cursor={cursor} />
          </>
        )}
      </Shown>
    </>
  );
}
