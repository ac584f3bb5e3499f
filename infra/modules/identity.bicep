// Identities. There are no keys anywhere: whatever may do something does it as one of these.

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the identity that the app runs as.')
param appName string
@description('Name of the identity with which Event Grid writes dead letters.')
param eventsName string

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: appName
  location: location
  tags: tags
}

resource events 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: eventsName
  location: location
  tags: tags
}

@description('Principal id of the app identity, for role assignments.')
output appPrincipalId string = app.properties.principalId
@description('Resource id of the identity of Event Grid.')
output eventsId string = events.id
