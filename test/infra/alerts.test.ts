import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { metrics } from '../../shared/core/kernel/metrics.js';
import { deploymentOf, environments, holds, ofType, put, theOne, valueAt } from './deployment.js';
import type { Resource, Rule } from './deployment.js';
import { registrations } from './registrations.js';

/*
 * An alert that asks for what nothing says is silent for ever. So each query is read for the tables, metrics, events,
 * properties and values that it names, and each of them is looked up where it is made.
 */

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const functions = (await registrations()).map(({ name }) => name);
const source = execFileSync('git', ['ls-files', 'shared/*.ts', 'functions/*.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean)
  .map(read)
  .join('\n');

const queryType = 'Microsoft.Insights/scheduledQueryRules';
const metricType = 'Microsoft.Insights/metricAlerts';
const alertsOf = (resources: readonly Resource[]): Resource[] => [
  ...ofType(resources, queryType),
  ...ofType(resources, metricType),
];

/** What a person is woken for, by alert. The first seven lines are what the service was asked to watch. */
const wanted: Readonly<Record<string, string>> = {
  'admission-failing': 'admission failures',
  'fold-lagging': 'change-feed lag',
  'dead-letters-evidence': 'dead letters',
  'dead-letters-delivery-reports': 'dead letters',
  'quarantine-growing': 'quarantine growth',
  'delivery-failing': 'delivery failures',
  'review-missed': 'a review missed',
  'verification-failed': 'verification failed',
  'evidence-unfoldable': 'an admitted event that no fold can take',
  'ledger-filling': 'a logical partition near its limit',
};

const complete: Rule = (resources) => {
  const names = alertsOf(resources).map(({ name }) => name);
  return [
    ...names.filter((name) => !(name in wanted)).map((name) => `nobody asked for ${name}`),
    ...Object.keys(wanted)
      .filter((name) => !names.includes(name))
      .map((name) => `${name} is missing`),
  ];
};

const section = read('README.md').split('### When an alert fires')[1]?.split('\n#')[0] ?? '';
const runbook = [...section.matchAll(/^\| ([a-z]+-[a-z-]+(?:, [a-z-]+)*) \|/gm)].flatMap(([, names]) =>
  (names ?? '').split(', '),
);

const actedOn: Rule = (resources) => {
  const group = theOne(resources, 'Microsoft.Insights/actionGroups').id;
  return alertsOf(resources).flatMap(({ name, properties }) => {
    const said = JSON.stringify(properties['actions'] ?? null);
    return [
      ...(said.includes(`"${group}"`) && properties['description']
        ? []
        : [`${name} tells nobody, or nothing`]),
      ...(said.includes('README.md#when-an-alert-fires') && said.includes(`"row":"${name}"`)
        ? []
        : [`${name} does not say what to do`]),
      ...(runbook.includes(name) ? [] : [`${name} has no runbook`]),
    ];
  });
};

/** Tables that the platform fills, with what is asked of them (Azure Monitor, tables reference). */
const platform: Readonly<Record<string, readonly string[]>> = {
  CDBPartitionKeyStatistics: ['CollectionName', 'SizeKb'],
};
const fields =
  /const allowed = new Set\(\[([\s\S]*?)\]\)/.exec(read('shared/adapters/telemetry.ts'))?.[1] ?? '';
const known = new Map<
  string,
  { kind: string; attributes: Readonly<Record<string, readonly string[] | 'functions'>> }
>(Object.entries(metrics));
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');

/** What is wrong with one query; empty when everything that it asks for is said somewhere. */
function unsaid(query: string): string[] {
  const tables = matches(query, /\b((?:App|CDB|ACS|Azure|Function)[A-Z][A-Za-z]+)\b/g);
  const named = matches(query, /\bName == '([^']+)'/g);
  const events = matches(query, /'([a-z]+(?:_[a-z]+)+)'/g);
  const properties = matches(query, /Properties\.([A-Za-z]+)/g);
  const attributes = named.flatMap((name) => Object.entries(known.get(name)?.attributes ?? {}));
  const values = [...query.matchAll(/Properties\.([A-Za-z]+)\) in \(([^)]+)\)/g)].flatMap(([, key, list]) =>
    matches(list ?? '', /'([^']+)'/g).map((value) => [key, value] as const),
  );
  return [
    ...tables.filter((table) => table !== 'AppMetrics' && table !== 'AppTraces' && !(table in platform)),
    ...named.filter((name) => !known.has(name) || !source.includes(`measure('${name}'`)),
    ...events.filter((event) => !source.includes(`'${event}'`)),
    ...properties.filter(
      (name) =>
        !attributes.some(([key]) => key === name) && !(events.length > 0 && fields.includes(`'${name}'`)),
    ),
    ...values
      .filter(([key, value]) => {
        const allowed = attributes.find(([name]) => name === key)?.[1] ?? [];
        return !(allowed === 'functions' ? functions : allowed).includes(value);
      })
      .map(([key, value]) => `${key} ${value}`),
    // A counter has no count and no greatest value of its own.
    ...named.filter(
      (name) => known.get(name)?.kind === 'counter' && /\bMax\b|ItemCount/.test(query) && named.length === 1,
    ),
  ];
}
const asksForWhatIsSaid: Rule = (resources) => [
  ...ofType(resources, queryType).flatMap((alert) =>
    (valueAt(alert, 'criteria.allOf') as { query: string }[])
      .flatMap(({ query }) => unsaid(query))
      .map((what) => `${alert.name} asks for ${what}, which nothing says`),
  ),
  // Supported metrics of Event Grid topics and system topics (Azure Monitor).
  ...ofType(resources, metricType)
    .filter((alert) => !JSON.stringify(alert.properties).includes('"metricName":"DeadLetteredCount"'))
    .map(({ name }) => `${name} asks for a metric that the platform does not have`),
];

