import { Tags } from 'tags.bicep'

@description('Name of the group of people who are told, and the beginning of the names of rules.')
@minLength(1)
@maxLength(60)
param name string

@description('Where the rules lie.')
@minLength(1)
param location string

@description('Tags of everything.')
param tags Tags

@description('Name of the Log Analytics workspace.')
@minLength(4)
@maxLength(63)
param workspaceName string

@description('Who is told.')
@maxLength(10)
param emails string[]

@description('Hours after which an identity that is still on its way is stuck.')
@minValue(1)
@maxValue(1000)
param stuckAfterHours int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'trainid'
    emailReceivers: [
      for (email, n) in emails: {
        name: 'email-${n}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// What the service raises itself reaches the log in any case; its instruments are read where something exports them.
// A rule fires when its query finds anything at all.
func raised(kinds string) string =>
  'union isfuzzy=true (AppTraces | parse Message with * "Alert " kind " for identity " identity "." * | where kind in (${kinds}) | project TimeGenerated)'

func measured(instrument string, beyond int) string =>
  ', (AppMetrics | where Name == "${instrument}" and Max > ${beyond} | project TimeGenerated)'

var rules = [
  {
    name: 'public-repo'
    says: 'A repo of ours was public on Hugging Face. The service makes it private again, or removes it.'
    severity: 0
    minutes: 5
    query: raised('"PublicRepo"')
  }
  {
    name: 'hub-token'
    says: 'Hugging Face does not accept our token: nothing can be trained, watched or erased.'
    severity: 1
    minutes: 5
    query: raised('"HubToken"')
  }
  {
    name: 'repo-lost'
    says: 'Repos vanished or were moved without us.'
    severity: 1
    minutes: 15
    query: raised('"RepoGone", "RepoMoved", "TooManyGone"')
  }
  {
    name: 'orphans'
    says: 'A repo has no record, or a record no claim. Nothing is deleted for that: the status command names them.'
    severity: 2
    minutes: 15
    query: '${raised('"Orphan"')}${measured('trainidentity.orphans', 0)}'
  }
  {
    name: 'stuck'
    says: 'Something does not come to its end: an identity on its way, an erasure, or a work item that keeps failing.'
    severity: 1
    minutes: 15
    query: '${raised('"PoisonItem", "SlowErasure"')}${measured('trainidentity.erasures.slow', 0)}${measured('trainidentity.unfinished.age', stuckAfterHours * 3600)}'
  }
  {
    name: 'backlog'
    says: 'Work has been due for more than 15 minutes.'
    severity: 2
    minutes: 15
    query: '${raised('"Backlog"')}${measured('trainidentity.backlog.age', 900)}'
  }
  {
    name: 'clock'
    says: 'The clock of a host and that of the tables differ by more than half a minute.'
    severity: 2
    minutes: 15
    query: raised('"ClockDrift"')
  }
  {
    name: 'starts-spent'
    says: 'The budget of training starts of this day is used up.'
    severity: 2
    minutes: 15
    query: raised('"BudgetSpent"')
  }
  {
    name: 'training-unfit'
    says: 'No training can succeed until somebody has done something: the status command says what. Uploads are refused meanwhile.'
    severity: 1
    minutes: 15
    query: raised('"TrainingUnfit"')
  }
  {
    name: 'weights-gone'
    says: 'The weights of a ready identity are not in its repo as they were. Its photos are left alone.'
    severity: 1
    minutes: 15
    query: raised('"WeightsGone"')
  }
  {
    name: 'callers-refused'
    says: 'Many callers were not believed or not allowed: somebody tries tokens or secrets, or an issuer changed its keys.'
    severity: 2
    minutes: 15
    query: 'union isfuzzy=true (AppRequests | where ResultCode in ("401", "403") | summarize refused = sum(ItemCount)), (AppMetrics | where Name == "trainidentity.refusals" | summarize refused = sum(Sum)) | where refused > 200'
  }
  {
    name: 'requests-failed'
    says: 'Requests end with an error of ours or of a partner.'
    severity: 2
    minutes: 15
    query: 'AppRequests | where ResultCode startswith "5" | summarize failed = sum(ItemCount) | where failed > 20'
  }
  {
    name: 'no-ticks'
    says: 'The timer does not tick: nothing is driven on, watched or erased. The host is down, or keeps crashing.'
    severity: 1
    minutes: 30
    query: 'AppRequests | where OperationName == "reconcile" and Success | summarize ticks = count() | where ticks == 0'
  }
  {
    name: 'logs-capped'
    says: 'The daily cap on logs is reached: until tomorrow no alert is sure to come.'
    severity: 2
    minutes: 15
    query: '_LogOperation | where Category =~ "Ingestion" and Detail has "OverQuota"'
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'TrainIdentity: ${rule.name}'
      description: rule.says
      severity: rule.severity
      enabled: true
      evaluationFrequency: 'PT${rule.minutes}M'
      windowSize: 'PT${rule.minutes}M'
      scopes: [workspace.id]
      // Tables come into being with their first row.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]
