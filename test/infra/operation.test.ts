import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import {
  holds,
  ofType,
  put,
  templatesOf,
  theOne,
  valueAt,
  type Resource,
  type Rule,
  type Template,
} from './deployment.js';

const root = new URL('../../', import.meta.url);

/** Types that have diagnostic settings (Azure Monitor, supported categories by resource type). */
const diagnosable = [
  'Microsoft.Storage/storageAccounts/blobServices',
  'Microsoft.Storage/storageAccounts/queueServices',
  'Microsoft.Storage/storageAccounts/tableServices',
  'Microsoft.DocumentDB/databaseAccounts',
  'Microsoft.KeyVault/vaults',
  'Microsoft.Communication/communicationServices',
  'Microsoft.EventGrid/topics',
  'Microsoft.EventGrid/systemTopics',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/virtualNetworks',
  'Microsoft.OperationalInsights/workspaces',
  'Microsoft.Web/sites',
];
/** Types that have none, or that hold what those above log: a new type must be put into one of the two lists. */
const silent = [
  'Microsoft.Authorization/locks',
  'Microsoft.Authorization/roleAssignments',
  'Microsoft.Authorization/roleDefinitions',
  'Microsoft.Communication/emailServices',
  'Microsoft.Communication/emailServices/domains',
  'Microsoft.Communication/emailServices/domains/senderUsernames',
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases',
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers',
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments',
  'Microsoft.EventGrid/systemTopics/eventSubscriptions',
  'Microsoft.EventGrid/topics/eventSubscriptions',
  'Microsoft.Insights/actionGroups',
  'Microsoft.Insights/components',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Insights/metricAlerts',
  'Microsoft.Insights/scheduledQueryRules',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
  'Microsoft.Network/privateEndpoints',
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
  'Microsoft.Resources/resourceGroups',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Storage/storageAccounts/blobServices/containers',
  'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
  'Microsoft.Storage/storageAccounts/managementPolicies',
  'Microsoft.Web/serverfarms',
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
  'Microsoft.Web/sites/config',
];

const settingsType = 'Microsoft.Insights/diagnosticSettings';
const logged: Rule = (resources) => {
  const settings = ofType(resources, settingsType);
  const workspace = theOne(resources, 'Microsoft.OperationalInsights/workspaces').id;
  const works = ({ properties }: Resource): boolean =>
    properties['workspaceId'] === workspace && (properties['logs'] as unknown[]).length > 0;
  return [
    ...resources
      .filter(({ type }) => diagnosable.includes(type))
      .filter(
        ({ id }) =>
          !settings.some((one) => one.id.startsWith(`${id}/providers/${settingsType}/`) && works(one)),
      )
      .map(({ id }) => `${id} is not logged`),
    ...resources
      .filter(({ type }) => !diagnosable.includes(type) && !silent.includes(type))
      .map(({ type }) => `${type} is in neither list`),
  ];
};

const drop = (resources: Resource[], gone: (one: Resource) => boolean): void => {
  resources.splice(0, resources.length, ...resources.filter((one) => !gone(one)));
};

describe('the service can be watched', () => {
  holds('whatever has diagnostic settings sends its logs to the workspace', logged, [
    {
      that: 'does not log the vault',
      by: (all) => drop(all, ({ id }) => /vaults\/.*diagnosticSettings/.test(id)),
    },
    {
      that: 'logs nothing of the database',
      by: (all) => {
        const one = ofType(all, settingsType).find(({ id }) => id.includes('databaseAccounts'));
        if (one) put(one, 'logs', []);
      },
    },
    {
      that: 'has a type nobody decided on',
      by: (all) => void all.push({ ...all[0], type: 'Microsoft.Sql/servers' } as Resource),
    },
  ]);
});

