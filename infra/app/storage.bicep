import { Tags } from 'tags.bicep'

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Where it lies.')
@minLength(1)
param location string

@description('Tags of everything.')
param tags Tags

@description('The container of the deployed package.')
@minLength(3)
@maxLength(63)
param container string

@description('Reachable over private endpoints alone.')
param private bool

// Nobody has a key: the host, the service and the deployment come with an identity.
resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard_ZRS' }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: container
    }
  }

  // The service would make them itself, with the same names.
  resource tables 'tableServices' = {
    name: 'default'

    resource identities 'tables' = {
      name: 'TrainedIdentities'
    }

    resource index 'tables' = {
      name: 'TrainedIdentityIndex'
    }
  }
}
