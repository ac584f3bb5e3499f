import type { JSX } from 'preact';

import type { Waiting, WaitingList } from '../answers.js';
import { Onward, To } from '../navigation.js';
import { ListView } from '../parts/list.js';
import { Person, Time } from '../parts/page.js';
import { State } from '../parts/status.js';

/** What kinds are called, and what leads on to what each is about. */
const kinds: Readonly<Record<Waiting['kind'], readonly [title: string, about: string]>> = {
  member: ['Member', 'its evidence'],
  source: ['Source', 'its evidence'],
  settings: ['What the tenant is held to', 'its evidence'],
  override: ['Override of a control', 'the control'],
  limits: ['Limits of indicators', 'the limits'],
  delivery: ['Delivery of reports', ''],
  key: ['Signing key', ''],
  access: ['Access of a guest', 'its evidence'],
  report: ['Report', 'the packet'],
};

/** A path of the API as the README writes it: what stands before is the tenant that is looked at. */
const pathOf = (link = ''): string => link.replace(/^\/api\/(sample|tenants\/[^/]+)/, '…');

/** Everything that one person asked for and another decides. */
export const WaitingView = (): JSX.Element => (
  <ListView<Waiting, WaitingList>
    title="Waiting for a second person"
    about="Asked for by one person, decided by an approver or an administrator who did not ask. What nobody decides in time falls."
    path="/waiting"
    what="what waits"
    caption="What waits for a second person, whose time is over first at the top"
    keyOf={({ kind, id }) => `${kind} ${id}`}
    empty="Nothing waits for a second person. A change of members, sources or settings, an override, limits, a schedule, a domain or a report stands here from its request until another decides."
    columns={({ people }) => [
      { title: 'Kind', cell: ({ kind }) => kinds[kind][0] },
      {
        title: 'What',
        head: true,
        class: 'wide',
        cell: ({ what, reason }) => (
          <>
            {what}
            {reason === undefined ? null : (
              <>
                <br />
                <span class="quiet">{reason}</span>
              </>
            )}
          </>
        ),
      },
      { title: 'Asked by', cell: ({ requestedBy }) => <Person id={requestedBy} people={people} /> },
      { title: 'Since', cell: ({ requestedAt }) => <Time at={requestedAt} /> },
      { title: 'Decide by', cell: ({ decideBy }) => <Time at={decideBy} /> },
      {
        title: 'State',
        cell: ({ status }) =>
          status === 'pending' ? (
            <State status="needs_attention" word="Waits" />
          ) : (
            <State status="not_applicable" word="Outdated, to be refused" />
          ),
      },
      {
        title: 'Way on',
        class: 'wide',
        cell: ({ kind, status, links }) => (
          <>
            {links['about'] === undefined ? null : (
              <>
                <Onward link={links['about']}>{kinds[kind][1]}</Onward>,{' '}
              </>
            )}
            <code class="wraps">
              POST {pathOf(status === 'pending' ? links['approve'] : links['reject'])}
            </code>
          </>
        ),
      },
    ]}
    below={({ asOf, hidden }) => (
      <>
        <p class="note">
          as of <Time at={asOf} />
          {hidden.length === 0
            ? ''
            : ` · your role does not see: ${hidden.map((kind) => kinds[kind][0].toLowerCase()).join(', ')}`}
        </p>
        <p class="note">
          What waits of a finding, its acceptance or dismissal, stands with{' '}
          <To path={['findings']}>the finding</To>; what agents asked for, in{' '}
          <To path={['approvals']}>Approvals</To>.
        </p>
      </>
    )}
  />
);