describe('what is kept survives', () => {
  const worm: Rule = (resources) =>
    ['log', 'reports']
      .filter((name) => {
        const policies = ofType(
          resources,
          'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
        );
        const one = policies.find(({ id }) => id.includes(`/containers/${name}/`));
        return !one || Number(valueAt(one, 'immutabilityPeriodSinceCreationInDays')) < 1;
      })
      .map((name) => `${name} can be changed`);
  const versions: Rule = (resources) =>
    ofType(resources, 'Microsoft.Storage/storageAccounts/blobServices')
      .filter(({ id }) => id.includes('aispmdata'))
      .filter((one) => valueAt(one, 'isVersioningEnabled') !== true)
      .map(({ id }) => `${id} keeps no versions`);
  const restorable: Rule = (resources) =>
    valueAt(theOne(resources, 'Microsoft.DocumentDB/databaseAccounts'), 'backupPolicy.type') === 'Continuous'
      ? []
      : ['the database cannot be restored to a point in time'];
  const purgeProof: Rule = (resources) =>
    valueAt(theOne(resources, 'Microsoft.KeyVault/vaults'), 'enablePurgeProtection') === true
      ? []
      : ['keys can be purged'];
  holds(
    'the log and reports are write-once, the database restorable, keys beyond purging',
    (resources) => [worm, versions, restorable, purgeProof].flatMap((rule) => rule(resources)),
    [
      {
        that: 'lets the log be changed',
        by: (all) => drop(all, ({ id }) => /log\/immutabilityPolicies/.test(id)),
      },
      {
        that: 'keeps nightly backups only',
        by: (all) =>
          put(theOne(all, 'Microsoft.DocumentDB/databaseAccounts'), 'backupPolicy', { type: 'Periodic' }),
      },
      {
        that: 'lets keys be purged',
        by: (all) => put(theOne(all, 'Microsoft.KeyVault/vaults'), 'enablePurgeProtection', null),
      },
    ],
  );

  const inProduction: Rule = (resources) => {
    const database = theOne(resources, 'Microsoft.DocumentDB/databaseAccounts');
    const zoned = (valueAt(database, 'locations') as { isZoneRedundant: boolean }[]).every(
      (it) => it.isZoneRedundant,
    );
    const accounts = ofType(resources, 'Microsoft.Storage/storageAccounts').map(
      ({ sku }) => (sku as { name: string }).name,
    );
    const plan = valueAt(theOne(resources, 'Microsoft.Web/serverfarms'), 'zoneRedundant') === true;
    return [
      ...(zoned && plan && accounts.every((name) => name === 'Standard_ZRS')
        ? []
        : ['one zone is enough to stop it']),
      ...(ofType(resources, 'Microsoft.Authorization/locks').length === 3
        ? []
        : ['evidence or keys can be deleted']),
    ];
  };
  holds(
    'production outlives a zone, and nobody deletes evidence or keys by mistake',
    inProduction,
    [
      {
        that: 'stands in one zone',
        by: (all) => put(theOne(all, 'Microsoft.Web/serverfarms'), 'zoneRedundant', false),
      },
      {
        that: 'has no locks',
        by: (all) => drop(all, ({ type }) => type === 'Microsoft.Authorization/locks'),
      },
    ],
    ['production'],
  );
});

describe('the templates', () => {
  /** Outputs are kept in the history of deployments, where every reader of the group sees them. */
  const secretOutputs = (templates: readonly Template[]): string[] =>
    templates.flatMap(({ outputs = {} }) =>
      Object.entries(outputs)
        .filter(([name, value]) =>
          /list\w*(Keys|Secrets|Sas)|connectionstring|secure(string|object)|instrumentationkey|password|secret/i.test(
            name + JSON.stringify(value),
          ),
        )
        .map(([name]) => name),
    );

  it('put no secret into an output', () => {
    const templates = [...templatesOf('main'), ...templatesOf('events')];
    expect(secretOutputs(templates)).toEqual([]);
    const [first] = templates;
    const leak = { value: "[listKeys('account', '2024-01-01').keys[0].value]" };
    expect(secretOutputs([{ ...first, resources: [], outputs: { leak } }])).toEqual(['leak']);
    const text = { value: "[reference('insights').ConnectionString]" };
    expect(secretOutputs([{ resources: [], outputs: { text } }])).toEqual(['text']);
  });

  it('stay readable: none has more than 150 lines that are neither blank nor comment', () => {
    const folder = new URL('infra/', root);
    const files = [
      ...readdirSync(folder),
      ...readdirSync(new URL('modules/', folder)).map((name) => `modules/${name}`),
    ];
    const long = files
      .filter((name) => name.endsWith('.bicep'))
      .filter((name) => {
        const lines = readFileSync(new URL(name, folder), 'utf8').split('\n');
        return lines.filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length > 150;
      });
    expect(long).toEqual([]);
  });
});
