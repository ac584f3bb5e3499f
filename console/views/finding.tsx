import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import type { FindingDetail } from '../answers.js';
import { To } from '../navigation.js';
import { EvidenceLink, Facts, Head, Person, Subject, Time } from '../parts/page.js';
import { capital, Code, plain, Severity, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { useControlTitle } from './controls.js';

/** One finding, and everything that happened to it. */
export function FindingView({ id }: { id: string }): JSX.Element {
  const detail = useRead<FindingDetail>(`/findings/${encodeURIComponent(id)}`);
  const titleFor = useControlTitle();
  return (
    <Shown whole of={detail} what="the finding">
      {(finding) => {
        const { people, request, acceptance, dismissal, claim } = finding;
        const granted = acceptance ?? dismissal;
        return (
          <>
            <Head title={capital(finding.detail)} above={<To path={['findings']}>Findings</To>}>
              <p class="states">
                <Code set="findings" of={finding.state} />
                <Severity of={finding.severity} />
                {finding.overdue ? <State status="off_target" word="Overdue" /> : null}
              </p>
            </Head>
            <Facts
              rows={[
                ['About', <Subject key="subject" of={finding.subject} />],
                [
                  'Control',
                  finding.control === undefined ? null : (
                    <To path={['controls', finding.control]}>{titleFor(finding.control)}</To>
                  ),
                ],
                ['Owner', <Person key="owner" id={finding.owner} people={people} />],
                ['Due', <Time key="due" at={finding.dueOn} />],
                ['First seen', <Time key="first" at={finding.firstSeen} />],
                ['Last seen', <Time key="last" at={finding.lastSeen} />],
                ['Times seen', number(finding.count)],
                ['Rule', plain(finding.rule)],
                [
                  'Asked for',
                  request === undefined ? null : (
                    <>
                      {capital(request.change)}, by <Person id={request.by} people={people} />, until{' '}
                      <Time at={request.expiresAt} />: {request.reason}. It waits for a second person.
                    </>
                  ),
                ],
                [
                  acceptance === undefined ? 'Dismissed' : 'Accepted',
                  granted === undefined ? null : (
                    <>
                      by <Person id={granted.approvedBy} people={people} />, as{' '}
                      <Person id={granted.requestedBy} people={people} /> asked, until{' '}
                      <Time at={granted.expiresAt} />: {granted.reason}
                    </>
                  ),
                ],
                [
                  'Claimed resolved',
                  claim === undefined ? null : (
                    <>
                      by <Person id={claim.by} people={people} />, <Time at={claim.at} />;{' '}
                      <EvidenceLink id={claim.evidenceId} />
                    </>
                  ),
                ],
              ]}
            />
            <h2>Evidence</h2>
            <ul class="plain-list">
              {finding.evidenceIds.map((one) => (
                <li key={one}>
                  <EvidenceLink id={one} />
                </li>
              ))}
              {finding.evidenceIds.length === 0 ? (
                <li class="quiet">None: that there is none is the finding.</li>
              ) : null}
            </ul>
            <h2>What happened to it</h2>
            <Table
              caption={`History, oldest first: ${finding.history.length} of ${finding.transitions}`}
              rows={finding.history}
              keyOf={(line) => `${line.at} ${line.act} ${line.evidenceId ?? ''}`}
              empty="Nothing yet."
              columns={[
                { title: 'When', cell: (line) => <Time at={line.at} /> },
                { title: 'What', cell: (line) => plain(line.act) },
                { title: 'State after', cell: (line) => <Code set="findings" of={line.to} /> },
                {
                  title: 'By',
                  cell: (line) =>
                    line.actor === undefined ? (
                      <span class="quiet">evidence or the clock</span>
                    ) : (
                      <Person id={line.actor} people={people} />
                    ),
                },
                {
                  title: 'Why',
                  class: 'wide',
                  cell: (line) =>
                    `${line.refused === undefined ? '' : `Refused (${plain(line.refused)}). `}${line.reason ?? ''}`,
                },
                { title: 'Evidence', cell: (line) => <EvidenceLink id={line.evidenceId} /> },
              ]}
            />
          </>
        );
      }}
    </Shown>
  );
}
