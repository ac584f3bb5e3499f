import type { JSX } from 'preact';

import { serviceUri } from '../../schemas/primitives.js';
import type { EvidenceRow } from '../answers.js';
import { To } from '../navigation.js';
import { ListView } from '../parts/list.js';
import { Subject, Time } from '../parts/page.js';
import type { Filter } from '../parts/queue.js';
import { plain, State } from '../parts/status.js';
import type { Column } from '../parts/table.js';

/** `Decision recorded` of `aispm.decision.recorded`. */
export const typeWords = (type: string): string => plain(type.replace(/^aispm\./, '').replace('.', ' '));

export const evidenceColumns: readonly Column<EvidenceRow>[] = [
  { title: 'Event', cell: ({ id, type }) => <To path={['evidence', id]}>{typeWords(type)}</To> },
  { title: 'Time', cell: ({ time }) => <Time at={time} /> },
  { title: 'About', cell: ({ subject }) => (subject === undefined ? '' : <Subject of={subject} />) },
  { title: 'Source', class: 'long', cell: ({ source }) => source },
  {
    title: 'Standing',
    cell: ({ provenance, signed, source }) =>
      provenance === 'sample' ? (
        <State status="not_applicable" word="Sample" />
      ) : source === serviceUri ? (
        // What no source sent, no source can have signed.
        <State status="not_applicable" word="Of the service" />
      ) : signed ? (
        <State status="on_target" word="Signed" />
      ) : (
        <State status="needs_attention" word="Not signed" />
      ),
  },
];

const filters: readonly Filter[] = [
  { name: 'type', label: 'Type', hint: 'aispm.decision.recorded' },
  { name: 'agent', label: 'Agent', hint: 'its name' },
  { name: 'repository', label: 'Repository', hint: 'its name' },
  { name: 'session', label: 'Session', hint: 'its name' },
  { name: 'subject', label: 'About', hint: 'agent:its-name' },
];

/** All evidence, newest first. */
export const EvidenceView = (): JSX.Element => (
  <ListView<EvidenceRow>
    title="Evidence"
    about="Everything that happened, newest first. Each event leads to its canonical form and its proof."
    path="/evidence"
    what="the evidence"
    caption="Evidence, newest first"
    filters={filters}
    linked={['workflow', 'tool', 'from', 'to', 'trusted', 'references']}
    columns={() => evidenceColumns}
    keyOf={({ id }) => id}
    empty="No event is here yet. Each appears as soon as a registered source has posted it."
  />
);
