import type { JSX } from 'preact';

import type { EvidenceRow, Paged } from '../answers.js';
import { To } from '../navigation.js';
import { Head, Subject, Time } from '../parts/page.js';
import { Filters, Pager, useListPath } from '../parts/queue.js';
import { plain, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

/** `Decision recorded` of `aispm.decision.recorded`. */
export const typeWords = (type: string): string => plain(type.replace(/^aispm\./, '').replace('.', ' '));

export const evidenceColumns: readonly Column<EvidenceRow>[] = [
  { title: 'Event', cell: ({ id, type }) => <To path={['evidence', id]}>{typeWords(type)}</To> },
  { title: 'Time', cell: ({ time }) => <Time at={time} /> },
  { title: 'About', cell: ({ subject }) => (subject === undefined ? '' : <Subject of={subject} />) },
  { title: 'Source', class: 'long', cell: ({ source }) => source },
  {
    title: 'Standing',
    cell: ({ provenance, signed }) =>
      provenance === 'sample' ? (
        <State status="not_applicable" word="Sample" />
      ) : signed ? (
        <State status="on_target" word="Signed" />
      ) : (
        <State status="needs_attention" word="Not signed" />
      ),
  },
];

const names = ['type', 'agent', 'repository', 'workflow', 'tool', 'session', 'subject', 'from', 'to'];

/** All evidence, newest first. */
export function EvidenceView(): JSX.Element {
  const page = useRead<Paged<EvidenceRow>>(useListPath('/evidence', names));
  return (
    <>
      <Head title="Evidence">
        <p>Everything that happened, newest first. Each event leads to its canonical form and its proof.</p>
      </Head>
      <Filters
        filters={[
          { name: 'type', label: 'Type', hint: 'aispm.decision.recorded' },
          { name: 'agent', label: 'Agent', hint: 'its name' },
          { name: 'repository', label: 'Repository', hint: 'its name' },
          { name: 'session', label: 'Session', hint: 'its name' },
        ]}
      />
      <Shown of={page} what="the evidence">
        {({ items, cursor }) => (
          <>
            <Table
              caption="Evidence, newest first"
              columns={evidenceColumns}
              rows={items}
              keyOf={({ id }) => id}
              empty="No event is like that. Evidence appears here once a registered source has posted it."
            />
            <Pager cursor={cursor} />
          </>
        )}
      </Shown>
    </>
  );
}
