// Topics: one that runtimes send evidence to, one that carries the mail provider's delivery reports. What they deliver to
// is in events.bicep, because a subscription needs its function to exist.

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the topic for evidence.')
param topicName string
@description('Name of the topic of delivery reports.')
param mailTopicName string
@description('Communication Services resource whose delivery reports are wanted.')
param mailId string
@description('Identity with which dead letters are written.')
param identityId string
@description('Senders reach the topic from the internet, with an Entra token. False: through a private endpoint only.')
param publicAccess bool
@description('Workspace for diagnostics.')
param workspaceId string

var identity = {
  type: 'UserAssigned'
  userAssignedIdentities: { '${identityId}': {} }
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: topicName
  location: location
  tags: tags
  identity: identity
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    dataResidencyBoundary: 'WithinRegion'
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

resource mailTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: mailTopicName
  location: 'global'
  tags: tags
  identity: identity
  properties: {
    source: mailId
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

resource topicDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: topic
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource mailTopicDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: mailTopic
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

@description('Resource id of the topic for evidence.')
output topicId string = topic.id
@description('Address that runtimes send evidence to.')
output endpoint string = topic.properties.endpoint
