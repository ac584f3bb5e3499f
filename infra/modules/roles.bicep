// Who may do what: one map, one loop. Whatever is not in the map may do nothing. Cosmos DB keeps roles of its own, in
// cosmos.bicep.

import { names as nameSet, deadLetterContainer } from '../names.bicep'

@description('Names of the resources that roles are given for.')
param names nameSet
@description('Principal ids of the app and of Event Grid.')
param principals { app: string, events: string }
@description('Principal ids of runtimes that may send evidence to the topic.')
param senders string[]

resource hostStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: names.hostStorage

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = { name: deadLetterContainer }
  }
}
resource dataStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: names.dataStorage }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: names.vault }
resource mail 'Microsoft.Communication/communicationServices@2025-05-01' existing = { name: names.mail }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: names.insights }
resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = { name: names.topic }

// No built-in role is as narrow: the one for secrets may also delete, recover and purge them.
resource keyKeeper 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'key-keeper')
  properties: {
    roleName: 'AISPM key keeper (${resourceGroup().name})'
    description: 'Creates, reads and disables the keys of tenants. Never deletes one.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/getSecret/action'
          'Microsoft.KeyVault/vaults/secrets/readMetadata/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
          'Microsoft.KeyVault/vaults/secrets/update/action'
        ]
      }
    ]
  }
}

// Likewise: the built-in Storage Blob Data Contributor may delete.
resource blobKeeper 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'blob-keeper')
  properties: {
    roleName: 'AISPM blob keeper (${resourceGroup().name})'
    description: 'Writes and reads the log, reports and payloads. Never deletes a blob: payloads expire by a lifecycle rule.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
        ]
      }
    ]
  }
}

var builtIn = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  mailOwner: '09976791-48a7-449e-bb21-39d1a415f350'
  eventSender: 'd5a91429-5739-47e2-a06b-3470a27159e7'
}
var roleIds = union(
  mapValues(builtIn, id => subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)),
  { keyKeeper: keyKeeper.id, blobKeeper: blobKeeper.id }
)
var principalIds = union(principals, toObject(senders, id => id, id => id))
var resources = {
  hostStorage: hostStorage.id
  dataStorage: dataStorage.id
  deadLetters: hostStorage::blobs::deadLetters.id
  vault: vault.id
  mail: mail.id
  insights: insights.id
  topic: topic.id
}

// Who, at which resource, as what, and why.
var given = concat(
  [
    { who: 'app', at: 'hostStorage', as: 'blobOwner', why: 'The host keeps leases of triggers and reads packages.' }
    { who: 'app', at: 'hostStorage', as: 'queueContributor', why: 'Work items of the durable task hub.' }
    { who: 'app', at: 'hostStorage', as: 'tableContributor', why: 'History of the durable task hub.' }
    { who: 'app', at: 'dataStorage', as: 'blobKeeper', why: 'Log bundles, checkpoints, reports and payloads.' }
    { who: 'app', at: 'vault', as: 'keyKeeper', why: 'A signing key and a pseudonym key for each tenant.' }
    { who: 'app', at: 'mail', as: 'mailOwner', why: 'Sends reports; the provider has no narrower role for mail.' }
    { who: 'app', at: 'insights', as: 'metricsPublisher', why: 'Telemetry without an instrumentation key.' }
    { who: 'events', at: 'deadLetters', as: 'blobContributor', why: 'Keeps what could not be delivered.' }
  ],
  map(senders, id => { who: id, at: 'topic', as: 'eventSender', why: 'An agent runtime sends evidence.' })
)

module assignment 'role-assignment.json' = [
  for it in given: {
    name: 'role-${it.at}-${it.as}-${uniqueString(it.who)}'
    params: {
      scope: resources[it.at]
      name: guid(resources[it.at], it.who, it.as)
      principalId: principalIds[it.who]
      roleDefinitionId: roleIds[it.as]
      description: it.why
    }
  }
]
