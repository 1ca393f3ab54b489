import { Tags } from 'tags.bicep'
import { Hub, Issuer, Scale, SignIn, Training, Users } from 'types.bicep'

@description('Name of the function app.')
@minLength(2)
@maxLength(32)
param name string

@description('Name of its plan.')
@minLength(1)
@maxLength(40)
param planName string

@description('Where they lie.')
@minLength(1)
param location string

@description('Tags of everything.')
param tags Tags

@description('Name of the identity that it runs as.')
@minLength(3)
@maxLength(128)
param identityName string

@description('Client id of the same.')
@minLength(36)
@maxLength(36)
param clientId string

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param storageName string

@description('The container of the deployed package.')
@minLength(3)
@maxLength(63)
param container string

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('Where telemetry is sent.')
@minLength(1)
param insightsConnection string

@description('Tables, package and vault are reached over private endpoints alone.')
param private bool

@description('Name of the network that it then calls out through.')
@minLength(2)
@maxLength(50)
param networkName string

@description('How large it may become.')
param scale Scale

@description('Exact origins of other pages that may call it.')
@maxLength(20)
param origins string[]

@description('Who may sign tokens.')
@minLength(1)
@maxLength(10)
param issuers Issuer[]

@description('How people sign in on the page.')
param signIn SignIn

@description('What is asked of Hugging Face.')
param hub Hub

@description('What a training is.')
param training Training

@description('What one user may have, and what becomes of the photos.')
param users Users

@description('A label on jobs.')
@minLength(1)
@maxLength(64)
param environmentLabel string

@description('Refuse uploads without consent.')
param consentRequired bool

@description('Other settings of the service by their names.')
param more { *: string }

var storageHosts = {
  blob: 'https://${storageName}.blob.${environment().suffixes.storage}'
  table: 'https://${storageName}.table.${environment().suffixes.storage}'
}

var host = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  AzureWebJobsStorage__blobServiceUri: storageHosts.blob
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'

  // The host answers what is over its limit with an empty 500, so the service's own limit is below it and refuses with a reason.
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '209715200'

  // What the host shows at / says which version it is.
  AzureWebJobsDisableHomepage: 'true'
}

var service = {
  Limits__OneShotBytes: '200000000'

  // An instance has 0.8 GB for temporary files, the spooled photos of all uploads among them.
  Limits__BytesInFlight: '600000000'
  Limits__KeptForSmallBytes: '200000000'
  Storage__TableEndpoint: storageHosts.table
  Storage__ManagedIdentityClientId: clientId
  KeyVault__Uri: 'https://${vaultName}${environment().suffixes.keyvaultDns}/'
  KeyVault__ManagedIdentityClientId: clientId
  Outgoing__PrivateEndpoints: private ? 'true' : 'false'
  // A label of jobs, which Hugging Face allows no parentheses.
  Environment: replace(replace(environmentLabel, '(', '-'), ')', '-')
  Consent__Required: consentRequired ? 'true' : 'false'
  Hub__Namespace: hub.namespace
  Hub__RepoNaming: hub.repoNaming
  Hub__CallsPerFiveMinutes: string(hub.callsPerFiveMinutes)
  Training__Mode: training.mode
  Training__StartsPerDay: string(training.startsPerDay)
  Retention__Photos: users.photos
}

// Without an image no job can be started, and the service says so. What else is not said is the profile's, or has no limit.
var trainer = union(
  empty(training.image) ? {} : { Training__Image: training.image },
  empty(training.?flavor) ? {} : { Training__Flavor: training.?flavor ?? '' },
  training.?usdPerDay == null ? {} : { Training__UsdPerDay: string(training.?usdPerDay) },
  users.?usdPerDay == null ? {} : { Quota__UsdPerDay: string(users.?usdPerDay) }
)

var page = empty(signIn.authority)
  ? {}
  : union(
      { SignIn__Authority: signIn.authority, SignIn__ClientId: signIn.clientId },
      empty(signIn.?scope) ? {} : { SignIn__Scope: signIn.?scope ?? '' },
      empty(signIn.?audience) ? {} : { SignIn__Audience: signIn.?audience ?? '' },
      toObject(range(0, length(signIn.?origins ?? [])), n => 'SignIn__Origins__${n}', n => (signIn.?origins ?? [])[n])
    )

// What an issuer does not say is not set.
var callers = reduce(
  map(
    range(0, length(issuers)),
    n =>
      union(
        { 'Auth__Issuers__${n}__Issuer': issuers[n].issuer, 'Auth__Issuers__${n}__Audience': issuers[n].audience },
        empty(issuers[n].?kind) ? {} : { 'Auth__Issuers__${n}__Kind': issuers[n].?kind ?? '' },
        empty(issuers[n].?algorithm) ? {} : { 'Auth__Issuers__${n}__Algorithm': issuers[n].?algorithm ?? '' },
        empty(issuers[n].?tenants) ? {} : { 'Auth__Issuers__${n}__Tenants': issuers[n].?tenants ?? '' },
        empty(issuers[n].?keyHosts) ? {} : { 'Auth__Issuers__${n}__KeyHosts': issuers[n].?keyHosts ?? '' }
      )
  ),
  {},
  (all, one) => union(all, one)
)

var crossOrigin = toObject(range(0, length(origins)), n => 'Cors__AllowedOrigins__${n}', n => origins[n])

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: networkName

  resource app 'subnets' existing = {
    name: 'app'
  }
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'service' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: private ? network::app.id : null
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storageHosts.blob}/${container}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'custom', version: '1.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.instanceMemoryMB
        maximumInstanceCount: scale.maximumInstances
        alwaysReady: scale.alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: scale.alwaysReady }]
        triggers: { http: { perInstanceConcurrency: scale.requestsPerInstance } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      healthCheckPath: '/api/health'

      // The host answers preflights before the service sees them, with an empty list by refusing all of them.
      cors: { allowedOrigins: origins, supportCredentials: false }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(host, service, trainer, page, callers, crossOrigin, more)
  }

  // Nothing is deployed with a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Where the service answers.')
output url string = 'https://${site.properties.defaultHostName}'
