// What a person is woken for, read from logs, as data. Each name has a row in the README under "When an alert fires".

@description('Region.')
param location string
@description('Tags of every resource.')
param tags object
@description('Workspace that the queries read.')
param workspaceId string
@description('Who is told.')
param actionGroupId string
@description('Off where nobody is on call.')
param enabled bool

// A query answers with a row for each thing that is wrong; one row raises the alert. Names of metrics and events are those
// of shared/core/kernel/metrics.ts and of the calls of `telemetry.log`; test/infra/alerts.test.ts holds the queries to them.
var queries = [
  {
    name: 'admission-failing'
    severity: 1
    window: 'PT15M'
    says: 'Evidence is not admitted: senders get errors of ours and will resend.'
    query: '''AppMetrics | where Name == 'aispm.requests.failed'
      | where tostring(Properties.function) in ('ingestEvidence', 'ingestEvidenceEvents')
      | summarize failures = sum(Sum) | where failures >= 5'''
  }
  {
    name: 'fold-lagging'
    severity: 1
    window: 'PT15M'
    says: 'Evidence is admitted, but is not folded, or only after five minutes: posture and the gate answer from the past.'
    query: '''let admitted = toscalar(AppMetrics | where Name == 'aispm.evidence.admitted'
        | where TimeGenerated < ago(5m) | summarize sum(Sum));
      let folded = toscalar(AppMetrics | where Name == 'aispm.fold.lag' | summarize sum(ItemCount));
      let slowest = toscalar(AppMetrics | where Name == 'aispm.fold.lag' | summarize max(Max));
      print admitted, folded, slowest
      | where (coalesce(admitted, 0.0) > 0 and coalesce(folded, 0) == 0) or coalesce(slowest, 0.0) > 300'''
  }
  {
    name: 'quarantine-growing'
    severity: 2
    window: 'PT1H'
    says: 'Senders post what cannot be admitted: a changed format, a lost key, or an attack.'
    query: '''AppMetrics | where Name == 'aispm.evidence.quarantined'
      | summarize events = sum(Sum) by reason = tostring(Properties.code) | where events > 100'''
  }
  {
    name: 'review-missed'
    severity: 2
    window: 'PT1H'
    says: 'A review failed, or its timer has not run for an hour: the app may be down. Periods are caught up once it runs.'
    query: '''let ran = AppTraces | where Message == 'reviews_run' | distinct Cadence = tostring(Properties.cadence);
      let due = datatable(Cadence: string) ['daily', 'weekly', 'monthly', 'quarterly'];
      union (due | where Cadence !in (ran)),
        (AppTraces | where Message == 'review_failed' | project Cadence = tostring(Properties.cadence))'''
  }
  {
    name: 'delivery-failing'
    severity: 2
    window: 'PT1H'
    says: 'A report did not reach a recipient, or nobody knows whether it did.'
    query: '''AppMetrics | where Name == 'aispm.delivery.outcomes'
      | where tostring(Properties.outcome) in ('bounced', 'failed', 'unconfirmed')
      | summarize mails = sum(Sum) by outcome = tostring(Properties.outcome) | where mails > 0'''
  }
  {
    name: 'verification-failed'
    severity: 0
    window: 'PT15M'
    says: 'The log contradicts itself: a fork, or a checkpoint that cannot be signed. Nothing it says can be relied on until a person knows why.'
    query: '''AppTraces | where Message in ('log_fork', 'checkpoint_failed', 'foreign_document', 'verification_failed')'''
  }
  {
    name: 'evidence-unfoldable'
    severity: 2
    window: 'PT15M'
    says: 'An admitted event can never be folded; it stands in the log with a finding.'
    query: '''AppTraces | where Message == 'evidence_unfoldable''''
  }
  {
    name: 'ledger-filling'
    severity: 2
    window: 'PT1H'
    says: 'A ledger is above 15 GB of the 20 GB that a logical partition holds.'
    query: '''CDBPartitionKeyStatistics | where CollectionName == 'ledger' and SizeKb > 15 * 1024 * 1024'''
  }
]

resource queryAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for it in queries: {
    name: it.name
    location: location
    tags: tags
    properties: {
      displayName: it.name
      description: it.says
      enabled: enabled
      severity: it.severity
      scopes: [workspaceId]
      evaluationFrequency: it.window == 'PT1H' ? 'PT15M' : 'PT5M'
      windowSize: it.window
      autoMitigate: true
      // Tables exist only once the first row was written.
      skipQueryValidation: true
      criteria: {
        allOf: [{ query: it.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }]
      }
      actions: { actionGroups: [actionGroupId], customProperties: { runbook: 'README.md#when-an-alert-fires', row: it.name } }
    }
  }
]