const asking = (query: string) => (resources: Resource[]) =>
  put(theOne(resources, queryType, /verification/), 'criteria', { allOf: [{ query }] });

describe('what wakes a person', () => {
  holds('is what was asked for, and no other', complete, [
    {
      that: 'does not watch the change feed',
      by: (all) => all.splice(all.indexOf(theOne(all, queryType, /fold-lagging/)), 1),
    },
    {
      that: 'wakes somebody for more',
      by: (all) => all.push({ ...theOne(all, queryType, /fold-lagging/), name: 'busy' }),
    },
  ]);

  holds('goes to somebody, says what is wrong and what to do', actedOn, [
    { that: 'tells nobody', by: (all) => put(theOne(all, queryType, /fold-lagging/), 'actions', {}) },
    { that: 'has no runbook', by: (all) => void (theOne(all, queryType, /fold-lagging/).name = 'fold-slow') },
  ]);

  holds('asks for metrics, events, properties and values that the code says', asksForWhatIsSaid, [
    { that: 'asks for an event of an older version', by: asking("AppTraces | where Message == 'log_split'") },
    {
      that: 'asks for a metric that is not measured',
      by: asking("AppMetrics | where Name == 'aispm.fold.delay'"),
    },
    {
      that: 'asks for a value that cannot be',
      by: asking(
        "AppMetrics | where Name == 'aispm.delivery.outcomes' | where tostring(Properties.outcome) in ('lost')",
      ),
    },
    {
      that: 'asks for a function that does not exist',
      by: asking(
        "AppMetrics | where Name == 'aispm.requests.failed' | where tostring(Properties.function) in ('ingest')",
      ),
    },
    {
      that: 'asks for a property that is not sent',
      by: asking(
        "AppMetrics | where Name == 'aispm.evidence.quarantined' | summarize sum(Sum) by tostring(Properties.tenant)",
      ),
    },
    { that: 'asks a table that nothing fills', by: asking('AppRequests | where Success == false') },
    {
      that: 'watches a metric that the platform does not have',
      by: (all) =>
        put(theOne(all, metricType, /evidence/), 'criteria', { allOf: [{ metricName: 'DeadLetters' }] }),
    },
  ]);

  it('is all that the runbook speaks of', () => {
    expect([...runbook].sort()).toEqual(Object.keys(wanted).sort());
  });

  it('wakes where somebody is on call', () => {
    for (const environment of environments)
      for (const alert of alertsOf(deploymentOf(environment)))
        expect(alert.properties['enabled'], `${environment} ${alert.name}`).toBe(environment !== 'dev');
  });
});
