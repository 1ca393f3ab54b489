@export()
@sealed()
@description('One party that may sign tokens, as Auth__Issuers__N of the service.')
type Issuer = {
  @description('Compared to iss character by character; discovery is read below it.')
  @minLength(9)
  @maxLength(500)
  issuer: string

  @description('For whom tokens must be made; several are separated by blanks.')
  @minLength(1)
  @maxLength(500)
  audience: string

  @description('Oidc unless it is said otherwise.')
  kind: ('Oidc' | 'Supabase' | 'SupabaseSecret' | 'Entra')?

  @description('The one algorithm that it signs with. Unset, the usual one of its kind: HS256 of a shared secret, else RS256.')
  algorithm: ('RS256' | 'PS256' | 'ES256' | 'ES384' | 'HS256')?

  @description('Of Entra: the ids of the tenants whose people may come, separated by blanks.')
  @maxLength(2000)
  tenants: string?

  @description('Further hosts that may serve its keys, separated by blanks.')
  @maxLength(2000)
  keyHosts: string?
}

@export()
@sealed()
@description('How people sign in on the page: a public client with PKCE, without a secret.')
type SignIn = {
  @description('The issuer that the page sends people to, one of the issuers. Empty, nobody can sign in there.')
  @maxLength(500)
  authority: string

  @description('The id of the page at that issuer.')
  @maxLength(200)
  clientId: string

  @description('What the page asks the issuer for; openid is among it.')
  @maxLength(500)
  scope: string?

  @description('For whom the access token is to be, where the issuer wants to be told.')
  @maxLength(500)
  audience: string?

  @description('Where else the issuer has endpoints, such as https://login.example.')
  @maxLength(10)
  origins: string[]?
}

@export()
@sealed()
@description('What is asked of Hugging Face.')
type Hub = {
  @description('Where repos are made and jobs run. Deployments that share one report the repos of each other as orphans.')
  @minLength(2)
  @maxLength(96)
  namespace: string

  @description('Whether the name of a repo tells whose it is.')
  repoNaming: 'Slug' | 'Opaque'

  @description('The allowance of the account.')
  @minValue(10)
  @maxValue(1000000)
  callsPerFiveMinutes: int
}

@export()
@sealed()
@description('What a training is.')
type Training = {
  @description('External starts nothing and waits for the weights of somebody else.')
  mode: 'Jobs' | 'External'

  @description('The container image of the trainer, with its digest. Empty, no job can be started.')
  @maxLength(500)
  image: string

  @description('The hardware of every job. Unset, the profile of the training says it.')
  @minLength(1)
  @maxLength(50)
  flavor: string?

  @description('Job starts a day, all users together.')
  @minValue(0)
  @maxValue(100000)
  startsPerDay: int

  @description('US dollars that the job starts of a day may cost at the most, all users together. Unset, only their number is limited.')
  @minValue(0)
  @maxValue(1000000)
  usdPerDay: int?
}

@export()
@sealed()
@description('What one user may have, and what becomes of the photos.')
type Users = {
  @description('US dollars that the trainings of a day may be estimated at. Unset, only their number is limited.')
  @minValue(0)
  @maxValue(1000000)
  usdPerDay: int?

  @description('What becomes of the photos after the training: keep, afterTraining, or days:N.')
  @minLength(4)
  @maxLength(13)
  photos: string
}

@export()
@sealed()
@description('How large the app may become.')
type Scale = {
  @description('Memory of one instance. 512 MB does not hold four uploads at once: the host keeps whole bodies.')
  instanceMemoryMB: 2048 | 4096

  @description('Instances at most.')
  @minValue(1)
  @maxValue(1000)
  maximumInstances: int

  @description('Instances that wait for callers, which costs money and saves the first of them a cold start.')
  @minValue(0)
  @maxValue(20)
  alwaysReady: int

  @description('Requests that one instance takes at once.')
  @minValue(1)
  @maxValue(100)
  requestsPerInstance: int
}

@export()
@sealed()
@description('Who runs the operator commands: setup, status, pause, resume, erase.')
type Operator = {
  @description('Object id of a user, group or service principal. Empty, nobody is given anything.')
  @maxLength(36)
  principalId: string

  @description('What it is the id of.')
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}

@export()
@sealed()
@description('Who is told what, and what it may cost.')
type Watch = {
  @description('Addresses for alerts and for the budget.')
  @maxLength(10)
  emails: string[]

  @description('What the resource group may cost in a month before people are told, in the currency of the account. 0 where subscriptions have no budgets.')
  @minValue(0)
  @maxValue(1000000)
  monthlyBudget: int

  @description('The month in which the budget was made, as 2026-01-01: a budget cannot change its beginning, and a new one begins in the current month.')
  @minLength(10)
  @maxLength(10)
  budgetStart: string

  @description('Logs taken in on one day. More is dropped, and an alert says so.')
  @minValue(1)
  @maxValue(1000)
  dailyLogGb: int

  @description('Days that logs are kept.')
  @minValue(30)
  @maxValue(730)
  logDays: int
}
