import type { JSX } from 'preact';

import { duration, number } from '../../shared/core/reports/format.js';
import type { Approval, ApprovalList, ExceptionList, People } from '../answers.js';
import { To } from '../navigation.js';
import { EvidenceLink, Facts, Head, Person, Standing, Time } from '../parts/page.js';
import { Filters, Pager, useListPath, type Filter } from '../parts/queue.js';
import { Code, plain, State } from '../parts/status.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

const length = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined ? 'not observed' : duration(seconds * 1000);

const options = (codes: readonly string[]): (readonly [string, string])[] =>
  codes.map((code) => [code, plain(code)] as const);

const approvalFilters: readonly Filter[] = [
  {
    name: 'status',
    label: 'Status',
    all: 'All',
    options: options(['pending', 'approved', 'denied', 'expired', 'self_approved', 'late', 'unrequested']),
  },
  {
    name: 'breakGlass',
    label: 'Break-glass',
    all: 'With and without',
    options: options(['unreviewed', 'overdue', 'justified', 'not_justified']),
  },
];

const approvalColumns = (people: People | undefined): Column<Approval>[] => [
  { title: 'Approval', cell: ({ name }) => <To path={['approvals', name]}>{name}</To> },
  { title: 'Status', cell: ({ status }) => <Code set="approvals" of={status} /> },
  {
    title: 'Requested',
    cell: ({ requested }) =>
      requested === undefined ? <span class="quiet">never</span> : <Time at={requested.time} />,
  },
  { title: 'By', cell: ({ requested }) => <Person id={requested?.by} people={people} /> },
  { title: 'Answered by', cell: ({ decided }) => <Person id={decided?.by} people={people} /> },
  {
    title: 'Answer took',
    numeric: true,
    cell: ({ latencySeconds, pendingSeconds }) =>
      latencySeconds === undefined && pendingSeconds !== undefined
        ? `waits ${length(pendingSeconds)}`
        : length(latencySeconds),
  },
  {
    title: 'Break-glass',
    cell: ({ breakGlass }) =>
      breakGlass === undefined ? '' : <Code set="breakGlass" of={breakGlass.review} />,
  },
];

/** Approvals from request to answer to action, the use of break-glass among them. */
export function ApprovalsView(): JSX.Element {
  const list = useRead<ApprovalList>(useListPath('/approvals', ['status', 'breakGlass']));
  return (
    <>
      <Head title="Approvals">
        <p>From request to answer to the action it covers.</p>
      </Head>
      <Filters filters={approvalFilters} />
      <Shown of={list} what="the approvals">
        {({ items, summary, cursor, people }) => (
          <>
            <dl class="figures">
              <Figure
                name="Pending"
                value={number(summary.pending.count)}
                note={`oldest ${length(summary.pending.oldestSeconds)}`}
              />
              <Figure
                name="Answered in, median"
                value={length(summary.latency.medianSeconds)}
                note={`95% within ${length(summary.latency.p95Seconds)}`}
              />
              <Figure
                name="Used after its end"
                value={number(summary.usedExpired)}
                note={`of ${number(summary.covered)} used`}
              />
              <Figure
                name="Break-glass not reviewed"
                value={number(summary.breakGlass.unreviewed + summary.breakGlass.overdue)}
                note={`of ${number(summary.breakGlass.used)} uses`}
              />
            </dl>
            <Table
              caption="Approvals"
              columns={approvalColumns(people)}
              rows={items}
              keyOf={({ name }) => name}
              empty="No approval is like that."
            />
            <Pager cursor={cursor} />
            <p class="note">
              <Standing asOf={summary.asOf} position={summary.position} />
            </p>
          </>
        )}
      </Shown>
    </>
  );
}

