// Values come from the azd environment: azd env set AUTH_ISSUER https://…
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')

param location = readEnvironmentVariable('AZURE_LOCATION')

// One issuer by its parts, or all of them as JSON: [{"issuer":"https://…","audience":"…","kind":"Entra","tenants":"…"}]
param issuers = empty(readEnvironmentVariable('AUTH_ISSUERS', ''))
  ? [
      union(
        {
          issuer: readEnvironmentVariable('AUTH_ISSUER')
          audience: readEnvironmentVariable('AUTH_AUDIENCE')
          kind: readEnvironmentVariable('AUTH_KIND', 'Oidc')
        },
        empty(readEnvironmentVariable('AUTH_ALGORITHM', ''))
          ? {}
          : { algorithm: readEnvironmentVariable('AUTH_ALGORITHM', '') }
      )
    ]
  : json(readEnvironmentVariable('AUTH_ISSUERS', '[]'))

param signIn = union(
  {
    authority: readEnvironmentVariable('SIGN_IN_AUTHORITY', '')
    clientId: readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')
    origins: filter(split(readEnvironmentVariable('SIGN_IN_ORIGINS', ''), ' '), origin => !empty(origin))
  },
  empty(readEnvironmentVariable('SIGN_IN_SCOPE', '')) ? {} : { scope: readEnvironmentVariable('SIGN_IN_SCOPE', '') },
  empty(readEnvironmentVariable('SIGN_IN_AUDIENCE', ''))
    ? {}
    : { audience: readEnvironmentVariable('SIGN_IN_AUDIENCE', '') }
)

// Separated by blanks.
param corsOrigins = filter(split(readEnvironmentVariable('CORS_ORIGINS', ''), ' '), origin => !empty(origin))

param hub = {
  namespace: readEnvironmentVariable('HUB_NAMESPACE')
  repoNaming: readEnvironmentVariable('HUB_REPO_NAMING', 'Slug')
  callsPerFiveMinutes: int(readEnvironmentVariable('HUB_CALLS_PER_FIVE_MINUTES', '1000'))
}

param training = union(
  {
    mode: readEnvironmentVariable('TRAINING_MODE', 'Jobs')
    image: readEnvironmentVariable('TRAINING_IMAGE', '')
    startsPerDay: int(readEnvironmentVariable('TRAINING_STARTS_PER_DAY', '100'))
  },
  empty(readEnvironmentVariable('TRAINING_FLAVOR', ''))
    ? {}
    : { flavor: readEnvironmentVariable('TRAINING_FLAVOR', '') },
  empty(readEnvironmentVariable('TRAINING_USD_PER_DAY', ''))
    ? {}
    : { usdPerDay: int(readEnvironmentVariable('TRAINING_USD_PER_DAY', '0')) }
)

param users = union(
  { photos: readEnvironmentVariable('RETENTION_PHOTOS', 'keep') },
  empty(readEnvironmentVariable('QUOTA_USD_PER_DAY', ''))
    ? {}
    : { usdPerDay: int(readEnvironmentVariable('QUOTA_USD_PER_DAY', '0')) }
)

param consentRequired = bool(readEnvironmentVariable('CONSENT_REQUIRED', 'false'))

// As JSON: {"Quota__PerDay":"10"}
param settings = json(readEnvironmentVariable('SERVICE_SETTINGS', '{}'))

param scale = {
  instanceMemoryMB: json(readEnvironmentVariable('INSTANCE_MEMORY_MB', '2048'))
  maximumInstances: int(readEnvironmentVariable('MAXIMUM_INSTANCES', '40'))
  alwaysReady: int(readEnvironmentVariable('ALWAYS_READY', '0'))
  requestsPerInstance: int(readEnvironmentVariable('REQUESTS_PER_INSTANCE', '8'))
}

param privateNetwork = bool(readEnvironmentVariable('PRIVATE_NETWORK', 'false'))

param networkAddresses = readEnvironmentVariable('NETWORK_ADDRESSES', '10.20.0.0/24')

param operator = {
  principalId: readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
  principalType: readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
}

param watch = {
  emails: filter(split(readEnvironmentVariable('ALERT_EMAILS', ''), ' '), email => !empty(email))
  monthlyBudget: int(readEnvironmentVariable('MONTHLY_BUDGET', '50'))
  budgetStart: readEnvironmentVariable('BUDGET_START')
  dailyLogGb: int(readEnvironmentVariable('DAILY_LOG_GB', '1'))
  logDays: int(readEnvironmentVariable('LOG_DAYS', '30'))
}
