import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { points, signed } from '../../shared/core/reports/format.js';
import { queryText } from '../address.js';
import type { Diff, Drift, Posture } from '../answers.js';
import { To, useAddress } from '../navigation.js';
import { EvidenceLink, Head, Short, Standing, Subject, Time } from '../parts/page.js';
import { Filters, Pager } from '../parts/queue.js';
import { capital, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { useControlTitle } from './controls.js';

const days: Readonly<Record<string, number>> = { day: 1, week: 7 };

/** Controls whose state is another than it was, and what fell from enforcement. */
export function ChangesView(): JSX.Element {
  const { query } = useAddress();
  const span = query.get('since') === 'day' ? 'day' : 'week';
  const now = useRead<Posture>('/posture');
  const drift = useRead<Drift>('/controls/drift');
  const titleFor = useControlTitle();
  return (
    <Shown whole of={now} what="the posture">
      {(posture) => (
        <>
          <Head title="What changed">
            <p>
              <Standing asOf={posture.asOf} position={posture.position} />
            </p>
          </Head>
          <Filters
            filters={[
              {
                name: 'since',
                label: 'Compared with',
                all: 'A week before',
                options: [['day', 'A day before']],
              },
            ]}
          />
          <Compared key={span} now={posture} ago={days[span] ?? 7} />
          <h2>Fallen from enforcement</h2>
          <Shown of={drift} what="what fell">
            {({ fallen }) => (
              <Table
                caption="Controls that fell from enforced to shadowed"
                rows={fallen}
                keyOf={({ control, kind, name }) => `${control} ${kind} ${name}`}
                empty="No control that was enforced is only shadowed now."
                columns={[
                  {
                    title: 'Control',
                    cell: (f) => <To path={['controls', f.control]}>{titleFor(f.control)}</To>,
                  },
                  { title: 'Item', cell: (f) => <Subject of={`${f.kind}:${f.name}`} /> },
                  { title: 'Since', cell: (f) => <Time at={f.since} /> },
                  { title: 'Last enforced by', cell: (f) => <EvidenceLink id={f.from} /> },
                  { title: 'Fell by', cell: (f) => <EvidenceLink id={f.evidenceId} /> },
                ]}
              />
            )}
          </Shown>
          <Happened key={`${span} happened`} now={posture} ago={days[span] ?? 7} />
        </>
      )}
    </Shown>
  );
}

/**
 * The instant so many days before a posture. It stays while somebody looks: news moves only the end of the stretch, so that
 * what is read is not taken away to be loaded anew.
 */
function useInstant({ asOf }: Posture, ago: number): string {
  const [instant] = useState(() => new Date(Date.parse(asOf) - ago * 86_400_000).toISOString());
  return instant;
}

/** What a change is about, and the way to it. */
function About({ of }: { of: string }): JSX.Element {
  const [kind = '', id = ''] = of.split(':');
  const list = kind === 'finding' ? 'findings' : kind === 'report' ? 'reports' : undefined;
  return list === undefined ? (
    <Subject of={of} />
  ) : (
    <To path={[list, id]}>
      {kind} <Short id={id} />
    </To>
  );
}

/** The words of a change without what they are about, which stands beside them. */
const saidOf = ({ words, subject }: { words: string; subject: string }): string =>
  words.startsWith(subject) ? words.slice(subject.length).replace(/^[: ]+/, '') : words;

/** Changes one by one, each with the event that caused it: what the states above only sum up. */
function Happened({ now, ago }: { now: Posture; ago: number }): JSX.Element {
  const { query } = useAddress();
  const since = useInstant(now, ago);
  const cursor = query.get('cursor');
  // A later page is of the same stretch of time as the first, however much time has passed since.
  const from = (cursor === null ? null : query.get('changesFrom')) ?? since;
  const asked = queryText({ from, limit: '20', cursor: cursor ?? undefined });
  const diff = useRead<Diff>(`/posture/diff${asked}`);
  return (
    <>
      <h2>What happened</h2>
      <Shown of={diff} what="what happened">
        {({ changes, cursor: next }) => (
          <>
            <Table
              caption="Changes since then, oldest first"
              rows={changes.map((change, at) => ({ ...change, place: String(at) }))}
              keyOf={({ place }) => place}
              empty="Nothing changed since then."
              columns={[
                { title: 'When', cell: ({ at }) => <Time at={at} /> },
                { title: 'About', cell: ({ subject }) => <About of={subject} /> },
                { title: 'What', head: true, class: 'wide', cell: (change) => capital(saidOf(change)) },
                {
                  title: 'Because of',
                  cell: ({ cause }) =>
                    cause.by === 'time' ? (
                      <span class="quiet">time alone</span>
                    ) : (
                      <EvidenceLink id={cause.evidenceId} />
                    ),
                },
              ]}
            />
            <Pager cursor={next} also={{ changesFrom: from }} />
          </>
        )}
      </Shown>
    </>
  );
}

function Compared({ now, ago }: { now: Posture; ago: number }): JSX.Element {
  const past = useRead<Posture>(`/posture?asOf=${encodeURIComponent(useInstant(now, ago))}`);
  return (
    <Shown of={past} what="the posture of then">
      {(then) => {
        const states = new Map(then.controls.map((control) => [control.id, control.state]));
        const changed = now.controls.filter(({ id, state }) => states.get(id) !== state);
        const [a, b] = [then.score.tenths, now.score.tenths];
        return (
          <>
            <p>
              Then: <Standing asOf={then.asOf} position={then.position} /> ·{' '}
              <To path={['posture']} query={{ asOf: then.asOf }}>
                show that posture
              </To>
              . Score:{' '}
              {a === null || b === null
                ? 'no comparison, as it was not observed at both ends.'
                : `${points(a)} then, ${points(b)} now (${signed((b - a) / 10, 1)}).`}
            </p>
            <h2>Controls in another state</h2>
            <Table
              caption="Controls in another state than then"
              rows={changed}
              keyOf={({ id }) => id}
              empty="Every control is in the state it was in then."
              columns={[
                { title: 'Control', cell: (c) => <To path={['controls', c.id]}>{c.title}</To> },
                { title: 'Then', cell: (c) => <State status={states.get(c.id) ?? 'not_observed'} /> },
                { title: 'Now', cell: (c) => <State status={c.state} /> },
              ]}
            />
          </>
        );
      }}
    </Shown>
  );
}
