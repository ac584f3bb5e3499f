import type { JSX } from 'preact';

import type { Limits } from '../answers.js';
import { To } from '../navigation.js';
import { EvidenceLink, Facts, Head, Person, Time } from '../parts/page.js';
import { State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { inUnit } from '../../shared/core/reports/format.js';
import { Shown, useRead } from '../reading.js';

/** What the reports' indicators are judged by, and who approved it. */
export function LimitsView(): JSX.Element {
  const limits = useRead<Limits>('/appetite');
  return (
    <Shown whole of={limits} what="the limits">
      {({ asOf, approval, indicators, people }) => (
        <>
          <Head title="Limits">
            <p>What the reports hold their indicators to: beyond the limit is outside the appetite.</p>
          </Head>
          {approval === null ? (
            <p class="empty">
              No limits are approved: the reports hold to those that the service proposes. Others hold from
              when a second person has approved them.
            </p>
          ) : (
            <Facts
              rows={[
                ['Set by', `${approval.setBy}, ${approval.setOn}`],
                ['Asked for by', <Person key="by" id={approval.requestedBy} people={people} />],
                [
                  'Approved by',
                  <>
                    <Person id={approval.approvedBy} people={people} />, <Time at={approval.approvedAt} />
                  </>,
                ],
                ['Stand until', <Time key="until" at={approval.expiresAt} />],
                ['Evidence', <EvidenceLink key="evidence" id={approval.evidenceId} />],
              ]}
            />
          )}
          <Table
            caption="Indicators, with target and limit"
            rows={indicators}
            keyOf={({ id }) => id}
            empty="No indicator has a limit."
            columns={[
              { title: 'Indicator', cell: ({ label }) => label },
              { title: 'Target', numeric: true, cell: ({ target, unit }) => inUnit(target, unit) },
              { title: 'Limit', numeric: true, cell: ({ limit, unit }) => inUnit(limit, unit) },
              { title: 'Better', cell: ({ better }) => better },
              {
                title: 'Standing',
                cell: ({ approved }) =>
                  approved ? (
                    <State status="on_target" word="Approved" />
                  ) : (
                    <State status="not_applicable" word="Proposed" />
                  ),
              },
            ]}
          />
          <p class="note">
            as of <Time at={asOf} /> · requests stand in{' '}
            <To path={['waiting']}>Waiting for a second person</To>
          </p>
        </>
      )}
    </Shown>
  );
}