/** A number that stands on its own, with what it is of. */
export const Figure = ({ name, value, note }: { name: string; value: string; note: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd class="value">{value}</dd>
    <dd class="quiet">{note}</dd>
  </div>
);

export function ApprovalView({ name }: { name: string }): JSX.Element {
  const approval = useRead<Approval & { people?: People }>(`/approvals/${encodeURIComponent(name)}`);
  return (
    <Shown of={approval} what="the approval">
      {({ people, requested, decided, reviewed, used, breakGlass, status, states, latencySeconds }) => (
        <>
          <Head title={name} above={<To path={['approvals']}>Approvals</To>}>
            <p>
              <Code set="approvals" of={status} />
            </p>
          </Head>
          <Table
            caption="From request to action"
            empty="Nothing is known of it."
            keyOf={([step]) => step}
            rows={[
              ...(requested === undefined ? [] : [['Requested', requested, requested.by] as const]),
              ...(decided === undefined ? [] : [['Answered', decided, decided.by] as const]),
              ...(used === undefined
                ? []
                : [
                    ['First used', used.first, undefined] as const,
                    ['Last used', used.last, undefined] as const,
                  ]),
              ...(reviewed === undefined ? [] : [['Reviewed', reviewed, reviewed.by] as const]),
            ]}
            columns={[
              { title: 'Step', cell: ([step]) => step },
              { title: 'When', cell: ([, said]) => <Time at={said.time} /> },
              {
                title: 'By',
                cell: ([, , by]) => (by === undefined ? '' : <Person id={by} people={people} />),
              },
              { title: 'Evidence', cell: ([, said]) => <EvidenceLink id={said.id} /> },
            ]}
          />
          <Facts
            rows={[
              ['Answer took', latencySeconds === undefined ? null : length(latencySeconds)],
              [
                'Break-glass',
                breakGlass === undefined ? null : <Code set="breakGlass" of={breakGlass.review} />,
              ],
              ['Reason', breakGlass?.reason],
            ]}
          />
          <States states={states} />
        </>
      )}
    </Shown>
  );
}

/** States of the controls that one thing is judged by. */
export function States({ states }: { states: Approval['states'] }): JSX.Element {
  return (
    <>
      <h2>Controls it is judged by</h2>
      <Table
        caption="Controls and their states"
        rows={Object.entries(states)}
        keyOf={([id]) => id}
        empty="No control judges it."
        columns={[
          { title: 'Control', cell: ([id]) => <To path={['controls', id]}>{id}</To> },
          { title: 'State', cell: ([, { state }]) => <State status={state} /> },
          { title: 'Since', cell: ([, { since }]) => <Time at={since} /> },
          { title: 'Deciding evidence', cell: ([, { evidenceId }]) => <EvidenceLink id={evidenceId} /> },
        ]}
      />
    </>
  );
}

const exceptionFilters: readonly Filter[] = [
  {
    name: 'status',
    label: 'Status',
    all: 'All',
    options: options(['active', 'expired', 'revoked', 'unowned']),
  },
  { name: 'owner', label: 'Owner', hint: 'name or pseudonym' },
];

/** Policy exceptions with owner, age and end. */
export function ExceptionsView(): JSX.Element {
  const list = useRead<ExceptionList>(useListPath('/exceptions', ['status', 'owner']));
  return (
    <>
      <Head title="Exceptions">
        <p>Policy exceptions: who owns each, and when it ends.</p>
      </Head>
      <Filters filters={exceptionFilters} />
      <Shown of={list} what="the exceptions">
        {({ items, summary, cursor, people }) => (
          <>
            <dl class="figures">
              <Figure name="Standing" value={number(summary.byStatus.active ?? 0)} note="active" />
              <Figure name="End within 14 days" value={number(summary.expiringIn14Days)} note="of those" />
              <Figure name="Expired" value={number(summary.byStatus.expired ?? 0)} note="not renewed" />
              <Figure
                name="Without an owner"
                value={number(summary.byStatus.unowned ?? 0)}
                note="nobody answers for them"
              />
            </dl>
            <Table
              caption="Exceptions"
              rows={items}
              keyOf={({ name }) => name}
              empty="No exception is like that."
              columns={[
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
              ]}
            />
            <Pager cursor={cursor} />
            <p class="note">
              <Standing asOf={summary.asOf} position={summary.position} />
            </p>
          </>
        )}
      </Shown>
    </>
  );
}
