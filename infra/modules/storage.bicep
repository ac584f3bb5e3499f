// A storage account without keys and without anonymous access, with its containers and their diagnostics.

@description('A blob container. With `wormDays` nothing in it can be changed or deleted for so many days after it was written.')
@export()
type container = {
  name: string
  @minValue(1)
  wormDays: int?
}

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the account.')
param name string
@description('Redundancy: ZRS where the region has zones and the data matters.')
param sku 'Standard_LRS' | 'Standard_ZRS'
@description('Blob containers.')
param containers container[]
@description('Keep every version, and what was deleted for 30 days. Off for the host: its leases would make thousands of versions.')
param versioned bool
@description('Whether queues and tables are used too: the host and the durable task hub need them.')
param queuesAndTables bool
@description('`locked`: the policies were locked by infra/lock-worm.sh, which alone may touch them from then on, for a locked policy refuses every template.')
param worm 'unlocked' | 'locked' = 'unlocked'
@description('Delete blobs of these containers after so many days.')
param expiry { container: string, days: int }[] = []
@description('Reachable from the internet, with an Entra token. False: through private endpoints only.')
param publicAccess bool
@description('Categories of logs: `StorageRead`, `StorageWrite`, `StorageDelete`.')
param logged string[]
@description('Refuse deletion of the account.')
param locked bool
@description('Workspace for diagnostics.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      // Event Grid writes its dead letters as a trusted service, by its identity and role.
      bypass: 'AzureServices'
      defaultAction: publicAccess ? 'Allow' : 'Deny'
    }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: { blob: { enabled: true }, queue: { enabled: true }, table: { enabled: true } }
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: versioned
      deleteRetentionPolicy: versioned ? { enabled: true, days: 30 } : { enabled: false }
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
    }

    resource folder 'containers' = [
      for it in containers: {
        name: it.name
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queues 'queueServices' = if (queuesAndTables) { name: 'default' }
  resource tables 'tableServices' = if (queuesAndTables) { name: 'default' }

  resource lifecycle 'managementPolicies' = if (!empty(expiry)) {
    name: 'default'
    properties: {
      policy: {
        rules: [
          for it in expiry: {
            name: 'expire-${it.container}'
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${it.container}/'] }
              actions: {
                baseBlob: { delete: { daysAfterCreationGreaterThan: it.days } }
                version: { delete: { daysAfterCreationGreaterThan: it.days } }
              }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

resource immutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = [
  for (it, i) in containers: if (it.?wormDays != null && worm == 'unlocked') {
    parent: account::blobs::folder[i]
    name: 'default'
    properties: {
      immutabilityPeriodSinceCreationInDays: it.?wormDays ?? 1
      allowProtectedAppendWrites: false
    }
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: account
  name: 'keep'
  properties: { level: 'CanNotDelete', notes: 'Holds the state of the service.' }
}

var diagnostics = {
  workspaceId: workspaceId
  logs: map(logged, it => { category: it, enabled: true })
  metrics: [{ category: 'Transaction', enabled: true }]
}

resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::blobs
  name: 'logs'
  properties: diagnostics
}

resource queueDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (queuesAndTables) {
  scope: account::queues
  name: 'logs'
  properties: diagnostics
}

resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (queuesAndTables) {
  scope: account::tables
  name: 'logs'
  properties: diagnostics
}

@description('Resource id of the account.')
output id string = account.id
