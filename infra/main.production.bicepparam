// Private endpoints, zones, locks and retention for seven years come by default in production; here is what is its own.
using 'main.bicep'

param environmentName = 'production'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param tokenAudience = readEnvironmentVariable('AISPM_TOKEN_AUDIENCE', '00000000-0000-0000-0000-000000000009')
param consoleClientId = readEnvironmentVariable('AISPM_CONSOLE_CLIENT_ID', '')
param capacity = 'autoscale'
param maxRequestUnits = { evidence: 10000, ledger: 10000, shared: 1000 }
param scaling = { memory: 2048, maximumInstances: 100, alwaysReady: 2, httpConcurrency: 16 }
param worm = readEnvironmentVariable('AISPM_WORM', 'unlocked')
param mailDomain = readEnvironmentVariable('AISPM_MAIL_DOMAIN', 'aispm.example')
param callers = [
  { name: 'senders', range: readEnvironmentVariable('AISPM_CALLER_RANGE', '203.0.113.0/24'), tag: false }
  { name: 'pipelines', range: 'AzureDevOps', tag: true }
]
param alertAddresses = [readEnvironmentVariable('AISPM_ALERT_ADDRESS', 'on-call@aispm.example')]
