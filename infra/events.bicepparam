// The second step of every environment: infra/deploy.sh names which.
using 'events.bicep'

param environmentName = readEnvironmentVariable('AISPM_ENVIRONMENT', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
