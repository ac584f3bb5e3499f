import { describe } from 'vitest';

import { holds, ofType, put, theOne, valueAt, type Resource, type Rule } from './deployment.js';

/** What must stand at a path of every resource of a type. */
type Demand = readonly [type: string, path: string, value: unknown];

const storage = 'Microsoft.Storage/storageAccounts';
const cosmos = 'Microsoft.DocumentDB/databaseAccounts';
const vault = 'Microsoft.KeyVault/vaults';
const topic = 'Microsoft.EventGrid/topics';
const mail = 'Microsoft.Communication/communicationServices';
const site = 'Microsoft.Web/sites';
const publishing = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';

const meets =
  (demands: readonly Demand[]): Rule =>
  (resources) =>
    demands.flatMap(([type, path, value]) => {
      const found = ofType(resources, type);
      if (found.length === 0) return [`there is no ${type}`];
      return found
        .filter((resource) => valueAt(resource, path) !== value)
        .map((resource) => `${resource.name}: ${path} is ${String(valueAt(resource, path))}`);
    });

const together =
  (...rules: readonly Rule[]): Rule =>
  (resources) =>
    rules.flatMap((rule) => rule(resources));

const breaking = (type: string, path: string, value: unknown) => (resources: Resource[]) => {
  const [first] = ofType(resources, type);
  if (first) put(first, path, value);
};

const without = (resources: Resource[], gone: (resource: Resource) => boolean): void => {
  resources.splice(0, resources.length, ...resources.filter((resource) => !gone(resource)));
};

/** Expressions and values that would carry a key: calls for keys, and connection strings that hold one. */
const keyText =
  /list(Account|Service)?(Keys|Secrets|Sas)|AccountKey=|SharedAccess|InstrumentationKey|[?&]sig=/i;
const noKeyText: Rule = (resources) =>
  resources.filter((resource) => keyText.test(JSON.stringify(resource))).map(({ id }) => `${id} holds a key`);

describe('nothing is opened by a key', () => {
  holds(
    'local authentication is off wherever it exists',
    meets([
      [storage, 'allowSharedKeyAccess', false],
      [cosmos, 'disableLocalAuth', true],
      [cosmos, 'disableKeyBasedMetadataWriteAccess', true],
      [vault, 'enableRbacAuthorization', true],
      [topic, 'disableLocalAuth', true],
      [mail, 'disableLocalAuth', true],
      [publishing, 'allow', false],
      ['Microsoft.Insights/components', 'DisableLocalAuth', true],
      ['Microsoft.OperationalInsights/workspaces', 'features.disableLocalAuth', true],
    ]),
    [
      { that: 'lets an account key open storage', by: breaking(storage, 'allowSharedKeyAccess', true) },
      { that: 'lets a key open the database', by: breaking(cosmos, 'disableLocalAuth', false) },
      { that: 'leaves the default, which is on', by: breaking(topic, 'disableLocalAuth', undefined) },
      { that: 'lets a password publish', by: breaking(publishing, 'allow', true) },
      {
        that: 'takes telemetry by key',
        by: breaking('Microsoft.Insights/components', 'DisableLocalAuth', false),
      },
      { that: 'says nothing about publishing', by: (all) => without(all, ({ type }) => type === publishing) },
    ],
  );

  holds(
    'the platform fetches packages as the identity of the app',
    meets([[site, 'functionAppConfig.deployment.storage.authentication.type', 'UserAssignedIdentity']]),
    [
      {
        that: 'fetches packages by a connection string',
        by: breaking(
          site,
          'functionAppConfig.deployment.storage.authentication.type',
          'StorageAccountConnectionString',
        ),
      },
    ],
  );

  holds('no property asks for a key or holds one', noKeyText, [
    {
      that: 'puts an account key into a setting',
      by: (all) =>
        put(
          theOne(all, 'Microsoft.Web/sites/config'),
          'AzureWebJobsStorage',
          "[format('AccountKey={0}', listKeys('x', '2024-01-01').keys[0].value)]",
        ),
    },
  ]);
});

const oneTwo = /^(TLS)?1[._][23]$|^Tls1[23]$|^TLS1_[23]$/;
const tlsPaths: readonly (readonly [type: string, path: string])[] = [
  [storage, 'minimumTlsVersion'],
  [cosmos, 'minimalTlsVersion'],
  [topic, 'minimumTlsVersionAllowed'],
  [site, 'siteConfig.minTlsVersion'],
  [site, 'siteConfig.scmMinTlsVersion'],
];
const tls: Rule = (resources) =>
  tlsPaths.flatMap(([type, path]) =>
    ofType(resources, type)
      .filter((resource) => !oneTwo.test(String(valueAt(resource, path))))
      .map((resource) => `${resource.name}: ${path} is ${String(valueAt(resource, path))}`),
  );
