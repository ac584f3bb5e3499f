// As production in everything that can break a release; smaller in what costs money; deletable.
using 'main.bicep'

param environmentName = 'staging'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param tokenAudience = readEnvironmentVariable('AISPM_TOKEN_AUDIENCE', '00000000-0000-0000-0000-000000000005')
param consoleClientId = readEnvironmentVariable('AISPM_CONSOLE_CLIENT_ID', '')
param capacity = 'autoscale'
param maxRequestUnits = { evidence: 1000, ledger: 1000, shared: 1000 }
param scaling = { memory: 2048, maximumInstances: 40, alwaysReady: 0, httpConcurrency: 16 }
param mailDomain = readEnvironmentVariable('AISPM_MAIL_DOMAIN', 'staging.aispm.example')
param callers = [
  { name: 'senders', range: readEnvironmentVariable('AISPM_CALLER_RANGE', '203.0.113.0/24'), tag: false }
]
param alertAddresses = [readEnvironmentVariable('AISPM_ALERT_ADDRESS', 'on-call@aispm.example')]
