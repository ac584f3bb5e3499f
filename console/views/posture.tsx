import type { JSX } from 'preact';

import type { KpiRow } from '../../schemas/report-figures.js';
import { bullet } from '../../shared/core/reports/bullet.js';
import { number, points } from '../../shared/core/reports/format.js';
import { statusOfVerdict } from '../../shared/core/reports/marks.js';
import { toneOf } from '../../shared/core/reports/tokens.js';
import { queryText, type Query } from '../address.js';
import type { Posture, Readiness } from '../answers.js';
import { To, useAddress } from '../navigation.js';
import { Chart } from '../parts/chart.js';
import { Head, Standing } from '../parts/page.js';
import { capital, State } from '../parts/status.js';
import { Shown, useRead, type Reading } from '../reading.js';
import { ControlStrips, FrameworkStrips } from './controls.js';
import { Layers } from './layers.js';
import { TrendTable } from './trend.js';

export const verdictWords: Readonly<Record<Posture['verdict'], string>> = {
  on_target: 'On target',
  needs_attention: 'Needs attention',
  off_target: 'Off target',
  not_enough_evidence: 'Not enough evidence',
};
const unknownScore = {
  no_inventory: 'No inventory was declared, so there is nothing to measure against.',
  inventory_stale: 'The inventory is too old to measure against.',
  nothing_in_scope: 'Nothing is in scope of any control.',
} as const;

/** What an operator opens in the morning, and a CISO shows: one page from the verdict down. */
export function PostureView(): JSX.Element {
  const { query } = useAddress();
  const when = { asOf: query.get('asOf') ?? undefined, position: query.get('position') ?? undefined };
  const past = when.asOf !== undefined || when.position !== undefined;
  const posture = useRead<Posture>(`/posture${queryText(when)}`);
  // The gate judges now, so beside a past posture it would say nothing of that day. It reads far more than the posture,
  // which is what a reader came for: so it is asked behind it.
  const asked = !past && posture.value !== null;
  const gate = useRead<Readiness>(asked ? '/readiness?target=production' : null);
  return (
    <Shown whole of={posture} what="the posture">
      {(value) => (
        <>
          <Head title="Posture">
            <p>
              <Standing asOf={value.asOf} position={value.position} />
              {!past ? null : (
                <>
                  {' '}
                  · a past state · <To path={['posture']}>show the present</To>
                </>
              )}
            </p>
          </Head>
          <Verdict posture={value} />
          <div class="front">
            <Score posture={value} when={when} />
            {past ? null : <Blockers gate={gate} />}
          </div>
          <Layers posture={value} when={when} />
          <TrendTable />
          <ControlStrips controls={value.controls} />
          <FrameworkStrips />
        </>
      )}
    </Shown>
  );
}

function Verdict({ posture: { verdict, reasons } }: { posture: Posture }): JSX.Element {
  const status = statusOfVerdict(verdict);
  return (
    <section class={`verdict ${toneOf(status)}`} aria-label="Verdict">
      <p class="words">
        <State status={status} word={verdictWords[verdict]} />
      </p>
      {reasons.length === 0 ? null : (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{capital(reason)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Score({ posture: { score, verdict }, when }: { posture: Posture; when: Query }): JSX.Element {
  const { tenths, notObserved, target } = score;
  return (
    <section class="panel score" aria-labelledby="score">
      <h2 id="score">Score</h2>
      {tenths === null ? (
        <p class="unknown">
          <State status="not_observed" />
          <span>{notObserved === null ? '' : unknownScore[notObserved]}</span>
        </p>
      ) : (
        <>
          <p class="figure">
            {points(tenths)} <small>of 100, target {points(target)}</small>
          </p>
          <Chart
            title="Score against its target"
            drawing={bullet(scoreRow(tenths, target, verdict), 280, 100)}
          />
        </>
      )}
      <ul class="counts">
        <li>
          <To path={['controls']} query={when}>
            {number(score.itemsEnforced)} of {number(score.itemsInScope)} items enforced
          </To>
        </li>
        <li>
          <To path={['controls']} query={when}>
            {number(score.controlsObserved)} of {number(score.controlsApplicable)} controls observed
          </To>
        </li>
      </ul>
    </section>
  );
}

const scoreRow = (tenths: number, target: number, verdict: string): KpiRow => ({
  id: 'score',
  label: 'Score',
  unit: 'points',
  better: 'higher',
  figure: { state: 'observed', value: tenths / 10 },
  target: target / 10,
  limit: null,
  prior: { state: 'not_observed', reason: 'not_asked', words: 'the trend below compares' },
  trend: 'no_comparison',
  sample: 'all controls',
  status: statusOfVerdict(verdict),
  touched: false,
  ref: { label: 'posture', href: null },
  spark: [],
});

function Blockers({ gate }: { gate: Reading<Readiness> }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="blockers">
      <h2 id="blockers">Open blockers to production</h2>
      <Shown of={gate} what="the blockers">
        {({ blockers }) =>
          blockers.length === 0 ? (
            <p>
              <State status="on_target" word="None" />
            </p>
          ) : (
            <ul class="plain-list">
              {blockers.map(({ id, title, owner }) => (
                <li key={id}>
                  <To path={['readiness']} query={{ target: 'production' }}>
                    {title}
                  </To>
                  <span class="quiet"> · {owner}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </section>
  );
}
