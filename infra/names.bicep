// Every shared name, declared once: main.bicep creates what events.bicep later finds.

@description('Names of the resources of one environment. Each is fixed by subscription, environment and region.')
@export()
type names = {
  group: string
  identity: string
  eventsIdentity: string
  workspace: string
  insights: string
  actionGroup: string
  network: string
  hostStorage: string
  dataStorage: string
  cosmos: string
  vault: string
  mail: string
  mailDomains: string
  topic: string
  mailTopic: string
  plan: string
  app: string
}

func named(environmentName string, token string) names => {
  group: 'rg-aispm-${environmentName}'
  identity: 'id-aispm-${environmentName}'
  eventsIdentity: 'id-aispm-events-${environmentName}'
  workspace: 'log-aispm-${environmentName}'
  insights: 'appi-aispm-${environmentName}'
  actionGroup: 'ag-aispm-${environmentName}'
  network: 'vnet-aispm-${environmentName}'
  hostStorage: 'aispmhost${token}'
  dataStorage: 'aispmdata${token}'
  cosmos: 'cosmos-aispm-${token}'
  vault: 'kv-aispm-${token}'
  mail: 'acs-aispm-${token}'
  mailDomains: 'mail-aispm-${token}'
  topic: 'evgt-aispm-${token}'
  mailTopic: 'evgst-aispm-${token}'
  plan: 'plan-aispm-${environmentName}'
  app: 'func-aispm-${token}'
}

@description('The names of an environment.')
@export()
func namesOf(subscriptionId string, environmentName string, location string) names =>
  named(environmentName, uniqueString(subscriptionId, environmentName, location))

@description('Blob containers of the data account, as the code names them.')
@export()
var dataContainers = ['log', 'reports', 'payloads']

@description('Blob container that Event Grid writes undeliverable events to.')
@export()
var deadLetterContainer = 'deadletters'

@description('Blob container that the platform takes the package of the app from.')
@export()
var releaseContainer = 'releases'

@description('Cosmos database of the service.')
@export()
var databaseName = 'aispm'
