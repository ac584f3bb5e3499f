import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { containers, definitionOf, type ContainerName } from '../../shared/adapters/cosmos/containers.js';
import { isRehearsal, readConfiguration, settingNames } from '../../shared/configuration.js';
import {
  deploymentOf,
  environments,
  holds,
  ofType,
  put,
  theOne,
  valueAt,
  type Resource,
  type Rule,
} from './deployment.js';
import { registrations } from './registrations.js';

const functions = await registrations();
const hostJson = readFileSync(new URL('../../host.json', import.meta.url), 'utf8');

const containerType = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers';
const settingsOf = (resources: readonly Resource[]): Record<string, string> =>
  theOne(resources, 'Microsoft.Web/sites/config').properties as Record<string, string>;

/** Secrets of the stand-ins on a developer's machine; the code refuses them for any other address. */
const localOnly = ['COSMOS__accountKey', 'KEY_VAULT_TOKEN', 'MAIL_ACCESS_KEY', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/** `%NAME%` in host.json and in the bindings: the host puts the setting in. */
const placeholders = [...`${hostJson} ${JSON.stringify(functions)}`.matchAll(/%([A-Za-z_]+)%/g)].map(
  ([, name]) => name ?? '',
);

/** Connections by name: those of the bindings, that of the durable task hub, and the host's own. */
const connections = new Set([
  'AzureWebJobsStorage',
  ...[...hostJson.matchAll(/"connectionName": *"([^"]+)"/g)].map(([, name]) => name ?? ''),
  ...functions.flatMap(({ bindings }) =>
    Object.values(bindings).flatMap(({ connection, leaseConnection }) =>
      [connection, leaseConnection].filter((name): name is string => typeof name === 'string' && name !== ''),
    ),
  ),
]);

/** What an identity-based connection is made of (Functions reference, "Common properties for identity-based connections"). */
const partsOf = (connection: string): string[] => [
  connection === 'AzureWebJobsStorage' ? `${connection}__accountName` : `${connection}__accountEndpoint`,
  `${connection}__credential`,
  `${connection}__clientId`,
];

const wanted = new Set([
  ...settingNames.filter((name) => !localOnly.includes(name)),
  ...placeholders,
  ...[...connections].flatMap(partsOf),
  // That what the host itself sends goes with a token.
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
]);

const exactSettings: Rule = (resources) => {
  const given = Object.keys(settingsOf(resources));
  return [
    ...given.filter((name) => !wanted.has(name)).map((name) => `nothing reads ${name}`),
    ...[...wanted].filter((name) => !given.includes(name)).map((name) => `${name} is missing`),
  ];
};

const connected: Rule = (resources) => {
  const settings = settingsOf(resources);
  return [...connections].flatMap((name) => {
    const parts = partsOf(name);
    const missing = parts.filter((part) => !settings[part]).map((part) => `${part} is missing`);
    const byKey = name in settings ? [`${name} is a connection string`] : [];
    const identity =
      settings[`${name}__credential`] === 'managedidentity' ? [] : [`${name} uses no identity`];
    return [...missing, ...byKey, ...identity];
  });
};

/** What Azure fills in when it deploys, by the property that an expression ends in. */
const filledIn: readonly (readonly [part: RegExp, value: string])[] = [
  [/\.documentEndpoint\]$/, 'https://cosmos-aispm.documents.azure.com:443/'],
  [/\.vaultUri\]$/, 'https://kv-aispm.vault.azure.net/'],
  [/\.clientId\)?\]$/, '11111111-1111-4111-8111-111111111111'],
  [
    /\.ConnectionString\]$/,
    'InstrumentationKey=0;IngestionEndpoint=https://westeurope.in.applicationinsights.azure.com',
  ],
  [/^\[format\('https:\/\/\{0\}', .*\.hostName\)\]$/, 'https://acs-aispm.europe.communication.azure.com'],
  [/\.fromSenderDomain\)\]$/, 'aispm@aispm.example'],
  [/suffixes\.storage\)\)\]$/, 'https://aispmdata.blob.core.windows.net'],
  [/^\[format\('\{0\}\/v2\.0', .*loginEndpoint/, 'https://login.microsoftonline.com/t/v2.0'],
  [
    /^\[format\('\{0\}\/discovery\/v2\.0\/keys', .*loginEndpoint/,
    'https://login.microsoftonline.com/t/discovery/v2.0/keys',
  ],
];
const deployed = (settings: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      value.startsWith('[') ? (filledIn.find(([part]) => part.test(value))?.[1] ?? value) : value,
    ]),
  );

describe('the app finds what it needs', () => {
  holds('the settings are those that the code and the host read, and no other', exactSettings, [
    { that: 'forgets a setting', by: (all) => void delete settingsOf(all)['KEY_VAULT_URI'] },
    {
      that: 'sets what nothing reads',
      by: (all) => put(theOne(all, 'Microsoft.Web/sites/config'), 'DEBUG', '1'),
    },
    {
      that: 'sets a key of a stand-in',
      by: (all) => put(theOne(all, 'Microsoft.Web/sites/config'), 'COSMOS__accountKey', 'k'),
    },
  ]);

  it.each(environments)(
    '%s starts: the code accepts its settings, and only production can be judged ready',
    (name) => {
      const configuration = readConfiguration(deployed(settingsOf(deploymentOf(name))));
      expect(configuration.AISPM_ENVIRONMENT).toBe(name);
      expect(isRehearsal(configuration)).toBe(name !== 'production');
    },
  );

  it('the code itself refuses the keys of the stand-ins there', () => {
    const settings = deployed(settingsOf(deploymentOf('production')));
    for (const name of localOnly) expect(() => readConfiguration({ ...settings, [name]: 'k' })).toThrow(name);
  });

  holds('every connection that a trigger or the host names exists, and is by identity', connected, [
    {
      that: 'forgets where the change feed is',
      by: (all) => void delete settingsOf(all)['COSMOS__accountEndpoint'],
    },
    {
      that: 'reaches the host’s storage by a connection string',
      by: (all) => put(theOne(all, 'Microsoft.Web/sites/config'), 'AzureWebJobsStorage', 'AccountName=x'),
    },
    {
      that: 'names no identity',
      by: (all) => put(theOne(all, 'Microsoft.Web/sites/config'), 'COSMOS__credential', ''),
    },
  ]);
});

const sameContainers: Rule = (resources) => {
  const found = ofType(resources, containerType);
  const names = Object.keys(containers) as ContainerName[];
  const byName = (name: string) => found.find((it) => it.name.endsWith(`/aispm/${name}`));
  const strangers = found.filter((it) => !names.some((name) => it === byName(name)));
  return [
    ...names.filter((name) => !same(valueOf(byName(name)), definitionOf(name))),
    ...strangers.map(({ name }) => `${name} is not in containers.ts`),
  ];
};
const valueOf = (resource: Resource | undefined): unknown => resource && valueAt(resource, 'resource');
const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (value: unknown): unknown =>
  Array.isArray(value) || typeof value !== 'object' || value === null
    ? Array.isArray(value)
      ? value.map(sorted)
      : value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, one]) => [name, sorted(one)]),
      );

