// What comes in by events and goes out by mail.

import { names as nameSet } from '../names.bicep'

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Names of the resources.')
param names nameSet
@description('Domain that mails come from. Empty: one that Azure manages.')
param mailDomain string
@description('Where mails are kept at rest by the provider.')
param mailDataLocation string
@description('Identity with which Event Grid writes dead letters.')
param identityId string
@description('Senders reach the topic from the internet, with an Entra token.')
param publicAccess bool
@description('Workspace for diagnostics.')
param workspaceId string

module mail 'communication.bicep' = {
  name: 'communication'
  params: {
    tags: tags
    name: names.mail
    domainsName: names.mailDomains
    domain: mailDomain
    sender: 'aispm'
    dataLocation: mailDataLocation
    workspaceId: workspaceId
  }
}

module topics 'event-grid.bicep' = {
  name: 'event-grid'
  params: {
    location: location
    tags: tags
    topicName: names.topic
    mailTopicName: names.mailTopic
    mailId: mail.outputs.id
    identityId: identityId
    publicAccess: publicAccess
    workspaceId: workspaceId
  }
}

@description('Address that mails come from.')
output mailSender string = mail.outputs.sender
@description('Resource id of the topic for evidence.')
output topicId string = topics.outputs.topicId
@description('Address that runtimes send evidence to.')
output topicEndpoint string = topics.outputs.endpoint
