// Private endpoints and the DNS zones by which their names resolve, from one list.

@description('What is reached privately: `target` is a resource id, `group` its sub-resource, `zone` its private DNS zone.')
type endpoint = { name: string, target: string, group: string, zone: string }

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Virtual network whose resources resolve the private names.')
param networkId string
@description('Subnet that the endpoints stand in.')
param subnetId string
@description('The endpoints.')
param endpoints endpoint[]

var zones = union(map(endpoints, it => it.zone), [])

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zones: {
    name: name
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, i) in zones: {
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
      target: it.target
      group: it.group
      zoneId: zone[indexOf(zones, it.zone)].id
    }
  }
]
