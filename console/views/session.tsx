import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { SessionAnswer } from '../answers.js';
import { To } from '../navigation.js';
import { EvidenceLink, Exactly, Facts, Head, Time } from '../parts/page.js';
import { Pager, useListPath } from '../parts/queue.js';
import { Code, plain } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

/** One run of an agent, replayed in time order. */
export function SessionView({ name }: { name: string }): JSX.Element {
  const session = useRead<SessionAnswer>(useListPath(`/sessions/${encodeURIComponent(name)}`, []));
  return (
    <Shown whole of={session} what="the session">
      {({ agent, first, last, state, decisions, approvals, steps, cursor }) => (
        <>
          <Head title={`Session ${name}`} above={<To path={['agents', agent]}>{`Agent ${agent}`}</To>}>
            <p>In the order it happened.</p>
          </Head>
          <Facts
            rows={[
              ['Began', <Time key="first" at={first} />],
              ['Last heard', <Time key="last" at={last} />],
              ['State', state === undefined ? 'not said' : plain(state)],
              ['Decisions', number(decisions)],
              [
                'Approvals',
                approvals.length === 0 ? null : (
                  <ul class="inline-list">
                    {approvals.map((one) => (
                      <li key={one}>
                        <To path={['approvals', one]}>{one}</To>
                      </li>
                    ))}
                  </ul>
                ),
              ],
            ]}
          />
          <h2>Steps</h2>
          <Table
            caption={`Steps of session ${name}, oldest first`}
            rows={steps}
            keyOf={(step) => `${step.evidenceId} ${step.what}`}
            empty="Nothing was recorded in it."
            columns={[
              { title: 'When', cell: ({ time }) => <Exactly at={time} /> },
              { title: 'What', cell: ({ what }) => plain(what) },
              { title: 'In words', class: 'wide', cell: ({ words }) => words },
              {
                title: 'Approval',
                cell: ({ approval }) =>
                  approval === undefined ? (
                    ''
                  ) : (
                    <To path={['approvals', approval.name]}>
                      <Code set="approvals" of={approval.status} />
                    </To>
                  ),
              },
              { title: 'Evidence', cell: ({ evidenceId }) => <EvidenceLink id={evidenceId} /> },
            ]}
          />
          <Pager cursor={cursor} />
        </>
      )}
    </Shown>
  );
}
