targetScope = 'subscription'

import { Hub, Issuer, Operator, Scale, SignIn, Training, Users, Watch } from 'app/types.bicep'

@description('Name of the environment. Together with the subscription and the region it makes the names of everything.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region, one that has Flex Consumption.')
@minLength(1)
@maxLength(50)
@metadata({ azd: { type: 'location' } })
param location string

@description('Who may sign tokens. The first is the primary one.')
@minLength(1)
@maxLength(10)
param issuers Issuer[]

@description('How people sign in on the page.')
param signIn SignIn

@description('Exact origins of other pages that may call the service, such as https://app.example: for the host and for the service.')
@maxLength(20)
param corsOrigins string[]

@description('What is asked of Hugging Face.')
param hub Hub

@description('What a training is.')
param training Training

@description('What one user may have, and what becomes of the photos.')
param users Users

@description('Refuse uploads without consent.')
param consentRequired bool

@description('Other settings of the service by the names in the README, such as Quota__PerDay. Never a secret: those are put into the vault.')
param settings { *: string }

@description('How large the app may become.')
param scale Scale

@description('Tables, package and vault are reached over private endpoints alone, from a network of their own. The service itself stays public.')
param privateNetwork bool

@description('Addresses of that network.')
@minLength(9)
@maxLength(18)
param networkAddresses string

@description('Who runs the operator commands.')
param operator Operator

@description('Who is told what, and what it may cost.')
param watch Watch

var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }
var container = 'packages'
var names = {
  group: 'rg-${environmentName}-train-identity'
  identity: 'id-train-identity-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  workspace: 'log-train-identity-${token}'
  insights: 'appi-train-identity-${token}'
  plan: 'plan-${token}'
  site: 'func-${token}'
  network: 'vnet-train-identity-${token}'
  alerts: 'train-identity-${token}'
}

// What is set elsewhere here, what would hold a secret and what is for one's own machine is none of these.
var open = [
  'Auth'
  'Consent'
  'Erasure'
  'Hub'
  'Intake'
  'Lease'
  'Limits'
  'Photos'
  'Quota'
  'Rate'
  'Reconcile'
  'Retention'
  'Secrets'
  'Spool'
  'Training'
  'Watch'
  'Webhook'
]
var strangers = filter(objectKeys(settings), name => !contains(open, split(name, '__')[0]) || !contains(name, '__'))

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.group
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    dailyLogGb: watch.dailyLogGb
    logDays: watch.logDays
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    container: container
    private: privateNetwork
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    private: privateNetwork
    workspaceName: names.workspace
  }
  dependsOn: [monitoring]
}

module roles 'app/roles.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    operator: operator
    storageName: names.storage
    vaultName: names.vault
    insightsName: names.insights
  }
  dependsOn: [storage, vault, monitoring]
}

module network 'app/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: names.network
    location: location
    tags: tags
    addresses: networkAddresses
    storageName: names.storage
    vaultName: names.vault
  }
  dependsOn: [storage, vault]
}

// Without its roles the first start fails, and the platform is slow to try again.
module site 'app/site.bicep' = {
  scope: group
  params: {
    name: names.site
    planName: names.plan
    location: location
    tags: tags
    identityName: names.identity
    clientId: identity.outputs.clientId
    storageName: names.storage
    container: container
    vaultName: names.vault
    insightsConnection: monitoring.outputs.connectionString
    private: privateNetwork
    networkName: names.network
    scale: scale
    origins: corsOrigins
    issuers: issuers
    signIn: signIn
    hub: hub
    training: training
    users: contains(['keep', 'afterTraining'], users.photos) || startsWith(users.photos, 'days:')
      ? users
      : fail('RETENTION_PHOTOS must be keep, afterTraining or days:N.')
    environmentLabel: environmentName
    consentRequired: consentRequired
    more: empty(strangers) ? settings : fail('These cannot be set here: ${join(strangers, ', ')}')
  }
  dependsOn: [roles, network]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    name: names.alerts
    location: location
    tags: tags
    workspaceName: names.workspace
    emails: watch.emails
    // A day for a draft and a day for its training; somebody else's trainer has a week.
    stuckAfterHours: training.mode == 'External' ? 216 : 48
  }
  dependsOn: [monitoring]
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: names.workspace
  }
  dependsOn: [monitoring]
}

module budget 'app/budget.bicep' = if (watch.monthlyBudget > 0) {
  scope: group
  params: {
    name: names.alerts
    watch: watch
  }
}

@description('Where the service answers.')
output SERVICE_URL string = site.outputs.url

@description('The app that is deployed to.')
output AZURE_FUNCTION_NAME string = names.site

@description('The group that everything lies in.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The vault that setup puts the secrets into; a setting of the operator commands.')
output KeyVault__Uri string = 'https://${names.vault}${environment().suffixes.keyvaultDns}/'

@description('The tables; a setting of the operator commands.')
output Storage__TableEndpoint string = 'https://${names.storage}.table.${environment().suffixes.storage}'

@description('A setting of the operator commands.')
output Hub__Namespace string = hub.namespace

@description('A setting of the operator commands.')
output Hub__RepoNaming string = hub.repoNaming

// One is enough for the operator commands: with a shared secret they look whether the vault holds it.
var sharing = filter(issuers, issuer => issuer.?kind == 'SupabaseSecret')
var told = empty(sharing) ? issuers[0] : sharing[0]

@description('A setting of the operator commands: an issuer with a shared secret where there is one.')
output Auth__Issuers__0__Issuer string = told.issuer

@description('A setting of the operator commands.')
output Auth__Issuers__0__Audience string = told.audience

@description('A setting of the operator commands.')
output Auth__Issuers__0__Kind string = told.?kind ?? 'Oidc'

@description('A setting of the operator commands.')
output Auth__Issuers__0__Algorithm string = told.?algorithm ?? ''

@description('A setting of the operator commands.')
output Auth__Issuers__0__Tenants string = told.?tenants ?? ''

@description('A setting of the operator commands.')
output Training__Mode string = training.mode

@description('A setting of the operator commands.')
output Training__Image string = training.image

@description('A setting of the operator commands.')
output Training__Flavor string = training.?flavor ?? ''

@description('A setting of the operator commands.')
output Training__StartsPerDay string = string(training.startsPerDay)

@description('A setting of the operator commands.')
output Training__UsdPerDay string = training.?usdPerDay == null ? '' : string(training.?usdPerDay)

@description('Tables and vault can be reached from inside the network alone, by setup too.')
output PRIVATE_NETWORK bool = privateNetwork
