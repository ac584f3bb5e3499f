// The virtual network of an environment: one subnet for the app, one for private endpoints to what it reaches.

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the virtual network.')
param name string
@description('Address space: a /24 or larger. It must not overlap a network that this one is peered with.')
param addressPrefix string
@description('Resource ids of what is reached privately.')
param targets { hostStorage: string, dataStorage: string, cosmos: string, vault: string, topic: string }
@description('Workspace for diagnostics.')
param workspaceId string

var storageZone = environment().suffixes.storage
var vaultZone = replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')

resource security 'Microsoft.Network/networkSecurityGroups@2024-05-01' = [
  for subnet in ['app', 'endpoints']: {
    name: 'nsg-${name}-${subnet}'
    location: location
    tags: tags
    properties: {
      securityRules: [
        {
          name: 'deny-from-internet'
          properties: {
            description: 'Callers come in by the front end of the platform, never straight to a subnet.'
            access: 'Deny'
            direction: 'Inbound'
            priority: 4000
            protocol: '*'
            sourceAddressPrefix: 'Internet'
            sourcePortRange: '*'
            destinationAddressPrefix: '*'
            destinationPortRange: '*'
          }
        }
      ]
    }
  }
]

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          networkSecurityGroup: { id: security[0].id }
          delegations: [
            // What Flex Consumption asks for; a subnet serves one plan.
            { name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          networkSecurityGroup: { id: security[1].id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource app 'subnets' existing = { name: 'app' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

resource networkDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: network
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource securityDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for i in range(0, 2): {
    scope: security[i]
    name: 'logs'
    properties: {
      workspaceId: workspaceId
      logs: [{ categoryGroup: 'allLogs', enabled: true }]
    }
  }
]

module endpoints 'private-endpoints.bicep' = {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    networkId: network.id
    subnetId: network::endpoints.id
    endpoints: [
      { name: 'host-blob', target: targets.hostStorage, group: 'blob', zone: 'privatelink.blob.${storageZone}' }
      { name: 'host-queue', target: targets.hostStorage, group: 'queue', zone: 'privatelink.queue.${storageZone}' }
      { name: 'host-table', target: targets.hostStorage, group: 'table', zone: 'privatelink.table.${storageZone}' }
      { name: 'data-blob', target: targets.dataStorage, group: 'blob', zone: 'privatelink.blob.${storageZone}' }
      { name: 'cosmos', target: targets.cosmos, group: 'Sql', zone: 'privatelink.documents.azure.com' }
      { name: 'vault', target: targets.vault, group: 'vault', zone: 'privatelink${vaultZone}' }
      { name: 'topic', target: targets.topic, group: 'topic', zone: 'privatelink.eventgrid.azure.net' }
    ]
  }
}

@description('Resource id of the subnet that the app is joined to.')
output appSubnetId string = network::app.id