const triggersRead: Rule = (resources) => {
  const names = ofType(resources, containerType).map(({ name }) => name.split('/').at(-1) ?? '');
  return functions
    .filter(({ trigger }) => trigger.type === 'cosmosDBTrigger')
    .flatMap(({ trigger }) => [trigger['containerName'], trigger['leaseContainerName']])
    .filter((name) => typeof name === 'string' && !names.includes(name))
    .map((name) => `a trigger reads ${String(name)}, which is not there`);
};

const evidenceContainer = (all: Resource[]): Resource => theOne(all, containerType, /\/evidence$/);

describe('the database is what the code expects', () => {
  holds('containers, keys, indexes and lifetimes are those of containers.ts', sameContainers, [
    {
      that: 'gives evidence another key',
      by: (all) => put(evidenceContainer(all), 'resource.partitionKey.paths', ['/id']),
    },
    { that: 'lets evidence expire', by: (all) => put(evidenceContainer(all), 'resource.defaultTtl', 3600) },
    {
      that: 'drops an index',
      by: (all) => put(evidenceContainer(all), 'resource.indexingPolicy.compositeIndexes', []),
    },
    { that: 'forgets a container', by: (all) => void all.splice(all.indexOf(evidenceContainer(all)), 1) },
    { that: 'adds one', by: (all) => void all.push({ ...evidenceContainer(all), name: 'c/aispm/more' }) },
  ]);

  holds('the change feed reads containers that are there', triggersRead, [
    {
      that: 'has no leases',
      by: (all) => void all.splice(all.indexOf(theOne(all, containerType, /\/leases$/)), 1),
    },
  ]);
});

