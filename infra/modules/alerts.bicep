// Every alert, by where it is read from.

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Off where nobody is on call.')
param enabled bool
@description('Who is told.')
param actionGroupId string
@description('Workspace that the queries read.')
param workspaceId string
@description('Topic for evidence.')
param topicId string
@description('Topic of delivery reports.')
param mailTopicId string

module queries 'query-alerts.bicep' = {
  name: 'query-alerts'
  params: {
    location: location
    tags: tags
    enabled: enabled
    actionGroupId: actionGroupId
    workspaceId: workspaceId
  }
}

module metrics 'metric-alerts.bicep' = {
  name: 'metric-alerts'
  params: {
    tags: tags
    enabled: enabled
    actionGroupId: actionGroupId
    topics: [
      { name: 'evidence', id: topicId, type: 'Microsoft.EventGrid/topics' }
      { name: 'delivery-reports', id: mailTopicId, type: 'Microsoft.EventGrid/systemTopics' }
    ]
  }
}
