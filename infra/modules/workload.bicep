// The app with what it may do, what it is told, and what a person is told of it.

import { names as nameSet, databaseName, releaseContainer } from '../names.bicep'
import { caller, scale } from 'function-app.bicep'

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Names of the resources.')
param names nameSet
@description('What this environment is to the service.')
param environmentName string
@description('Scaling of the app.')
param scaling scale
@description('Spread instances over the zones of the region.')
param zoneRedundant bool
@description('Subnet that the app reaches its stores through. Empty: over the internet.')
param subnetId string
@description('Who may call the app. Empty: anybody with a token.')
param callers caller[]
@description('Share of traces that are kept, 0 to 1, as text because Bicep has no fractions. Logs and metrics, which the alerts read, are always kept.')
param traceRatio string = environmentName == 'production' ? '0.1' : '1'
@description('Audience of tokens.')
param tokenAudience string
@description('Client id of the console’s single-page application. Empty: the console has no sign-in.')
param consoleClientId string
@description('Address that mails come from.')
param mailSender string
@description('Mails leave from a domain of our own. False: from one that Azure manages, which sends less.')
param ownMailDomain bool
@description('Principal ids of runtimes that may send evidence through Event Grid.')
param eventSenders string[]
@description('Off where nobody is on call.')
param alertsEnabled bool
@description('Address of the database account. Passed rather than found by name, so that the stores come first even where no network stands between.')
param cosmosEndpoint string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: names.identity }
resource eventsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.eventsIdentity
}
resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = { name: names.workspace }
resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' existing = { name: names.actionGroup }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: names.vault }
resource mail 'Microsoft.Communication/communicationServices@2025-05-01' existing = { name: names.mail }
resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = { name: names.topic }
resource mailTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = { name: names.mailTopic }

var login = '${environment().authentication.loginEndpoint}${tenant().tenantId}'
var blobSuffix = 'blob.${environment().suffixes.storage}'

module roles 'roles.bicep' = {
  name: 'roles'
  params: {
    names: names
    principals: { app: identity.properties.principalId, events: eventsIdentity.properties.principalId }
    senders: eventSenders
  }
}

module app 'function-app.bicep' = {
  name: 'app'
  params: {
    location: location
    tags: tags
    planName: names.plan
    name: names.app
    identityId: identity.id
    packages: 'https://${names.hostStorage}.${blobSuffix}/${releaseContainer}'
    scaling: scaling
    zoneRedundant: zoneRedundant
    subnetId: subnetId
    callers: callers
    insightsName: names.insights
    workspaceId: workspace.id
    settings: {
      AISPM_ENVIRONMENT: environmentName
      // Named by infra/deploy.sh when its package is there; resources alone run nothing that could be named.
      AISPM_RELEASE: ''
      AISPM_RELEASE_DIGEST: ''
      AZURE_CLIENT_ID: identity.properties.clientId
      AZURE_DEVOPS_URL: 'https://dev.azure.com'
      GITHUB_API_URL: 'https://api.github.com'
      COSMOS__accountEndpoint: cosmosEndpoint
      COSMOS__clientId: identity.properties.clientId
      COSMOS__credential: 'managedidentity'
      COSMOS_DATABASE: databaseName
      BLOB__serviceUri: 'https://${names.dataStorage}.${blobSuffix}'
      KEY_VAULT_URI: vault.properties.vaultUri
      // Mails leave through Communication Services, as the app's identity: no SMTP server, no credentials.
      MAIL_PROVIDER: 'acs'
      SMTP_HOST: ''
      SMTP_PORT: '587'
      SMTP_CREDENTIALS_SECRET: ''
      MAIL_ENDPOINT: 'https://${mail.properties.hostName}'
      MAIL_SENDER: mailSender
      // What Azure lets a domain of ours send, and one that it manages itself.
      MAIL_SENDS_PER_MINUTE: ownMailDomain ? '30' : '5'
      MAIL_SENDS_PER_HOUR: ownMailDomain ? '100' : '10'
      TOKEN_AUDIENCE: tokenAudience
      CONSOLE_CLIENT_ID: consoleClientId
      TRACE_RATIO: traceRatio
      TOKEN_ISSUER: '${login}/v2.0'
      TOKEN_JWKS_URI: '${login}/discovery/v2.0/keys'
      TENANT_ISSUER_HOSTS: 'token.actions.githubusercontent.com,gitlab.com,www.googleapis.com'
      TENANT_REQUESTS_PER_SECOND: '300'
      TENANT_EVENTS_PER_SECOND: '800'
      PUBLIC_URL: 'https://${names.app}.azurewebsites.net/api'
      AzureWebJobsStorage__accountName: names.hostStorage
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__credential: 'managedidentity'
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identity.properties.clientId}'
      DURABLE_TASK_HUB: 'aispm${environmentName}'
    }
  }
  // The host reads its storage as it starts: without its roles the first package would not come up.
  dependsOn: [roles]
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    enabled: alertsEnabled
    actionGroupId: actionGroup.id
    workspaceId: workspace.id
    topicId: topic.id
    mailTopicId: mailTopic.id
  }
}

@description('Host name of the app.')
output host string = app.outputs.host
