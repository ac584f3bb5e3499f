import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { EvidenceRow, Item, ItemDetail, Paged } from '../answers.js';
import { To } from '../navigation.js';
import { ListView } from '../parts/list.js';
import { EvidenceLink, Facts, Head, Time } from '../parts/page.js';
import { optionsOf, wordsFilter, type Filter } from '../parts/queue.js';
import { capital, Code, plain, Severity, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { evidenceColumns } from './evidence.js';
import { findingColumns } from './findings.js';

export const itemLists = ['agents', 'repositories', 'workflows', 'tools'] as const;
export type ItemList = (typeof itemLists)[number];
/** Names of the lists as titles, and of one thing of each as evidence names it. */
const kinds: Readonly<Record<ItemList, string>> = {
  agents: 'agent',
  repositories: 'repository',
  workflows: 'workflow',
  tools: 'tool',
};

function filtersOf(list: ItemList): Filter[] {
  return [
    wordsFilter,
    {
      name: 'coverage',
      label: 'Coverage',
      all: 'All',
      options: optionsOf(['covered', 'uncovered', 'silent', 'shadow', 'declared', 'observed', 'retired']),
    },
    ...(list === 'agents'
      ? [
          {
            name: 'activity',
            label: 'Activity',
            all: 'All',
            options: optionsOf(['active', 'idle', 'retired']),
          },
        ]
      : []),
    ...(list === 'tools'
      ? [
          { name: 'trust', label: 'Trust', all: 'All', options: optionsOf(['trusted', 'risky']) },
          {
            name: 'risk',
            label: 'Risk',
            all: 'All',
            options: optionsOf([
              'unregistered',
              'unowned',
              'below_trusted_tier',
              'approval_expired',
              'beyond_capability',
            ]),
          },
        ]
      : []),
    {
      name: 'criticality',
      label: 'Criticality',
      all: 'All',
      options: optionsOf(['critical', 'high', 'medium', 'low']),
    },
    {
      name: 'environment',
      label: 'Environment',
      all: 'All',
      options: optionsOf(['production', 'staging', 'test', 'dev', 'sandbox']),
    },
  ];
}

const Coverage = ({ of }: { of: Item['coverage'] }): JSX.Element => (
  <span class="states">
    {(of.includes('covered') ? (['covered'] as const) : of).map((one) => (
      <Code key={one} set="coverage" of={one} />
    ))}
  </span>
);

const Trust = ({ of }: { of: NonNullable<Item['trust']> }): JSX.Element =>
  of.risky ? (
    <>
      <State status="off_target" word="Risky" /> <span class="small">{of.risks.map(plain).join(', ')}</span>
    </>
  ) : (
    <State status="on_target" word="Trusted" />
  );

const columnsOf = (list: ItemList): Column<Item>[] => [
  { title: capital(kinds[list]), class: 'wide', cell: ({ name }) => <To path={[list, name]}>{name}</To> },
  { title: 'Coverage', cell: ({ coverage }) => <Coverage of={coverage} /> },
  ...(list === 'agents'
    ? [
        {
          title: 'Activity',
          cell: ({ activity }: Item) => (activity === undefined ? '' : plain(activity)),
        },
      ]
    : []),
  ...(list === 'tools'
    ? [{ title: 'Trust', cell: ({ trust }: Item) => (trust === undefined ? '' : <Trust of={trust} />) }]
    : []),
  {
    title: 'Criticality',
    cell: ({ criticality }) =>
      criticality === null ? <span class="quiet">not said</span> : <Severity of={criticality} />,
  },
  {
    title: 'Last seen',
    cell: ({ lastSeen }) => (lastSeen === null ? <span class="quiet">never</span> : <Time at={lastSeen} />),
  },
  { title: 'Sessions', numeric: true, cell: ({ sessions }) => number(sessions) },
  { title: 'Findings', numeric: true, cell: ({ findings }) => number(findings) },
];

/** Agents, repositories, workflows or tools, worst first. */
export const ItemsView = ({ list }: { list: ItemList }): JSX.Element => (
  <ListView<Item>
    title={capital(list)}
    about="What was declared and what was seen, worst first."
    path={`/${list}`}
    what={`the ${list}`}
    caption={`${capital(list)}, worst first`}
    filters={filtersOf(list)}
    linked={['name', 'owner', ...(list === 'agents' ? ['actions'] : [])]}
    columns={() => columnsOf(list)}
    keyOf={({ name }) => name}
    empty={`None of the ${list} is known yet. They appear here once they are declared, or seen at work.`}
  />
);

/** One item: its controls, its findings, its sessions and what it did last. */
export function ItemView({ list, name }: { list: ItemList; name: string }): JSX.Element {
  const detail = useRead<ItemDetail>(`/${list}/${encodeURIComponent(name)}`);
  return (
    <Shown whole of={detail} what={`the ${kinds[list]}`}>
      {({ item, controls, findings, people }) => (
        <>
          <Head title={item.name} above={<To path={[list]}>{capital(list)}</To>}>
            <p>
              <Coverage of={item.coverage} />
            </p>
          </Head>
          <Facts
            rows={[
              [
                'Owner',
                item.owner === null ? 'nobody said' : (people?.[item.owner] ?? item.owner.slice(0, 12)),
              ],
              ['Environment', item.environment === null ? 'not said' : plain(item.environment)],
              ['Criticality', item.criticality === null ? 'not said' : <Severity of={item.criticality} />],
              ['Activity', item.activity === undefined ? null : plain(item.activity)],
              ['Trust', item.trust === undefined ? null : <Trust of={item.trust} />],
              ['First seen', item.firstSeen === null ? 'never' : <Time at={item.firstSeen} />],
              ['Last seen', item.lastSeen === null ? 'never' : <Time at={item.lastSeen} />],
              [
                'Decisions',
                Object.entries(item.decisions)
                  .map(([decision, n]) => `${number(n)} ${plain(decision).toLowerCase()}`)
                  .join(', '),
              ],
              ['Declared by', item.declared === undefined ? null : <EvidenceLink id={item.declared.id} />],
              ['Registry', item.registry === undefined ? null : <EvidenceLink id={item.registry.id} />],
            ]}
          />
          <h2>Controls</h2>
          <Table
            caption={`Controls of ${item.name}`}
            rows={controls}
            keyOf={({ id }) => id}
            empty="No control judges it."
            columns={[
              { title: 'Control', cell: ({ id, title }) => <To path={['controls', id]}>{title}</To> },
              { title: 'State', cell: ({ state }) => <State status={state} /> },
              { title: 'Since', cell: ({ since }) => <Time at={since} /> },
              { title: 'Deciding evidence', cell: ({ evidenceId }) => <EvidenceLink id={evidenceId} /> },
            ]}
          />
          <h2>Findings</h2>
          <Table
            caption={`Findings because of ${item.name}`}
            rows={findings}
            keyOf={({ id }) => id}
            columns={findingColumns(people).filter(({ title }) => title !== 'About')}
            empty="No finding stands because of it."
          />
          <Activity kind={kinds[list]} name={item.name} runs={item.sessions} />
        </>
      )}
    </Shown>
  );
}

const counted = (n: number, one: string): string => `${number(n)} ${n === 1 ? one : `${one}s`}`;

/** The runs that touched an item, and its latest events. */
function Activity({ kind, name, runs }: { kind: string; name: string; runs: number }): JSX.Element {
  const about = `${kind}=${encodeURIComponent(name)}`;
  const sessions = useRead<Paged<EvidenceRow>>(`/evidence?type=aispm.session.recorded&${about}&limit=20`);
  const events = useRead<Paged<EvidenceRow>>(`/evidence?${about}&limit=20`);
  return (
    <>
      <h2>Sessions</h2>
      <Shown of={sessions} what="the sessions">
        {({ items }) => (
          <Table
            caption={`Sessions of ${name}, newest first`}
            rows={items.filter(({ subject }, i) => items.findIndex((one) => one.subject === subject) === i)}
            keyOf={({ id }) => id}
            empty={
              runs === 0
                ? 'No session was recorded.'
                : `${counted(runs, 'run')} touched it; each decision below leads to its own.`
            }
            columns={[
              {
                title: 'Session',
                cell: ({ subject = '' }) => {
                  const session = subject.replace(/^session:/, '');
                  return <To path={['sessions', session]}>{session}</To>;
                },
              },
              { title: 'Time', cell: ({ time }) => <Time at={time} /> },
              { title: 'Evidence', cell: ({ id }) => <EvidenceLink id={id} /> },
            ]}
          />
        )}
      </Shown>
      <h2>Latest activity</h2>
      <Shown of={events} what="the activity">
        {({ items }) => (
          <>
            <Table
              caption={`Evidence about ${name}, newest first`}
              columns={evidenceColumns}
              rows={items}
              keyOf={({ id }) => id}
              empty="Nothing was heard of it."
            />
            <p class="note">
              <To path={['evidence']} query={{ [kind]: name }}>
                All evidence about it
              </To>
            </p>
          </>
        )}
      </Shown>
    </>
  );
}