const subscriptionsOf = (resources: readonly Resource[]): Resource[] =>
  resources.filter(({ type }) => type.endsWith('/eventSubscriptions'));
const targetOf = (subscription: Resource): string =>
  String(valueAt(subscription, 'destination.properties.resourceId'));

const subscribed: Rule = (resources) => {
  const app = theOne(resources, 'Microsoft.Web/sites').id;
  const targets = subscriptionsOf(resources).map(targetOf);
  const events = functions
    .filter(({ trigger }) => trigger.type === 'eventGridTrigger')
    .map(({ name }) => name);
  return [
    ...targets
      .filter((id) => !events.some((name) => id === `${app}/functions/${name}`))
      .map((id) => `${id} does not exist`),
    ...events
      .filter((name) => !targets.some((id) => id.endsWith(`/${name}`)))
      .map((name) => `nothing reaches ${name}`),
  ];
};

const keptWhenLost: Rule = (resources) =>
  subscriptionsOf(resources).flatMap((subscription) => {
    const letters = 'deadLetterWithResourceIdentity.deadLetterDestination.properties';
    const account = String(valueAt(subscription, `${letters}.resourceId`));
    const container = String(valueAt(subscription, `${letters}.blobContainerName`));
    const there = resources.some(
      ({ id }) => id === `${account}/blobServices/default/containers/${container}`,
    );
    const day = valueAt(subscription, 'retryPolicy.eventTimeToLiveInMinutes') === 1440;
    return there && day ? [] : [`${subscription.name} loses events`];
  });

const cloudEvents: Rule = (resources) =>
  subscriptionsOf(resources)
    .filter((it) => valueAt(it, 'eventDeliverySchema') !== 'CloudEventSchemaV1_0')
    .map(({ name }) => `${name} delivers another schema`);

const firstSubscription = (all: Resource[], change: (one: Resource) => void): void => {
  const [one] = subscriptionsOf(all);
  if (one) change(one);
};

describe('events reach their functions', () => {
  holds('every subscription names a function that exists, and every such function has one', subscribed, [
    {
      that: 'misspells a function',
      by: (all) =>
        firstSubscription(all, (one) => put(one, 'destination.properties.resourceId', `${targetOf(one)}s`)),
    },
    {
      that: 'forgets one',
      by: (all) => firstSubscription(all, (one) => void all.splice(all.indexOf(one), 1)),
    },
  ]);

  holds('what cannot be delivered for a day is kept', keptWhenLost, [
    {
      that: 'writes dead letters to nowhere',
      by: (all) =>
        void all.splice(
          all.findIndex(({ name }) => name.endsWith('/deadletters')),
          1,
        ),
    },
    {
      that: 'has no dead letters',
      by: (all) => firstSubscription(all, (one) => put(one, 'deadLetterWithResourceIdentity', null)),
    },
  ]);

  holds('events come as CloudEvents, which is all that admission reads', cloudEvents, [
    {
      that: 'delivers the schema of Event Grid',
      by: (all) => firstSubscription(all, (one) => put(one, 'eventDeliverySchema', 'EventGridSchema')),
    },
  ]);
});
