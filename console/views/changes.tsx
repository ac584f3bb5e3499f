import type { JSX } from 'preact';

import { points, signed } from '../../shared/core/reports/format.js';
import type { Drift, Posture } from '../answers.js';
import { To, useAddress } from '../navigation.js';
import { EvidenceLink, Head, Standing, Subject, Time } from '../parts/page.js';
import { Filters } from '../parts/queue.js';
import { State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

const days: Readonly<Record<string, number>> = { day: 1, week: 7 };

/** Controls whose state is another than it was, and what fell from enforcement. */
export function ChangesView(): JSX.Element {
  const { query } = useAddress();
  const span = query.get('since') === 'day' ? 'day' : 'week';
  const now = useRead<Posture>('/posture');
  const drift = useRead<Drift>('/controls/drift');
  return (
    <Shown of={now} what="the posture">
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
                  { title: 'Control', cell: (f) => <To path={['controls', f.control]}>{f.control}</To> },
                  { title: 'Item', cell: (f) => <Subject of={`${f.kind}:${f.name}`} /> },
                  { title: 'Since', cell: (f) => <Time at={f.since} /> },
                  { title: 'Last enforced by', cell: (f) => <EvidenceLink id={f.from} /> },
                  { title: 'Fell by', cell: (f) => <EvidenceLink id={f.evidenceId} /> },
                ]}
              />
            )}
          </Shown>
        </>
      )}
    </Shown>
  );
}

function Compared({ now, ago }: { now: Posture; ago: number }): JSX.Element {
  const asOf = new Date(Date.parse(now.asOf) - ago * 86_400_000).toISOString();
  const past = useRead<Posture>(`/posture?asOf=${encodeURIComponent(asOf)}`);
  return (
    <Shown of={past} what="the posture of then">
      {(then) => {
        const before = new Map(then.controls.map((control) => [control.id, control.state]));
        const changed = now.controls.filter(({ id, state }) => before.get(id) !== state);
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
                { title: 'Then', cell: (c) => <State status={before.get(c.id) ?? 'not_observed'} /> },
                { title: 'Now', cell: (c) => <State status={c.state} /> },
              ]}
            />
          </>
        );
      }}
    </Shown>
  );
}
