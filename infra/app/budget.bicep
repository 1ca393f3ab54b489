import { Watch } from 'types.bicep'

@description('Name of the budget.')
@minLength(1)
@maxLength(63)
param name string

@description('Who is told, and what it may cost.')
param watch Watch

// The costs of jobs are Hugging Face's and not among these: Training__StartsPerDay bounds them.
resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: watch.monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: watch.budgetStart }
    notifications: {
      Spent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: watch.emails
        contactRoles: ['Owner']
      }
      Foreseen: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: watch.emails
        contactRoles: ['Owner']
      }
    }
  }
}
