// The Cosmos containers as data. `shared/adapters/cosmos/containers.ts` is what the code goes by; a test holds this to it.

var day = 86400

func paths(names string[]) array => map(names, it => { path: it })
func sort(order string, names string[]) array => map(names, it => { path: it, order: order })

@description('What the app pays for by itself; the others share the throughput of the database. Serverless ignores it.')
@export()
var dedicated = ['evidence', 'ledger']

@description('Name, key, lifetime and index of each container. `index` null: the default index, which the change-feed trigger expects of its leases.')
@export()
var containers = [
  {
    name: 'evidence'
    key: ['/tenantId', '/bucket']
    ttl: -1
    index: {
      included: paths([
        '/tenantId/?'
        '/at/?'
        '/event/type/?'
        '/event/data/agent/?'
        '/event/data/repository/?'
        '/event/data/workflow/?'
        '/event/data/tool/?'
        '/event/data/session/?'
        '/event/data/incident/?'
        '/event/subject/?'
        '/untrusted/?'
      ])
      composite: [sort('descending', ['/tenantId', '/at', '/id'])]
    }
  }
  {
    name: 'ledger'
    key: ['/ledgerId']
    ttl: null
    index: {
      included: paths([
        '/ledgerId/?'
        '/entry/position/?'
        '/kind/?'
        '/rank/?'
        '/dueAt/?'
        '/dueRank/?'
        '/failing/[]/?'
        '/labels/[]/?'
        '/words/[]/?'
        '/itemKind/?'
        '/status/?'
        '/state/?'
        '/severity/?'
        '/subject/?'
        '/control/?'
        '/agent/?'
        '/owner/?'
        '/overdue/?'
        '/breakGlass/?'
        '/report/?'
        '/recipient/?'
      ])
      composite: [
        sort('ascending', ['/ledgerId', '/dueAt', '/id'])
        sort('ascending', ['/ledgerId', '/kind', '/id'])
        sort('ascending', ['/ledgerId', '/kind', '/rank', '/id'])
        sort('ascending', ['/ledgerId', '/kind', '/dueAt', '/id'])
        sort('ascending', ['/ledgerId', '/kind', '/dueRank', '/id'])
      ]
    }
  }
  {
    name: 'reports'
    key: ['/tenantId']
    ttl: -1
    index: {
      included: paths(['/tenantId/?', '/kind/?'])
      composite: [
        sort('ascending', ['/tenantId', '/kind', '/id'])
        sort('ascending', ['/kind', '/id'])
      ]
    }
  }
  {
    name: 'tenants'
    key: ['/tenantId']
    ttl: null
    index: {
      included: paths([
        '/tenantId/?'
        '/kind/?'
        '/nextDueAt/daily/?'
        '/nextDueAt/weekly/?'
        '/nextDueAt/monthly/?'
        '/nextDueAt/quarterly/?'
        '/nextDueAt/schedules/?'
        '/nextDueAt/custody/?'
      ])
      composite: [
        sort('ascending', ['/nextDueAt/daily', '/tenantId'])
        sort('ascending', ['/nextDueAt/weekly', '/tenantId'])
        sort('ascending', ['/nextDueAt/monthly', '/tenantId'])
        sort('ascending', ['/nextDueAt/quarterly', '/tenantId'])
        sort('ascending', ['/nextDueAt/schedules', '/tenantId'])
        sort('ascending', ['/nextDueAt/custody', '/tenantId'])
      ]
    }
  }
  {
    name: 'quarantine'
    key: ['/tenantId']
    ttl: 90 * day
    index: {
      included: paths(['/tenantId/?', '/receivedAt/?'])
      composite: [sort('descending', ['/tenantId', '/receivedAt', '/id'])]
    }
  }
  { name: 'leases', key: ['/id'], ttl: null, index: null }
]
