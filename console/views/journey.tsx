import type { JSX } from 'preact';

import type { Status } from '../../schemas/report-figures.js';
import { number } from '../../shared/core/reports/format.js';
import type { Journey } from '../answers.js';
import { EvidenceLink, Facts, Head, Person, Standing, Time } from '../parts/page.js';
import { capital, plain, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { typeWords } from './evidence.js';

type Step = Journey['steps'][number];

/** A step that was confirmed and has ceased to hold is shown so: the past does not vouch for the present. */
function statusOf({ state, exit }: Step): { status: Status; word: string } {
  if (state === 'confirmed')
    return exit.met
      ? { status: 'on_target', word: 'Confirmed' }
      : { status: 'needs_attention', word: 'Confirmed, holds no more' };
  if (state === 'current') return { status: 'needs_attention', word: 'Here now' };
  return { status: 'not_observed', word: 'Ahead' };
}

/** The eight steps from a trial to production, with what each still needs. */
export function JourneyView(): JSX.Element {
  const journey = useRead<Journey>('/journey');
  return (
    <Shown whole of={journey} what="the journey">
      {(value) => (
        <>
          <Head title="Journey">
            <p>
              From a trial to production, in eight steps;{' '}
              <Standing asOf={value.asOf} position={value.position} />
            </p>
          </Head>
          <p class="lead">
            {value.at === 'completed'
              ? 'Every step is confirmed.'
              : `${number(value.steps.filter(({ state }) => state === 'confirmed').length)} of ${number(value.steps.length)} steps are confirmed.`}
          </p>
          <ol class="steps">
            {value.steps.map((step, i) => (
              <StepCard key={step.id} step={step} place={i + 1} />
            ))}
          </ol>
          {value.pilot === null ? null : <Pilot pilot={value.pilot} />}
          <h2>Guided labs</h2>
          <Table
            caption="Guided labs"
            rows={value.labs}
            keyOf={({ id }) => id}
            empty="There is no lab."
            columns={[
              { title: 'Lab', cell: ({ title }) => title },
              {
                title: 'State',
                cell: ({ done }) =>
                  done ? (
                    <State status="on_target" word="Done" />
                  ) : (
                    <State status="not_observed" word="Not done" />
                  ),
              },
              { title: 'What it must leave', class: 'wide', cell: ({ leaves }) => capital(leaves) },
              { title: 'Proofs', cell: ({ proofs }) => <Proofs of={proofs} /> },
            ]}
          />
          <h2>Access that ends by itself</h2>
          <Table
            caption="Grants of access"
            rows={value.access}
            keyOf={({ grant }) => grant}
            empty="No guest was given access."
            columns={[
              { title: 'For', cell: ({ person }) => <Person id={person} people={undefined} /> },
              { title: 'Purpose', cell: ({ purpose }) => plain(purpose) },
              { title: 'State', cell: ({ state }) => plain(state) },
              { title: 'Until', cell: ({ until }) => <Time at={until} /> },
              { title: 'Evidence', cell: ({ evidenceId }) => <EvidenceLink id={evidenceId} /> },
            ]}
          />
          <h2>What happened on the way</h2>
          <Table
            caption="Moves, newest first"
            rows={value.history}
            keyOf={({ evidenceId }) => evidenceId}
            empty="No step was confirmed yet."
            columns={[
              { title: 'When', cell: ({ time }) => <Time at={time} /> },
              {
                title: 'What',
                cell: ({ act, step, refused }) =>
                  `${plain(act)}: ${plain(step).toLowerCase()}${refused === true ? ' (refused, another was first)' : ''}`,
              },
              { title: 'By', cell: ({ actor }) => <Person id={actor} people={undefined} /> },
              { title: 'Why', class: 'wide', cell: ({ reason }) => reason ?? '' },
              { title: 'Evidence', cell: ({ evidenceId }) => <EvidenceLink id={evidenceId} /> },
            ]}
          />
        </>
      )}
    </Shown>
  );
}

const Proofs = ({ of }: { of: Step['proofs'] }): JSX.Element => (
  <ul class="plain-list">
    {of.map(({ type, id }) => (
      <li key={type}>
        {typeWords(type)}: <EvidenceLink id={id} />
      </li>
    ))}
  </ul>
);

function StepCard({ step, place }: { step: Step; place: number }): JSX.Element {
  const { title, confirms, entry, exit, proofs, confirmed, state } = step;
  return (
    <li class="panel" {...(state === 'current' ? { 'aria-current': 'step' } : {})}>
      <h2>
        {number(place)}. {title}
      </h2>
      <p>
        <State {...statusOf(step)} />
      </p>
      <Facts
        rows={[
          ['To begin it needs', state === 'ahead' && !entry.met ? entry.missing : null],
          ['It still needs', exit.met ? null : exit.missing],
          ['Confirmed by', state === 'confirmed' ? null : `${plain(confirms)}`],
          [
            'Confirmed',
            confirmed === null ? null : (
              <>
                <Time at={confirmed.at} /> by <Person id={confirmed.by} people={undefined} />,{' '}
                <EvidenceLink id={confirmed.evidenceId} />
              </>
            ),
          ],
          ['Proofs', proofs.length === 0 ? null : <Proofs of={proofs} />],
        ]}
      />
    </li>
  );
}

function Pilot({ pilot }: { pilot: NonNullable<Journey['pilot']> }): JSX.Element {
  return (
    <>
      <h2>The pilot</h2>
      <Facts
        rows={[
          ['Goal', pilot.goal],
          ['From', <Time key="from" at={pilot.from} />],
          ['Until', <Time key="until" at={pilot.until} />],
          ['Sponsor', <Person key="sponsor" id={pilot.sponsor} people={undefined} />],
          ...Object.entries(pilot.scope).map(([list, names]) => [capital(list), names.join(', ')] as const),
          ['Proposed by evidence', <EvidenceLink key="evidence" id={pilot.evidenceId} />],
        ]}
      />
      <Table
        caption="What it is judged by"
        rows={pilot.measures}
        keyOf={({ measure }) => measure}
        empty="The proposal names no success measure."
        columns={[
          { title: 'Measure', cell: ({ measure }) => measure },
          { title: 'Baseline', cell: ({ baseline }) => baseline },
          { title: 'Target', cell: ({ target }) => target },
          { title: 'How measured', cell: ({ how }) => how },
          { title: 'Stop rule', cell: ({ stopRule }) => stopRule },
        ]}
      />
    </>
  );
}
