import type { JSX } from 'preact';

import type { Segment } from '../../schemas/report-figures.js';
import { strip } from '../../shared/core/reports/charts.js';
import { number } from '../../shared/core/reports/format.js';
import { wordOf } from '../../shared/core/reports/marks.js';
import type { ControlList, FrameworkList, FrameworkSummary, Posture } from '../answers.js';
import { To, useAddress } from '../navigation.js';
import { Chart } from '../parts/chart.js';
import { Head, Standing } from '../parts/page.js';
import { Filters, useListPath } from '../parts/queue.js';
import { plain, Severity, State, statusIn } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

type Control = Posture['controls'][number];

/** Worst first, as the strips are read. */
const order = [
  'blocked',
  'missing',
  'stale',
  'shadowed',
  'enforced',
  'not_applicable',
  'not_observed',
] as const;
type ControlWord = (typeof order)[number];

/** Controls by domain, in the order of the catalogue. */
function byDomain(controls: readonly Control[]): [string, Control[]][] {
  const found = new Map<string, Control[]>();
  for (const control of controls) found.set(control.domain, [...(found.get(control.domain) ?? []), control]);
  return [...found];
}

const counted = (controls: readonly Control[]): [ControlWord, number][] =>
  order
    .map((state): [ControlWord, number] => [state, controls.filter((one) => one.state === state).length])
    .filter(([, n]) => n > 0);

/** Counts as a strip, and in words beside it: the drawing alone says nothing. */
function Strip({ segments, words }: { segments: readonly Segment[]; words: readonly string[] }): JSX.Element {
  return (
    <div class="strip">
      <Chart drawing={strip(segments, 180)} />
      <span class="small">{words.join(', ')}</span>
    </div>
  );
}

export function ControlStrips({ controls }: { controls: readonly Control[] }): JSX.Element {
  const columns: Column<[string, Control[]]>[] = [
    {
      title: 'Domain',
      cell: ([domain]) => (
        <To path={['controls']} query={{ domain }}>
          {plain(domain)}
        </To>
      ),
    },
    { title: 'Controls', numeric: true, cell: ([, of]) => number(of.length) },
    {
      title: 'State of its controls',
      cell: ([, of]) => {
        const counts = counted(of);
        return (
          <Strip
            segments={counts.map(([status, count]) => ({ status, count }))}
            words={counts.map(([state, n]) => `${number(n)} ${wordOf(state).toLowerCase()}`)}
          />
        );
      },
    },
  ];
  return (
    <section aria-labelledby="domains">
      <h2 id="domains">Controls by domain</h2>
      <Table
        caption="Controls by domain and state"
        columns={columns}
        rows={byDomain(controls)}
        keyOf={([domain]) => domain}
        empty="The catalogue in force holds no control."
      />
    </section>
  );
}

const clauseOrder = ['unsupported', 'partly', 'supported', 'not_observed', 'gap'] as const;
const clauseWords = {
  unsupported: 'unsupported',
  partly: 'partly supported',
  supported: 'supported',
  not_observed: 'not observed',
  gap: 'without a control',
} as const;

export function FrameworkStrips(): JSX.Element {
  const frameworks = useRead<FrameworkList>('/frameworks');
  return (
    <section aria-labelledby="frameworks">
      <h2 id="frameworks">Controls by framework</h2>
      <Shown of={frameworks} what="the frameworks">
        {(value) => <FrameworkTable list={value} />}
      </Shown>
    </section>
  );
}

function FrameworkTable({ list }: { list: FrameworkList }): JSX.Element {
  const columns: Column<FrameworkSummary>[] = [
    { title: 'Framework', cell: ({ id, name }) => <To path={['frameworks', id]}>{name}</To> },
    { title: 'Clauses', numeric: true, cell: ({ clauses }) => number(clauses) },
    {
      title: 'What its clauses are answered by',
      cell: ({ states }) => {
        const present = clauseOrder.filter((state) => (states[state] ?? 0) > 0);
        return (
          <Strip
            segments={present.map((state) => ({
              status: statusIn('clauses', state),
              count: states[state] ?? 0,
            }))}
            words={present.map((state) => `${number(states[state] ?? 0)} ${clauseWords[state]}`)}
          />
        );
      },
    },
  ];
  return (
    <Table
      caption="Frameworks by what answers their clauses"
      columns={columns}
      rows={list.frameworks}
      keyOf={({ id }) => id}
      empty="No framework is mapped."
    />
  );
}

export function FrameworksView(): JSX.Element {
  const frameworks = useRead<FrameworkList>('/frameworks');
  return (
    <Shown whole of={frameworks} what="the frameworks">
      {(list) => (
        <>
          <Head title="Frameworks">
            <p>
              <Standing asOf={list.asOf} position={list.position} />. A control supports or mitigates a
              clause; it never satisfies one.
            </p>
          </Head>
          <FrameworkTable list={list} />
        </>
      )}
    </Shown>
  );
}

/** Tells a control by its title, or by its id as long as that is not known. */
export function useControlTitle(): (id: string) => string {
  const list = useRead<ControlList>('/controls');
  return (id) => list.value?.controls.find((one) => one.id === id)?.title ?? id;
}

/** Every control, by domain, with its state and how many of its items are enforced. */
export function ControlsView(): JSX.Element {
  const { query } = useAddress();
  const list = useRead<ControlList>(useListPath('/controls', ['asOf', 'position']));
  const columns: Column<Control>[] = [
    { title: 'Control', cell: ({ id, title }) => <To path={['controls', id]}>{title}</To> },
    { title: 'Severity when unmet', cell: ({ severity }) => <Severity of={severity} /> },
    { title: 'State', cell: ({ state }) => <State status={state} /> },
    {
      title: 'Items enforced',
      numeric: true,
      cell: ({ counts, inScope }) => `${number(counts.enforced ?? 0)} of ${number(inScope)}`,
    },
  ];
  return (
    <Shown whole of={list} what="the controls">
      {({ controls, asOf, position }) => {
        const [state, domain] = [query.get('state'), query.get('domain')];
        const shown = controls.filter(
          (one) => (state === null || one.state === state) && (domain === null || one.domain === domain),
        );
        return (
          <>
            <Head title="Controls">
              <p>
                <Standing asOf={asOf} position={position} />
              </p>
            </Head>
            <Filters
              filters={[
                {
                  name: 'domain',
                  label: 'Domain',
                  all: 'All domains',
                  options: byDomain(controls).map(([name]) => [name, plain(name)] as const),
                },
                {
                  name: 'state',
                  label: 'State',
                  all: 'All states',
                  options: order.map((one) => [one, wordOf(one)] as const),
                },
              ]}
            />
            {shown.length === 0 ? (
              <div class="empty">
                <p>No control is like that.</p>
              </div>
            ) : (
              byDomain(shown).map(([name, of]) => (
                <section key={name}>
                  <h2>{plain(name)}</h2>
                  <Table
                    caption={`Controls of ${plain(name)}`}
                    columns={columns}
                    rows={of}
                    keyOf={({ id }) => id}
                    empty=""
                  />
                </section>
              ))
            )}
          </>
        );
      }}
    </Shown>
  );
}
