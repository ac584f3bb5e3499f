import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { ControlList, Finding, People } from '../answers.js';
import { To } from '../navigation.js';
import { ListView } from '../parts/list.js';
import { Person, Subject, Time } from '../parts/page.js';
import { optionsOf, wordsFilter, type Filter } from '../parts/queue.js';
import { capital, Code, Severity, State } from '../parts/status.js';
import type { Column } from '../parts/table.js';
import { useRead } from '../reading.js';

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
  wordsFilter,
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
    options: optionsOf(['critical', 'high', 'medium', 'low']),
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
  { name: 'owner', label: 'Owner', hint: 'name or pseudonym' },
  { name: 'id', label: 'Id', hint: 'its beginning' },
];

/** The queue of findings, searched by what an index serves. */
export function FindingsView(): JSX.Element {
  const controls = useRead<ControlList>('/controls').value?.controls ?? [];
  const options = controls.map(({ id, title }) => [id, title] as const);
  return (
    <ListView<Finding>
      title="Findings"
      about="Each is one cause. What is open comes first."
      path="/findings"
      what="the findings"
      caption="Findings"
      filters={[...filters, { name: 'control', label: 'Control', all: 'All controls', options }]}
      linked={['subject', 'agent', 'owned']}
      columns={({ people }) => findingColumns(people)}
      keyOf={({ id }) => id}
      empty="No finding was opened yet. One opens as soon as evidence, or its absence, shows a cause."
    />
  );
}
