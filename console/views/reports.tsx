import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { ReportCatalogue, ReportView } from '../answers.js';
import { To } from '../navigation.js';
import { List } from '../parts/list.js';
import { Facts, Head, Short, Time } from '../parts/page.js';
import { reportTitle } from '../parts/report-title.js';
import { Code, plain, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { Artifacts } from './artifacts.js';

/** The Report Center: what can be produced, and what was. */
export function ReportsView(): JSX.Element {
  const catalogue = useRead<ReportCatalogue>('/reports/catalogue');
  return (
    <>
      <Head title="Report Center">
        <p>
          Eight reports, each frozen at a position of the log, signed, approved and delivered on the
          provider’s word.
        </p>
      </Head>
      <h2>The eight reports</h2>
      <Shown of={catalogue} what="the catalogue">
        {({ items }) => (
          <Table
            caption="The eight reports"
            rows={items}
            keyOf={({ type }) => type}
            empty=""
            columns={[
              { title: 'Report', cell: ({ title }) => title },
              {
                title: 'Now',
                cell: ({ status }) =>
                  status === 'ready' ? (
                    <State status="on_target" word="Ready" />
                  ) : (
                    <State status="not_observed" word="Waiting" />
                  ),
              },
              {
                title: 'Waiting for',
                class: 'wide',
                cell: ({ waitingFor }) =>
                  waitingFor.length === 0 ? (
                    ''
                  ) : (
                    <ul class="plain-list">
                      {waitingFor.map((what) => (
                        <li key={what}>{plain(what)}</li>
                      ))}
                    </ul>
                  ),
              },
            ]}
          />
        )}
      </Shown>
      <h2>Packets</h2>
      <List<ReportView>
        path="/reports"
        what="the packets"
        caption="Reports in order of request"
        keyOf={({ id }) => id}
        empty="No report was requested yet. Each appears with its request."
        columns={() => [
          {
            title: 'Report',
            cell: ({ id, type }) => <To path={['reports', id]}>{reportTitle(type)}</To>,
          },
          { title: 'Requested', cell: ({ requestedAt }) => <Time at={requestedAt} /> },
          { title: 'Status', cell: ({ status }) => <Code set="reports" of={status} /> },
          {
            title: 'Delivered to',
            numeric: true,
            // Before the first mail leaves, those that will: none of none would read as done.
            cell: ({ deliveries, progress }) =>
              `${number(deliveries.filter(({ status }) => status === 'delivered').length)} of ${number(Math.max(deliveries.length, progress.mails.planned))}`,
          },
          { title: 'Files', numeric: true, cell: ({ artifacts }) => number(artifacts.length) },
        ]}
      />
    </>
  );
}

/** One packet: its files, its digests, and what became of each delivery. */
export function ReportDetailView({ id }: { id: string }): JSX.Element {
  const report = useRead<ReportView>(`/reports/${encodeURIComponent(id)}`);
  return (
    <Shown whole of={report} what="the report">
      {(value) => (
        <>
          <Head title={reportTitle(value.type)} above={<To path={['reports']}>Report Center</To>}>
            <p>
              <Code set="reports" of={value.status} />
            </p>
          </Head>
          <Facts
            rows={[
              ['Requested', <Time key="requested" at={value.requestedAt} />],
              ['As of', value.asOf === null ? 'not frozen yet' : <Time at={value.asOf} />],
              ['Position in the log', value.position === null ? null : number(value.position)],
              [
                'Approval',
                value.approvalRequired ? 'needed, by another person than asked for it' : 'not needed',
              ],
              [
                'Document (SHA-256)',
                value.documentDigest === null ? null : <code>{value.documentDigest}</code>,
              ],
              [
                'Manifest (SHA-256)',
                value.manifestDigest === null ? null : <code>{value.manifestDigest}</code>,
              ],
            ]}
          />
          <h2>Files</h2>
          <Artifacts report={value} />
          <h2>Deliveries</h2>
          <Table
            caption="Deliveries"
            rows={value.deliveries}
            keyOf={({ operation }) => operation}
            empty="It was sent to nobody yet."
            columns={[
              { title: 'Recipient', cell: ({ recipient }) => recipient },
              { title: 'Status', cell: ({ status }) => <Code set="deliveries" of={status} /> },
              { title: 'Since', cell: ({ at }) => <Time at={at} /> },
              { title: 'Operation', cell: ({ operation }) => <Short id={operation} /> },
            ]}
          />
        </>
      )}
    </Shown>
  );
}
