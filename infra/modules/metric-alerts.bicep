// What a person is woken for, read from metrics, as data. Each name is a heading of the README's runbook.

@description('Tags of every resource.')
param tags object
@description('Who is told.')
param actionGroupId string
@description('Cosmos DB account.')
param cosmosId string
@description('Event Grid topics that may give up on an event.')
param topics { name: string, id: string, type: string }[]
@description('Off where nobody is on call.')
param enabled bool
@description('Events in quarantine within an hour that a person should look at.')
param quarantineLimit int

var watched = union(
  [
    {
      name: 'quarantine-growing'
      says: 'Senders post what cannot be admitted: a changed format, a lost key, or an attack.'
      target: cosmosId
      type: 'Microsoft.DocumentDB/databaseAccounts'
      metric: 'TotalRequests'
      aggregation: 'Count'
      window: 'PT1H'
      limit: quarantineLimit
      dimensions: [
        { name: 'CollectionName', operator: 'Include', values: ['quarantine'] }
        { name: 'StatusCode', operator: 'Include', values: ['201'] }
      ]
    }
  ],
  map(topics, it => {
    name: 'dead-letters-${it.name}'
    says: 'Event Grid gave up on an event. It is kept in the container deadletters.'
    target: it.id
    type: it.type
    metric: 'DeadLetteredCount'
    aggregation: 'Total'
    window: 'PT15M'
    limit: 0
    dimensions: []
  })
)

resource metricAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for it in watched: {
    name: it.name
    location: 'global'
    tags: tags
    properties: {
      description: it.says
      enabled: enabled
      severity: 2
      scopes: [it.target]
      targetResourceType: it.type
      evaluationFrequency: 'PT5M'
      windowSize: it.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: it.name
            metricName: it.metric
            timeAggregation: it.aggregation
            operator: 'GreaterThan'
            threshold: it.limit
            dimensions: it.dimensions
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: 'README.md#${it.name}' } }]
    }
  }
]
