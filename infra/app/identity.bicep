import { Tags } from 'tags.bicep'

@description('Name of the identity.')
@minLength(3)
@maxLength(128)
param name string

@description('Where it lies.')
@minLength(1)
param location string

@description('Tags of everything.')
param tags Tags

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('What roles are given to.')
output principalId string = identity.properties.principalId

@description('What the service asks for tokens with.')
output clientId string = identity.properties.clientId
