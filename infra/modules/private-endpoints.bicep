// Private endpoints and the DNS zones by which their names resolve, from one list.

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Virtual network whose resources resolve the private names.')
param networkId string
@description('Subnet that the endpoints stand in.')
param subnetId string
@description('Resource ids of what is reached privately.')
param targets { hostStorage: string, dataStorage: string, cosmos: string, vault: string, topic: string }

var endpoints = [
  { name: 'host-blob', target: 'hostStorage', group: 'blob' }
  { name: 'host-queue', target: 'hostStorage', group: 'queue' }
  { name: 'host-table', target: 'hostStorage', group: 'table' }
  { name: 'data-blob', target: 'dataStorage', group: 'blob' }
  { name: 'cosmos', target: 'cosmos', group: 'Sql' }
  { name: 'vault', target: 'vault', group: 'vault' }
  { name: 'topic', target: 'topic', group: 'topic' }
]

// Zone by sub-resource, as the names are documented for the public cloud and derived for the others.
var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  Sql: 'privatelink.documents.azure.com'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  topic: 'privatelink.eventgrid.azure.net'
}
var groups = union(map(endpoints, it => it.group), [])

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for group in groups: {
    name: zoneNames[group]
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (group, i) in groups: {
    parent: zone[i]
    name: 'aispm'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

module privateEndpoint 'private-endpoint.bicep' = [
  for it in endpoints: {
    name: 'endpoint-${it.name}'
    params: {
      location: location
      tags: tags
      name: 'pe-aispm-${it.name}'
      subnetId: subnetId
      target: targets[it.target]
      group: it.group
      zoneId: zone[indexOf(groups, it.group)].id
    }
  }
]
