// One private endpoint with its name in DNS.

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the endpoint.')
param name string
@description('Subnet that it stands in.')
param subnetId string
@description('Resource that it leads to.')
param target string
@description('Sub-resource, such as `blob` or `vault`.')
param group string
@description('Private DNS zone that its name is written to.')
param zoneId string

resource privateEndpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: group, properties: { privateLinkServiceId: target, groupIds: [group] } }
    ]
  }

  resource zone 'privateDnsZoneGroups' = {
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: group, properties: { privateDnsZoneId: zoneId } }] }
  }
}
