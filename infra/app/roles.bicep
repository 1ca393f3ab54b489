// Every role that anybody is given, and why.
import { Operator } from 'types.bicep'

@description('The identity of the service and of its host.')
@minLength(36)
@maxLength(36)
param principalId string

@description('The people who run the operator commands.')
param operator Operator

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param storageName string

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('Name of the Application Insights component.')
@minLength(1)
@maxLength(260)
param insightsName string

@description('Storage Blob Data Owner')
resource blobOwner 'Microsoft.Authorization/roleDefinitions@2022-04-01' existing = {
  scope: subscription()
  name: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
}

@description('Storage Table Data Contributor')
resource tableContributor 'Microsoft.Authorization/roleDefinitions@2022-04-01' existing = {
  scope: subscription()
  name: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

@description('Key Vault Secrets User')
resource secretsUser 'Microsoft.Authorization/roleDefinitions@2022-04-01' existing = {
  scope: subscription()
  name: '4633458b-17de-408a-b874-0445c86b69e6'
}

@description('Key Vault Secrets Officer')
resource secretsOfficer 'Microsoft.Authorization/roleDefinitions@2022-04-01' existing = {
  scope: subscription()
  name: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
}

@description('Monitoring Metrics Publisher')
resource metricsPublisher 'Microsoft.Authorization/roleDefinitions@2022-04-01' existing = {
  scope: subscription()
  name: '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// The host fetches the deployed package, keeps its keys, and holds a lease on a blob so that one timer ticks.
// It makes its containers itself, so the role is on the account. It needs no queue and no table.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, 'service', blobOwner.name)
  scope: storage
  properties: {
    roleDefinitionId: blobOwner.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// The service's records. It looks for its tables at every start and makes them when they are missing, so the role is on the account.
resource serviceTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, 'service', tableContributor.name)
  scope: storage
  properties: {
    roleDefinitionId: tableContributor.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// The service reads secrets and writes none.
resource serviceSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, 'service', secretsUser.name)
  scope: vault
  properties: {
    roleDefinitionId: secretsUser.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// Telemetry is taken from identities alone.
resource serviceTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, 'service', metricsPublisher.name)
  scope: insights
  properties: {
    roleDefinitionId: metricsPublisher.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

// setup puts the secrets into the vault.
resource operatorSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operator.principalId)) {
  name: guid(vault.id, operator.principalId, secretsOfficer.name)
  scope: vault
  properties: {
    roleDefinitionId: secretsOfficer.id
    principalId: operator.principalId
    principalType: operator.principalType
  }
}

// status, pause, resume and erase read and write records.
resource operatorTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operator.principalId)) {
  name: guid(storage.id, operator.principalId, tableContributor.name)
  scope: storage
  properties: {
    roleDefinitionId: tableContributor.id
    principalId: operator.principalId
    principalType: operator.principalType
  }
}
