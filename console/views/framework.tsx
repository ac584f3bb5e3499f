import type { JSX } from 'preact';

import type { FrameworkDetail } from '../answers.js';
import { To } from '../navigation.js';
import { EvidenceLink, Head, Standing, Subject } from '../parts/page.js';
import { Code, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

type Clause = FrameworkDetail['clauses'][number];

/** One framework by clause: what answers it, and how well. */
export function FrameworkView({ id }: { id: string }): JSX.Element {
  const detail = useRead<FrameworkDetail>(`/frameworks/${encodeURIComponent(id)}`);
  return (
    <Shown whole of={detail} what="the framework">
      {({ framework, clauses, controls, asOf, position }) => {
        const byId = new Map(controls.map((control) => [control.id, control]));
        const columns: Column<Clause>[] = [
          {
            title: 'Clause',
            cell: (clause) => (
              <>
                <strong>{clause.id}</strong> {clause.title}
              </>
            ),
          },
          { title: 'State', cell: ({ state }) => <Code set="clauses" of={state} /> },
          {
            title: 'Controls',
            cell: ({ controls: names }) =>
              names.length === 0 ? (
                ''
              ) : (
                <ul class="plain-list">
                  {names.map((name) => (
                    <li key={name}>
                      <To path={['controls', name]}>{byId.get(name)?.title ?? name}</To>
                    </li>
                  ))}
                </ul>
              ),
          },
        ];
        return (
          <>
            <Head title={framework.name} above={<To path={['frameworks']}>Frameworks</To>}>
              <p>{framework.note}</p>
              <p>
                <Standing asOf={asOf} position={position} />. {framework.source}
              </p>
            </Head>
            <h2>Clauses</h2>
            <Table
              caption={`Clauses of ${framework.name}`}
              columns={columns}
              rows={clauses}
              keyOf={(clause) => clause.id}
              empty="It has no clause here."
            />
            <h2>Controls and the evidence that decides them</h2>
            <Table
              caption={`Controls that answer ${framework.name}`}
              columns={[
                { title: 'Control', cell: (c) => <To path={['controls', c.id]}>{c.title}</To> },
                { title: 'State', cell: (c) => <State status={c.state} /> },
                {
                  title: 'Worst item',
                  cell: ({ evidence }) =>
                    evidence === null ? (
                      <span class="quiet">none in scope</span>
                    ) : (
                      <Subject of={`${evidence.kind}:${evidence.name}`} />
                    ),
                },
                { title: 'Evidence', cell: (c) => <EvidenceLink id={c.evidence?.evidenceId} /> },
              ]}
              rows={controls}
              keyOf={(c) => c.id}
              empty="No control answers a clause of it."
            />
          </>
        );
      }}
    </Shown>
  );
}
