import type { JSX } from 'preact';

import { checkWords, number } from '../../shared/core/reports/format.js';
import { toneOf } from '../../shared/core/reports/tokens.js';
import type { PacketList, Plan, Readiness } from '../answers.js';
import { To, useAddress } from '../navigation.js';
import { EvidenceLink, Head, Short, Standing, Time } from '../parts/page.js';
import { capital, plain, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { typeWords } from './evidence.js';

const targets = ['trial', 'pilot', 'production'] as const;

/** Whether the answer says yes; a flag that is absent is no. */
const isReady = (answer: Readiness): boolean =>
  answer.ready_for_trial === true ||
  answer.ready_for_pilot === true ||
  answer.ready_for_aispm_production === true;

/** What the gate would say now: what blocks, why, what removes it and who can. */
export function ReadinessView(): JSX.Element {
  const { query } = useAddress();
  const target = targets.find((one) => one === query.get('target')) ?? 'production';
  const answer = useRead<Readiness>(`/readiness?target=${target}`);
  return (
    <>
      <Head title={`Readiness for ${target}`}>
        <p>What the gate would say now. Unknown blocks.</p>
      </Head>
      <nav class="tabs" aria-label="Target">
        {targets.map((one) => (
          <To
            key={one}
            path={['readiness']}
            query={{ target: one }}
            {...(one === target ? { class: 'current' } : {})}
          >
            {capital(one)}
          </To>
        ))}
      </nav>
      <Shown of={answer} what="the gate’s answer">
        {(value) => <Answer answer={value} />}
      </Shown>
    </>
  );
}

function Answer({ answer }: { answer: Readiness }): JSX.Element {
  const { blockers, checks, asOf, position, digest, target } = answer;
  const status = isReady(answer) ? 'on_target' : 'off_target';
  return (
    <>
      <section class={`verdict ${toneOf(status)}`} aria-label="Answer">
        <p class="words">
          <State status={status} word={isReady(answer) ? `Ready for ${target}` : `Not ready for ${target}`} />
        </p>
        <p>
          {number(blockers.length)} of {number(checks.length)} possible blockers stand in the way;{' '}
          <Standing asOf={asOf} position={position} />
        </p>
      </section>
      {blockers.length === 0 ? null : <h2>What blocks</h2>}
      <div class="blockers">
        {blockers.map((blocker) => (
          <article class="panel" key={blocker.id}>
            <h3>{blocker.title}</h3>
            <p>{blocker.meaning}</p>
            <dl class="facts">
              <div>
                <dt>What removes it</dt>
                <dd>{blocker.resolution}</dd>
              </div>
              <div>
                <dt>Who can</dt>
                <dd>{plain(blocker.owner)}</dd>
              </div>
              {blocker.since === null ? null : (
                <div>
                  <dt>Since</dt>
                  <dd>
                    <Time at={blocker.since} />
                  </dd>
                </div>
              )}
              {blocker.evidenceIds.length === 0 ? null : (
                <div>
                  <dt>Evidence</dt>
                  <dd class="states">
                    {blocker.evidenceIds.slice(0, 6).map((id) => (
                      <EvidenceLink key={id} id={id} />
                    ))}
                  </dd>
                </div>
              )}
            </dl>
          </article>
        ))}
      </div>
      <PlanTable target={target} />
      <h2>Every possible blocker</h2>
      <Table
        caption="What the gate looks for"
        rows={checks}
        keyOf={({ name }) => name}
        empty="Nothing was checked, so nothing is ready."
        columns={[
          { title: 'What could block', cell: ({ name }) => plain(name) },
          {
            title: 'Result',
            cell: (check) =>
              check.status === 'pass' ? (
                <State status="on_target" word="Does not block" />
              ) : (
                <State status="off_target" word="Blocks" />
              ),
          },
          { title: 'What was found', class: 'wide', cell: ({ message }) => message },
        ]}
      />
      <Packets />
      <p class="note">
        Answer <Short id={digest} />, a preview: recorded nowhere and not signed.
      </p>
    </>
  );
}

/** What is still to do, in the order that it builds on itself. */
function PlanTable({ target }: { target: string }): JSX.Element {
  const plan = useRead<Plan>(`/readiness/plan?target=${target}`);
  return (
    <>
      <h2>Plan</h2>
      <Shown of={plan} what="the plan">
        {({ items }) => (
          <Table
            caption={`What is still to do for ${target}, in order`}
            rows={items}
            keyOf={({ order }) => String(order)}
            empty="Nothing is left to do."
            columns={[
              { title: 'Order', numeric: true, cell: ({ order }) => number(order) },
              { title: 'Blocker', cell: ({ title }) => title },
              { title: 'What to do', head: true, class: 'wide', cell: ({ action }) => capital(action) },
              { title: 'Who can', cell: ({ owner }) => plain(owner) },
              {
                title: 'Found now',
                class: 'wide',
                cell: ({ check, found }) =>
                  capital(check === null ? found : `${checkWords(check)}: ${found}`),
              },
              {
                title: 'Evidence it leaves',
                cell: ({ leaves }) => (
                  <ul class="plain-list">
                    {leaves.map((type) => (
                      <li key={type}>{typeWords(type)}</li>
                    ))}
                  </ul>
                ),
              },
            ]}
          />
        )}
      </Shown>
    </>
  );
}

/** What the four validators find in the log. */
function Packets(): JSX.Element {
  const packets = useRead<PacketList>('/readiness/packets');
  return (
    <>
      <h2>Readiness packets</h2>
      <Shown of={packets} what="the packets">
        {({ items }) => (
          <Table
            caption="Readiness packets"
            rows={items}
            keyOf={({ validator }) => validator}
            empty="There is none."
            columns={[
              { title: 'Validator', cell: ({ validator }) => plain(validator) },
              {
                title: 'Result',
                cell: ({ ready }) =>
                  ready ? (
                    <State status="on_target" word="Ready" />
                  ) : (
                    <State status="off_target" word="Not ready" />
                  ),
              },
              { title: 'Evidence', cell: ({ evidence_mode: mode }) => plain(mode) },
              { title: 'Blockers', numeric: true, cell: ({ blocker_count: n }) => number(n) },
              { title: 'Warnings', numeric: true, cell: ({ warning_count: n }) => number(n) },
            ]}
          />
        )}
      </Shown>
    </>
  );
}
