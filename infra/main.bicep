// The whole service in one subscription: a resource group and everything in it but the event subscriptions, which need
// the functions to be there (events.bicep). infra/deploy.sh does both.
targetScope = 'subscription'

import { namesOf } from 'names.bicep'
import { caller, scale } from 'modules/function-app.bicep'

@description('What this environment is to the service: it says so in every answer, and only production can be judged ready.')
param environmentName 'dev' | 'staging' | 'production'
@description('Region.')
param location string
@description('Tags of every resource, besides product and environment.')
param extraTags object = {}
@description('Stores are reached through private endpoints only. Off saves some 60 euros a month, where nothing real is kept.')
param privateNetwork bool = environmentName != 'dev'
@description('Address space of the virtual network.')
param addressPrefix string = '10.40.0.0/24'
@description('Address ranges and service tags that may call the app. Empty: anybody with a token. Event Grid is let in always.')
param callers caller[] = []
@description('Scaling of the app.')
param scaling scale
@description('Serverless for trials; autoscale where load is steady.')
param capacity 'serverless' | 'autoscale' = 'autoscale'
@description('Autoscale maximum in request units a second; one ledger takes at most 10,000.')
param maxRequestUnits { evidence: int, ledger: int, shared: int } = { evidence: 10000, ledger: 10000, shared: 1000 }
@description('Spread everything over the zones of the region.')
param zoneRedundant bool = environmentName == 'production'
@description('Refuse deletion of whatever holds evidence or keys.')
param locked bool = environmentName == 'production'
@description('Whether the retention policies of log and reports are locked for good: see infra/lock-worm.sh.')
param worm 'unlocked' | 'locked' = 'unlocked'
@description('Days that log and reports can be neither changed nor deleted.')
param wormDays int = environmentName == 'production' ? 2555 : 1
@description('Days that raw payloads are kept, where a tenant opted in.')
param payloadDays int = 30
@description('Domain that mails come from. Empty: one that Azure manages, for trials.')
param mailDomain string = ''
@description('Where mails are kept at rest by the provider.')
param mailDataLocation string = 'Europe'
@description('Audience of tokens: the client id of the application that the service is registered as in Microsoft Entra ID, for that is what its version 2 tokens carry.')
param tokenAudience string
@description('Client id of the single-page application that the console signs in with. Empty: the console has no sign-in.')
param consoleClientId string = ''
@description('Principal ids of runtimes that may send evidence through Event Grid.')
param eventSenders string[] = []
@description('Who is told of an alert.')
param alertAddresses string[] = []
@description('Days that logs are kept.')
param logDays int = 90

var names = namesOf(subscription().subscriptionId, environmentName, location)
var tags = union({ product: 'aispm', environment: environmentName }, extraTags)
var publicAccess = !privateNetwork
var eventGridCaller = { name: 'event-grid', range: 'AzureEventGrid', tag: true }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: names.group
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'identity'
  params: { location: location, tags: tags, appName: names.identity, eventsName: names.eventsIdentity }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: {
    location: location
    tags: tags
    workspaceName: names.workspace
    insightsName: names.insights
    actionGroupName: names.actionGroup
    retentionDays: logDays
    alertAddresses: alertAddresses
  }
}

module stores 'modules/stores.bicep' = {
  scope: group
  name: 'stores'
  params: {
    location: location
    tags: tags
    names: names
    publicAccess: publicAccess
    zoneRedundant: zoneRedundant
    locked: locked
    worm: worm
    wormDays: wormDays
    payloadDays: payloadDays
    capacity: capacity
    maxRequestUnits: maxRequestUnits
    appPrincipalId: identity.outputs.appPrincipalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module messaging 'modules/messaging.bicep' = {
  scope: group
  name: 'messaging'
  params: {
    location: location
    tags: tags
    names: names
    mailDomain: mailDomain
    mailDataLocation: mailDataLocation
    identityId: identity.outputs.eventsId
    publicAccess: publicAccess
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  name: 'network'
  params: {
    location: location
    tags: tags
    name: names.network
    addressPrefix: addressPrefix
    targets: {
      hostStorage: stores.outputs.hostStorageId
      dataStorage: stores.outputs.dataStorageId
      cosmos: stores.outputs.cosmosId
      vault: stores.outputs.vaultId
      topic: messaging.outputs.topicId
    }
    workspaceId: monitoring.outputs.workspaceId
  }
}

module workload 'modules/workload.bicep' = {
  scope: group
  name: 'workload'
  params: {
    location: location
    tags: tags
    names: names
    environmentName: environmentName
    scaling: scaling
    zoneRedundant: zoneRedundant
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    callers: privateNetwork ? concat([eventGridCaller], callers) : callers
    tokenAudience: tokenAudience, consoleClientId: consoleClientId
    mailSender: messaging.outputs.mailSender, ownMailDomain: !empty(mailDomain)
    eventSenders: eventSenders
    alertsEnabled: !empty(alertAddresses)
    cosmosEndpoint: stores.outputs.cosmosEndpoint
  }
}

@description('Resource group of the environment.')
output group string = names.group
@description('Name of the function app.')
output app string = names.app
@description('Address of the app.')
output address string = 'https://${workload.outputs.host}'
@description('Address that runtimes send events to, if not over HTTP.')
output topicEndpoint string = messaging.outputs.topicEndpoint
