// Mail: the sending resource, the domain it sends from, and its sender.

@description('Tags of every resource.')
param tags object
@description('Name of the Communication Services resource.')
param name string
@description('Name of the email resource, which holds the domain.')
param domainsName string
@description('Domain of ours, whose DNS records are set by hand once (README). Empty: a domain that Azure manages, for trials: it sends few mails and lands in spam.')
param domain string
@description('Local part of the sender\'s address.')
param sender string
@description('Where the provider keeps mails at rest.')
param dataLocation string
@description('Workspace for diagnostics.')
param workspaceId string

var managed = empty(domain)

resource email 'Microsoft.Communication/emailServices@2023-04-01' = {
  name: domainsName
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domainResource 'domains' = {
    name: managed ? 'AzureManagedDomain' : domain
    location: 'global'
    tags: tags
    properties: {
      domainManagement: managed ? 'AzureManaged' : 'CustomerManaged'
      // Reports hold no pixels and no rewritten links: a recipient is not watched.
      userEngagementTracking: 'Disabled'
    }

    resource from 'senderUsernames' = {
      name: sender
      properties: { username: sender, displayName: 'AISPM' }
    }
  }
}

resource service 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: [email::domainResource.id]
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: service
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

@description('Resource id of the sending resource.')
output id string = service.id
@description('Address that mails come from.')
output sender string = '${sender}@${email::domainResource.properties.fromSenderDomain}'
