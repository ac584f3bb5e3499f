// The database: evidence, ledgers, tenants. No key opens it; the identities below do.

import { containers, dedicated } from 'containers.bicep'

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the account.')
param name string
@description('Name of the database.')
param databaseName string
@description('Serverless pays by request, up to 5,000 request units a second a partition: for trials. Autoscale pays by the hour, between a tenth of the maximum and the maximum.')
param capacity 'serverless' | 'autoscale'
@description('Autoscale maximum, request units a second: of `evidence` and `ledger` each, and of the rest together. One ledger takes at most 10,000, which is some 800 events a second.')
param maxRequestUnits { evidence: int, ledger: int, shared: int }
@description('Spread over the zones of the region.')
param zoneRedundant bool
@description('Reachable from the internet, with an Entra token. False: through a private endpoint only.')
param publicAccess bool
@description('Principal ids of those who read and write items, by name. Containers are made here: nobody else may make or drop one.')
param writers { *: string }
@description('Refuse deletion of the account.')
param locked bool
@description('Workspace for diagnostics.')
param workspaceId string

var serverless = capacity == 'serverless'
var throughput = { evidence: maxRequestUnits.evidence, ledger: maxRequestUnits.ledger }

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: serverless ? [{ name: 'EnableServerless' }] : []
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: zoneRedundant }]
    consistencyPolicy: { defaultConsistencyLevel: 'Session' }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAclBypass: 'None'
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous30Days' } }
  }

  resource database 'sqlDatabases' = {
    name: databaseName
    properties: {
      resource: { id: databaseName }
      options: serverless ? {} : { autoscaleSettings: { maxThroughput: maxRequestUnits.shared } }
    }

    resource container 'containers' = [
      for it in containers: {
        name: it.name
        properties: {
          resource: union(
            {
              id: it.name
              partitionKey: { paths: it.key, kind: length(it.key) > 1 ? 'MultiHash' : 'Hash', version: 2 }
            },
            it.index == null
              ? {}
              : {
                  indexingPolicy: {
                    indexingMode: 'consistent'
                    automatic: true
                    includedPaths: it.index.included
                    excludedPaths: [{ path: '/*' }]
                    compositeIndexes: it.index.composite
                  }
                },
            it.ttl == null ? {} : { defaultTtl: it.ttl }
          )
          options: serverless || !contains(dedicated, it.name)
            ? {}
            : { autoscaleSettings: { maxThroughput: throughput[it.name] } }
        }
      }
    ]
  }

  // Built-in Data Contributor. At the account, because the client and the trigger read its metadata first.
  resource contributor 'sqlRoleDefinitions' existing = { name: '00000000-0000-0000-0000-000000000002' }

  resource writer 'sqlRoleAssignments' = [
    for it in items(writers): {
      name: guid(account.id, it.key, contributor.id)
      properties: {
        principalId: it.value
        roleDefinitionId: contributor.id
        scope: account.id
      }
    }
  ]
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: account
  name: 'keep'
  properties: { level: 'CanNotDelete', notes: 'Holds the evidence.' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    // Not DataPlaneRequests: a row for each request would cost more than the request.
    logs: [
      for category in ['ControlPlaneRequests', 'PartitionKeyStatistics']: { category: category, enabled: true }
    ]
  }
}

@description('Resource id of the account.')
output id string = account.id
@description('Address of the account.')
output endpoint string = account.properties.documentEndpoint
