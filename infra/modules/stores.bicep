// What the service keeps: evidence and ledgers, the log and reports, keys; and what the host keeps for itself.

import { names as nameSet, dataContainers, databaseName, deadLetterContainer, releaseContainer } from '../names.bicep'

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Names of the resources.')
param names nameSet
@description('Reachable from the internet, with an Entra token.')
param publicAccess bool
@description('Spread over the zones of the region.')
param zoneRedundant bool
@description('Refuse deletion of whatever holds evidence or keys.')
param locked bool
@description('State of the retention policies.')
param worm 'unlocked' | 'locked'
@description('Days that log and reports can be neither changed nor deleted.')
param wormDays int
@description('Days that raw payloads are kept.')
param payloadDays int
@description('How the database is paid for.')
param capacity 'serverless' | 'autoscale'
@description('Autoscale maximum, request units a second.')
param maxRequestUnits { evidence: int, ledger: int, shared: int }
@description('Principal id of the app.')
param appPrincipalId string
@description('Workspace for diagnostics.')
param workspaceId string

var redundancy = zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'

module host 'storage.bicep' = {
  name: 'host-storage'
  params: {
    location: location
    tags: tags
    name: names.hostStorage
    sku: redundancy
    containers: [{ name: releaseContainer }, { name: deadLetterContainer }]
    versioned: false
    queuesAndTables: true
    // Dead letters hold evidence: long enough to be replayed, no longer.
    expiry: [{ container: deadLetterContainer, days: 30 }]
    publicAccess: publicAccess
    // The host renews leases and polls queues all day: its reads and writes would be most of the logs.
    logged: ['StorageDelete']
    locked: false
    workspaceId: workspaceId
  }
}

module data 'storage.bicep' = {
  name: 'data-storage'
  params: {
    location: location
    tags: tags
    name: names.dataStorage
    sku: redundancy
    containers: map(dataContainers, name => name == 'payloads' ? { name: name } : { name: name, wormDays: wormDays })
    versioned: true
    queuesAndTables: false
    worm: worm
    expiry: [{ container: 'payloads', days: payloadDays }]
    publicAccess: publicAccess
    logged: ['StorageRead', 'StorageWrite', 'StorageDelete']
    locked: locked
    workspaceId: workspaceId
  }
}

module cosmos 'cosmos.bicep' = {
  name: 'cosmos'
  params: {
    location: location
    tags: tags
    name: names.cosmos
    databaseName: databaseName
    capacity: capacity
    maxRequestUnits: maxRequestUnits
    zoneRedundant: zoneRedundant
    publicAccess: publicAccess
    writers: { app: appPrincipalId }
    locked: locked
    workspaceId: workspaceId
  }
}

module vault 'key-vault.bicep' = {
  name: 'key-vault'
  params: {
    location: location
    tags: tags
    name: names.vault
    publicAccess: publicAccess
    locked: locked
    workspaceId: workspaceId
  }
}

@description('Resource id of the account of the host.')
output hostStorageId string = host.outputs.id
@description('Resource id of the account of log, reports and payloads.')
output dataStorageId string = data.outputs.id
@description('Resource id of the database account.')
output cosmosId string = cosmos.outputs.id
@description('Address of the database account.')
output cosmosEndpoint string = cosmos.outputs.endpoint
@description('Resource id of the vault.')
output vaultId string = vault.outputs.id
