// What a person is woken for, read from logs, as data. Each name is a heading of the README's runbook.

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

// A query answers with a row for each thing that is wrong; one row raises the alert.
var queries = [
  {
    name: 'admission-failing'
    severity: 1
    window: 'PT15M'
    says: 'Evidence is not admitted: senders get errors of ours and will resend.'
    query: '''AppRequests
      | where Name in ('ingestEvidence', 'ingestEvidenceEvents') and Success == false
      | where Name == 'ingestEvidenceEvents' or toint(ResultCode) >= 500
      | summarize failures = sum(ItemCount) | where failures >= 5'''
  }
  {
    name: 'fold-lagging'
    severity: 1
    window: 'PT15M'
    says: 'Evidence is admitted, but none was folded for 15 minutes: posture and the gate answer from the past.'
    query: '''let admitted = toscalar(AppRequests | where Name in ('ingestEvidence', 'ingestEvidenceEvents') and Success
        | where TimeGenerated < ago(5m) | summarize sum(ItemCount));
      let folded = toscalar(AppRequests | where Name == 'foldEvidence' and Success | summarize sum(ItemCount));
      print admitted, folded | where coalesce(admitted, 0) > 0 and coalesce(folded, 0) == 0'''
  }
  {
    name: 'review-missed'
    severity: 2
    window: 'PT1H'
    says: 'A review failed, or its timer has not run for an hour. Periods are caught up once it runs.'
    query: '''let ran = AppRequests | where Name startswith 'review' and Success | distinct Name;
      let due = datatable(Name: string) ['reviewDaily', 'reviewWeekly', 'reviewMonthly', 'reviewQuarterly'];
      union (due | where Name !in (ran)), (AppTraces | where Message has 'review_failed' | project Name = 'review_failed')'''
  }
  {
    name: 'delivery-failing'
    severity: 2
    window: 'PT1H'
    says: 'A report did not reach a recipient.'
    query: '''ACSEmailStatusUpdateOperational
      | where DeliveryStatus in ('Bounced', 'Failed', 'Suppressed', 'Quarantined', 'FilteredSpam')'''
  }
  {
    name: 'verification-failed'
    severity: 0
    window: 'PT15M'
    says: 'The log contradicts itself: a fork, or a checkpoint that cannot be signed. Nothing it says can be relied on until a person knows why.'
    query: '''AppTraces | where Message has_any ('log_fork', 'checkpoint_failed', 'foreign_document')'''
  }
  {
    name: 'evidence-unfoldable'
    severity: 2
    window: 'PT15M'
    says: 'An admitted event can never be folded; it stands in the log with a finding.'
    query: '''AppTraces | where Message has 'evidence_unfoldable' '''
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
      actions: { actionGroups: [actionGroupId], customProperties: { runbook: 'README.md#${it.name}' } }
    }
  }
]
