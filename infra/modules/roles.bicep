// Who may do what: one map, one loop. Whatever is not in the map may do nothing. Cosmos DB keeps roles of its own, in
// cosmos.bicep.

@description('Resources that roles are given for, by resource id.')
param resources {
  hostStorage: string
  dataStorage: string
  deadLetters: string
  vault: string
  mail: string
  insights: string
  topic: string
}
@description('Identity of the app: resource id and principal id.')
param app { id: string, principalId: string }
@description('Identity of Event Grid: resource id and principal id.')
param events { id: string, principalId: string }
@description('Principal ids of runtimes that may send evidence to the topic.')
param senders string[]

// No built-in role is as narrow: the one for secrets may also delete, recover and purge them.
resource keyKeeper 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'key-keeper')
  properties: {
    roleName: 'AISPM key keeper (${resourceGroup().name})'
    description: 'Creates and reads the keys of tenants. Never deletes one.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/getSecret/action'
          'Microsoft.KeyVault/vaults/secrets/readMetadata/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
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

// Who, at which resource, as what, and why.
var given = union(
  [
    { who: app, at: resources.hostStorage, as: 'blobOwner', why: 'The host keeps leases of triggers and reads packages.' }
    { who: app, at: resources.hostStorage, as: 'queueContributor', why: 'Work items of the durable task hub.' }
    { who: app, at: resources.hostStorage, as: 'tableContributor', why: 'History of the durable task hub.' }
    { who: app, at: resources.dataStorage, as: 'blobKeeper', why: 'Log bundles, checkpoints, reports and payloads.' }
    { who: app, at: resources.vault, as: 'keyKeeper', why: 'A signing key and a pseudonym key for each tenant.' }
    { who: app, at: resources.mail, as: 'mailOwner', why: 'Sends reports; the provider has no narrower role for mail.' }
    { who: app, at: resources.insights, as: 'metricsPublisher', why: 'Telemetry without an instrumentation key.' }
    { who: events, at: resources.deadLetters, as: 'blobContributor', why: 'Keeps what could not be delivered.' }
  ],
  map(senders, id => {
    who: { id: id, principalId: id }
    at: resources.topic
    as: 'eventSender'
    why: 'An agent runtime sends evidence.'
  })
)

module assignment 'role-assignment.json' = [
  for it in given: {
    name: 'role-${it.as}-${uniqueString(it.who.id, it.at)}'
    params: {
      scope: it.at
      name: guid(it.at, it.who.id, it.as)
      principalId: it.who.principalId
      roleDefinitionId: roleIds[it.as]
      description: it.why
    }
  }
]
