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
    targets: targets
  }
}

@description('Resource id of the subnet that the app is joined to.')
output appSubnetId string = network::app.id
