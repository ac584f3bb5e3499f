// A trial: nothing real is kept, everything costs nothing while it is idle, and it can be thrown away. `azd up` takes this.
using 'main.bicep'

param environmentName = 'dev'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param extraTags = { 'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', 'dev') }
param tokenAudience = readEnvironmentVariable('AISPM_TOKEN_AUDIENCE', '00000000-0000-0000-0000-00000000000d')
param consoleClientId = readEnvironmentVariable('AISPM_CONSOLE_CLIENT_ID', '')
param capacity = 'serverless'
param scaling = { memory: 2048, maximumInstances: 40, alwaysReady: 0, httpConcurrency: 16 }
param logDays = 30