const encrypted = meets([
  [storage, 'supportsHttpsTrafficOnly', true],
  [site, 'httpsOnly', true],
  [site, 'siteConfig.ftpsState', 'Disabled'],
]);

describe('everything is encrypted on its way', () => {
  holds('TLS 1.2 or later, and never plain HTTP or FTP', together(tls, encrypted), [
    { that: 'takes TLS 1.0', by: breaking(storage, 'minimumTlsVersion', 'TLS1_0') },
    { that: 'takes TLS 1.1 for packages', by: breaking(site, 'siteConfig.scmMinTlsVersion', '1.1') },
    { that: 'leaves the default of a topic', by: breaking(topic, 'minimumTlsVersionAllowed', undefined) },
    { that: 'answers plain HTTP', by: breaking(site, 'httpsOnly', false) },
    { that: 'takes files over FTP', by: breaking(site, 'siteConfig.ftpsState', 'AllAllowed') },
  ]);
});

/** What must be reached privately, by sub-resource. Mail has no private endpoint; telemetry takes a token only. */
const privateGroups: readonly (readonly [type: string, group: string])[] = [
  [storage, 'blob'],
  [cosmos, 'Sql'],
  [vault, 'vault'],
  [topic, 'topic'],
];
const endpointFor: Rule = (resources) => {
  const links = ofType(resources, 'Microsoft.Network/privateEndpoints').map((it) =>
    JSON.stringify(it.properties),
  );
  return privateGroups.flatMap(([type, group]) =>
    ofType(resources, type)
      .filter(({ id }) => !links.some((link) => link.includes(`"${id}"`) && link.includes(`["${group}"]`)))
      .map(({ name }) => `${name} has no private endpoint for ${group}`),
  );
};
const anonymous: Rule = (resources) =>
  ofType(resources, 'Microsoft.Storage/storageAccounts/blobServices/containers')
    .filter((container) => valueAt(container, 'publicAccess') !== 'None')
    .map(({ name }) => `${name} can be read by anybody`);
const noInternet = meets([
  [storage, 'publicNetworkAccess', 'Disabled'],
  [storage, 'networkAcls.defaultAction', 'Deny'],
  [cosmos, 'publicNetworkAccess', 'Disabled'],
  [vault, 'publicNetworkAccess', 'Disabled'],
  [vault, 'networkAcls.defaultAction', 'Deny'],
  [topic, 'publicNetworkAccess', 'Disabled'],
  [site, 'siteConfig.ipSecurityRestrictionsDefaultAction', 'Deny'],
  [site, 'siteConfig.scmIpSecurityRestrictionsDefaultAction', 'Deny'],
]);
const joined: Rule = (resources) =>
  ofType(resources, site)
    .filter((app) => !String(valueAt(app, 'virtualNetworkSubnetId')).endsWith('/subnets/app'))
    .map(({ name }) => `${name} is not joined to the network`);
const wideOpen: Rule = (resources) =>
  ofType(resources, site).flatMap((app) =>
    (valueAt(app, 'siteConfig.ipSecurityRestrictions') as { ipAddress: string }[])
      .filter(({ ipAddress }) => ['Any', '0.0.0.0/0', '::/0', 'Internet'].includes(ipAddress))
      .map(({ ipAddress }) => `${app.name} lets in ${ipAddress}`),
  );

describe('nothing is open to the internet', () => {
  holds('anonymous reading is off', together(anonymous, meets([[storage, 'allowBlobPublicAccess', false]])), [
    { that: 'allows anonymous reading', by: breaking(storage, 'allowBlobPublicAccess', true) },
    {
      that: 'opens a container',
      by: breaking('Microsoft.Storage/storageAccounts/blobServices/containers', 'publicAccess', 'Blob'),
    },
  ]);

  holds(
    'stores are reached through private endpoints, the app by listed callers',
    together(noInternet, endpointFor, joined, wideOpen),
    [
      { that: 'opens the database', by: breaking(cosmos, 'publicNetworkAccess', 'Enabled') },
      { that: 'opens the vault', by: breaking(vault, 'publicNetworkAccess', 'Enabled') },
      { that: 'opens storage', by: breaking(storage, 'networkAcls.defaultAction', 'Allow') },
      {
        that: 'lets anybody call the app',
        by: breaking(site, 'siteConfig.ipSecurityRestrictionsDefaultAction', 'Allow'),
      },
      {
        that: 'lists the whole internet as a caller',
        by: breaking(site, 'siteConfig.ipSecurityRestrictions', [{ ipAddress: '0.0.0.0/0' }]),
      },
      { that: 'leaves the app outside the network', by: breaking(site, 'virtualNetworkSubnetId', null) },
      {
        that: 'forgets a private endpoint',
        by: (all) => without(all, ({ name }) => name === 'pe-aispm-cosmos'),
      },
    ],
    ['staging', 'production'],
  );
});
