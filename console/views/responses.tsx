import type { JSX } from 'preact';

import type { ManagementResponse, Paged } from '../answers.js';
import { EvidenceLink, Person, Time } from '../parts/page.js';
import { capital } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

/** The newest are shown; the evidence has them all. */
const shown = 20;

const columns: readonly Column<ManagementResponse>[] = [
  {
    title: 'Recorded',
    head: true,
    cell: ({ recordedAt, actor, people }) => (
      <>
        <Time at={recordedAt} /> by <Person id={actor} people={people} />
      </>
    ),
  },
  {
    title: 'Exceptions',
    cell: ({ from, until, exceptions }) => (
      <>
        {exceptions === undefined ? 'All' : String(exceptions.length)} from <Time at={from} /> to{' '}
        <Time at={until} />
      </>
    ),
  },
  { title: 'Management', cell: ({ stance }) => capital(stance) },
  { title: 'Cause', class: 'wide', cell: ({ cause }) => cause },
  { title: 'Action', class: 'wide', cell: ({ action }) => action },
  {
    title: 'Owner, due',
    cell: ({ owner, dueAt, done, people }) => (
      <>
        <Person id={owner} people={people} />,{' '}
        {done !== undefined ? (
          <>
            done <Time at={done.at} />
          </>
        ) : dueAt === undefined ? (
          'no date set'
        ) : (
          <Time at={dueAt} />
        )}
      </>
    ),
  },
  { title: 'Evidence', cell: ({ evidenceId }) => <EvidenceLink id={evidenceId} /> },
];

/** What management answered to exceptions to a control. */
export function Responses({ control, title }: { control: string; title: string }): JSX.Element {
  const page = useRead<Paged<ManagementResponse>>(
    `/controls/${encodeURIComponent(control)}/responses?limit=${shown}`,
  );
  return (
    <>
      <h2>Management responses</h2>
      <Shown of={page} what="the responses">
        {({ items }) => (
          <Table
            caption={`Management responses to exceptions to ${title}, newest first`}
            columns={columns}
            rows={items}
            keyOf={({ evidenceId }) => evidenceId}
            empty="Nothing was answered to exceptions to this control."
          />
        )}
      </Shown>
    </>
  );
}
