// The event subscriptions, a step of their own: Event Grid takes one only where the function exists, and the function
// exists only after the package was deployed. Names are those of main.bicep, so a second run changes nothing.

import { namesOf, deadLetterContainer } from 'names.bicep'

@description('The environment that main.bicep made.')
param environmentName 'dev' | 'staging' | 'production'
@description('Its region.')
param location string = resourceGroup().location

var names = namesOf(subscription().subscriptionId, environmentName, location)

resource app 'Microsoft.Web/sites@2024-04-01' existing = { name: names.app }
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: names.eventsIdentity }
resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: names.hostStorage }
resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = { name: names.topic }
resource mailTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = { name: names.mailTopic }

// A day of retries, then the dead letters: a delivery that failed is late, never lost.
var retryPolicy = { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
var deadLetters = {
  identity: { type: 'UserAssigned', userAssignedIdentity: identity.id }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: { resourceId: storage.id, blobContainerName: deadLetterContainer }
  }
}

resource evidence 'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'ingest-evidence'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${app.id}/functions/ingestEvidenceEvents'
        // One: a batch that fails anywhere is delivered again whole.
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    retryPolicy: retryPolicy
    deadLetterWithResourceIdentity: deadLetters
  }
}

resource deliveryReports 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: mailTopic
  name: 'receive-delivery-reports'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: { includedEventTypes: ['Microsoft.Communication.EmailDeliveryReportReceived'] }
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${app.id}/functions/receiveDeliveryReports'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    retryPolicy: retryPolicy
    deadLetterWithResourceIdentity: deadLetters
  }
}
