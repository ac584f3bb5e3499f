import type { JSX } from 'preact';

import { sparkline } from '../../shared/core/reports/charts.js';
import { day, number, points, signed } from '../../shared/core/reports/format.js';
import type { Trend, TrendPoint } from '../answers.js';
import { To } from '../navigation.js';
import { Chart } from '../parts/chart.js';
import { Table, type Column } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';

/** One line of the trend: a number of a day, null where it was not observed. */
type Measure = {
  name: string;
  of: (point: TrendPoint) => number | null;
  decimals: 0 | 1;
  suffix: string;
  better: 'higher' | 'lower';
  path: readonly string[];
};

const tenths = (value: number | null): number | null => (value === null ? null : value / 10);
const measures: readonly Measure[] = [
  {
    name: 'Score',
    of: (p) => tenths(p.score.tenths),
    decimals: 1,
    suffix: '',
    better: 'higher',
    path: ['controls'],
  },
  {
    name: 'Items enforced',
    of: (p) => p.score.itemsEnforced,
    decimals: 0,
    suffix: '',
    better: 'higher',
    path: ['controls'],
  },
  {
    name: 'Agents covered',
    of: (p) => tenths(p.coverage.agents.tenths),
    decimals: 1,
    suffix: '%',
    better: 'higher',
    path: ['agents'],
  },
  {
    name: 'Agents heard within 24 hours',
    of: (p) => tenths(p.freshness.tenths),
    decimals: 1,
    suffix: '%',
    better: 'higher',
    path: ['agents'],
  },
  {
    name: 'Open findings',
    of: (p) => Object.values(p.openFindings).reduce((a, b) => a + b, 0),
    decimals: 0,
    suffix: '',
    better: 'lower',
    path: ['findings'],
  },
  {
    name: 'Findings overdue',
    of: (p) => p.overdue,
    decimals: 0,
    suffix: '',
    better: 'lower',
    path: ['findings'],
  },
];

/** The day so many days before another. */
const dayBefore = (from: string, days: number): string =>
  new Date(Date.parse(`${from}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

/** A change since a day that the log saw end, with what it means. */
function change(measure: Measure, now: TrendPoint, then: TrendPoint | undefined): string {
  const [a, b] = [then === undefined ? null : measure.of(then), measure.of(now)];
  if (a === null || b === null) return 'no comparison';
  if (a === b) return 'unchanged';
  const better = b > a === (measure.better === 'higher');
  return `${signed(b - a, measure.decimals)}, ${better ? 'better' : 'worse'}`;
}

const said = (measure: Measure, point: TrendPoint): string => {
  const value = measure.of(point);
  return value === null
    ? 'not observed'
    : `${measure.decimals === 1 ? points(Math.round(value * 10)) : number(value)}${measure.suffix}`;
};

/** The posture day by day, and what changed in the last day and week. */
export function TrendTable(): JSX.Element {
  const trend = useRead<Trend>('/posture/trend');
  return (
    <section aria-labelledby="trend">
      <h2 id="trend">What changed</h2>
      <Shown of={trend} what="the trend">
        {({ points: days }) => {
          const last = days.at(-1);
          if (last === undefined) return <p class="quiet">The log has not seen a day end yet.</p>;
          const at = (ago: number): TrendPoint | undefined =>
            days.find((point) => point.day === dayBefore(last.day, ago));
          const columns: Column<Measure>[] = [
            { title: 'Measure', cell: ({ name, path }) => <To path={path}>{name}</To> },
            { title: 'Now', numeric: true, cell: (m) => <strong>{said(m, last)}</strong> },
            { title: 'Since a day before', numeric: true, cell: (m) => change(m, last, at(1)) },
            { title: 'Since a week before', numeric: true, cell: (m) => change(m, last, at(7)) },
            {
              title: `Since ${day(days[0]?.day ?? last.day)}`,
              cell: (m) => <Spark measure={m} days={days} />,
            },
          ];
          return (
            <>
              <Table
                caption="The posture now against a day and a week before"
                columns={columns}
                rows={measures}
                keyOf={({ name }) => name}
                empty=""
              />
              <p class="note">
                <To path={['changes']}>Controls that changed state</To>
              </p>
            </>
          );
        }}
      </Shown>
    </section>
  );
}

function Spark({ measure, days }: { measure: Measure; days: readonly TrendPoint[] }): JSX.Element {
  const values = days.map((point) => ({ label: point.day.slice(5), value: measure.of(point) }));
  const highest = Math.max(1, ...values.map(({ value }) => value ?? 0));
  const drawing = sparkline(values, null, measure.suffix === '%' || measure.name === 'Score' ? 100 : highest);
  return drawing === null ? (
    <span class="quiet">after two days</span>
  ) : (
    <Chart drawing={drawing} title={`${measure.name}, day by day`} />
  );
}
