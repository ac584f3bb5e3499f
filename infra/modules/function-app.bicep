// The function app on Flex Consumption. It reaches everything as its identity; its settings hold no secret.

@description('How the app scales.')
@export()
type scale = {
  @description('Memory of an instance in MB. 2048 comes with a whole core, and rendering a report needs the headroom; 512 is enough to admit and to fold.')
  memory: 512 | 2048 | 4096
  @description('Most instances, a bound on cost and on what the database must bear.')
  @minValue(1)
  @maxValue(1000)
  maximumInstances: int
  @description('Instances kept warm for HTTP: a gate must answer within 3 seconds, a cold start may take longer.')
  @minValue(0)
  alwaysReady: int
  @description('Requests at once on an instance: admission waits for the database most of its time, verifying signatures does not.')
  @minValue(1)
  @maxValue(1000)
  httpConcurrency: int
}

@description('Who may call: an address range or a service tag.')
@export()
type caller = { name: string, range: string, tag: bool }

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Name of the plan.')
param planName string
@description('Name of the app.')
param name string
@description('Identity that the app runs as.')
param identityId string
@description('Address of the container that packages are deployed from.')
param packages string
@description('Scaling.')
param scaling scale
@description('Spread instances over the zones of the region.')
param zoneRedundant bool
@description('Subnet that the app reaches its stores through. Empty: over the internet.')
param subnetId string
@description('Who may call the app. Empty: anybody with a token. Otherwise only these, and the deployment site is shut except while infra/deploy.sh deploys.')
param callers caller[]
@description('App settings: those that shared/configuration.ts reads and those that the host needs. No other.')
param settings { *: string }
@description('Name of the Application Insights component.')
param insightsName string
@description('Workspace for diagnostics.')
param workspaceId string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      runtime: { name: 'node', version: '22' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packages
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: scaling.memory
        maximumInstanceCount: scaling.maximumInstances
        alwaysReady: scaling.alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: scaling.alwaysReady }]
        triggers: { http: { perInstanceConcurrency: scaling.httpConcurrency } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(callers) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (it, i) in callers: {
          name: it.name
          priority: 100 + i
          action: 'Allow'
          ipAddress: it.range
          tag: it.tag ? 'ServiceTag' : 'Default'
        }
      ]
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: empty(callers) ? 'Allow' : 'Deny'
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    // The connection string says where to, not who: local authentication is off there.
    properties: union(settings, { APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString })
  }

  // No user name and password: packages are deployed with an Entra token.
  resource ftp 'basicPublishingCredentialsPolicies' = { name: 'ftp', properties: { allow: false } }
  resource scm 'basicPublishingCredentialsPolicies' = { name: 'scm', properties: { allow: false } }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    // The app's own logs reach Application Insights; here is who tried to reach the site.
    logs: [
      for category in ['AppServiceAuditLogs', 'AppServiceIPSecAuditLogs']: { category: category, enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Host name of the app.')
output host string = site.properties.defaultHostName
