import { Tags } from 'tags.bicep'

@description('Name of the Log Analytics workspace.')
@minLength(4)
@maxLength(63)
param workspaceName string

@description('Name of the Application Insights component.')
@minLength(1)
@maxLength(260)
param insightsName string

@description('Where they lie.')
@minLength(1)
param location string

@description('Tags of everything.')
param tags Tags

@description('Logs taken in on one day at most.')
@minValue(1)
@maxValue(1000)
param dailyLogGb int

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logDays
    workspaceCapping: { dailyQuotaGb: dailyLogGb }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

@description('Where telemetry is sent; what it is let in with is the identity.')
output connectionString string = insights.properties.ConnectionString
