import type { JSX } from 'preact';

import { duration, number, points } from '../../shared/core/reports/format.js';
import type { Delivery, DeliveryStatistics } from '../answers.js';
import { To } from '../navigation.js';
import { Figures, ListView } from '../parts/list.js';
import { Person, Time } from '../parts/page.js';
import { optionsOf } from '../parts/queue.js';
import { Code } from '../parts/status.js';
import { Shown, useRead } from '../reading.js';
import { reportTitle } from '../parts/report-title.js';

type Figure = DeliveryStatistics['successRate'];

/** A figure in words with what it was taken from; what was not observed is said so and never a nought. */
const row = (
  name: string,
  figure: Figure,
  words: (value: number) => string,
): readonly [string, string, string] =>
  figure.state === 'observed'
    ? [name, words(figure.value), `of ${number(figure.sample)}`]
    : [name, 'not observed', 'nothing to take it from'];
const share = (value: number): string => `${points(Math.round(value * 1000))}%`;
const seconds = (value: number): string => duration(value * 1000);

function Statistics(): JSX.Element {
  const statistics = useRead<DeliveryStatistics>('/deliveries/statistics');
  return (
    <Shown of={statistics} what="the statistics">
      {(of) => (
        <>
          <Figures
            rows={[
              ['Mails', number(of.mails), 'of the last 30 days'],
              row('Delivered', of.successRate, share),
              row('Bounced', of.bounceRate, share),
              row('To delivery, median', of.medianSeconds, seconds),
              row('To delivery, 95%', of.p95Seconds, seconds),
              row('To approval, median', of.approvalMedianSeconds, seconds),
            ]}
          />
          {of.complete ? null : <p class="note">There are more than 10,000 mails; these are the first.</p>}
        </>
      )}
    </Shown>
  );
}

/** The audit of what went out, and how well. */
export function DeliveriesView(): JSX.Element {
  return (
    <ListView<Delivery>
      title="Deliveries"
      about="Each mail of a report: delivered only on the provider’s word."
      path="/deliveries"
      what="the deliveries"
      caption="Deliveries, oldest first"
      filters={[
        {
          name: 'status',
          label: 'Status',
          all: 'All',
          options: optionsOf(['sending', 'delivered', 'bounced', 'failed', 'unconfirmed', 'not_sent']),
        },
        { name: 'report', label: 'Report', hint: 'its id' },
      ]}
      linked={['recipient', 'from', 'to']}
      keyOf={({ operation }) => operation}
      empty="No report was mailed yet. Each mail appears as soon as it is to be sent."
      above={() => <Statistics />}
      columns={() => [
        {
          title: 'Report',
          cell: ({ report, reportType }) => <To path={['reports', report]}>{reportTitle(reportType)}</To>,
        },
        {
          title: 'Recipient',
          class: 'long',
          cell: ({ recipient, people }) => <Person id={recipient} people={people} />,
        },
        { title: 'Status', cell: ({ status }) => <Code set="deliveries" of={status} /> },
        { title: 'Intended', cell: ({ sentAt }) => (sentAt === null ? '' : <Time at={sentAt} />) },
        { title: 'Since', cell: ({ at }) => <Time at={at} /> },
      ]}
    />
  );
}
