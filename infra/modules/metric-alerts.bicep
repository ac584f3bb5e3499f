// What a person is woken for, read from metrics of the platform, as data. Each name has a row in the README under "When an
// alert fires".

@description('Tags of every resource.')
param tags object
@description('Who is told.')
param actionGroupId string
@description('Event Grid topics that may give up on an event.')
param topics { name: string, id: string, type: string }[]
@description('Off where nobody is on call.')
param enabled bool

var watched = map(topics, it => {
  name: 'dead-letters-${it.name}'
  says: 'Event Grid gave up on an event. It is kept in the container deadletters.'
  target: it.id
  type: it.type
  metric: 'DeadLetteredCount'
})

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
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: it.name
            metricName: it.metric
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: 'README.md#when-an-alert-fires', row: it.name } }]
    }
  }
]
