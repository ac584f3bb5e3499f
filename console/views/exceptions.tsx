import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { Exception, ExceptionList, People } from '../answers.js';
import { Figures, ListView } from '../parts/list.js';
import { EvidenceLink, length, Person, Standing, Time } from '../parts/page.js';
import { optionsOf, wordsFilter, type Filter } from '../parts/queue.js';
import { Code, State } from '../parts/status.js';
import type { Column } from '../parts/table.js';

const filters: readonly Filter[] = [
  wordsFilter,
  {
    name: 'status',
    label: 'Status',
    all: 'All',
    options: optionsOf(['active', 'expired', 'revoked', 'unowned']),
  },
  { name: 'owner', label: 'Owner', hint: 'name or pseudonym' },
];

const columns = (people: People | undefined): Column<Exception>[] => [
  { title: 'Exception', cell: ({ name }) => name },
  {
    title: 'Status',
    cell: ({ status, expiring }) => (
      <>
        <Code set="exceptions" of={status} />
        {expiring ? <State status="needs_attention" word="Ends within 14 days" /> : null}
      </>
    ),
  },
  { title: 'Owner', cell: ({ owner }) => <Person id={owner} people={people} /> },
  {
    title: 'Ends',
    cell: ({ expiresAt }) => (expiresAt === undefined ? '' : <Time at={expiresAt} />),
  },
  { title: 'Age', numeric: true, cell: ({ ageSeconds }) => length(ageSeconds) },
  { title: 'Granted by evidence', cell: ({ granted }) => <EvidenceLink id={granted?.id} /> },
];

/** Policy exceptions with owner, age and end. */
export const ExceptionsView = (): JSX.Element => (
  <ListView<Exception, ExceptionList>
    title="Exceptions"
    about="Policy exceptions: who owns each, and when it ends."
    path="/exceptions"
    what="the exceptions"
    caption="Exceptions"
    filters={filters}
    linked={['name']}
    columns={({ people }) => columns(people)}
    keyOf={({ name }) => name}
    empty="No exception was granted yet. Each appears with its grant."
    above={({ summary: { byStatus, expiringIn14Days } }) => (
      <Figures
        rows={[
          ['Standing', number(byStatus.active ?? 0), 'active'],
          ['End within 14 days', number(expiringIn14Days), 'of those'],
          ['Expired', number(byStatus.expired ?? 0), 'not renewed'],
          ['Without an owner', number(byStatus.unowned ?? 0), 'nobody answers for them'],
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
