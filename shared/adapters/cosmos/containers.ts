import type { ContainerDefinition, IndexingPolicy, PartitionKeyDefinition } from '@azure/cosmos';

import { dueWork } from '../../core/kernel/due-work.js';
import { listFilters } from '../ledger-lists.js';

/*
 * Names, keys, indexes and lifetimes of the containers, once. Bicep is held to this table by a test, and the local
 * stack creates its containers from it. Everything is excluded from the index but what a query uses: an index term is
 * paid for on every write. Partition keys are included because Cosmos does not index them by itself.
 */

type Sort = readonly string[];

export type ContainerName = 'evidence' | 'ledger' | 'reports' | 'tenants' | 'quarantine' | 'leases';

export type ContainerShape = {
  /** Two paths are a hierarchical key. */
  partitionKey: readonly string[];
  /** Paths of single values, or of the elements of a list. */
  indexed: readonly string[];
  /** Each serves one ORDER BY, which names exactly these paths in this direction. */
  ascending?: readonly Sort[];
  descending?: readonly Sort[];
  /** Seconds; -1 lets each item bring its own `ttl`. Absent: kept for ever. */
  defaultTtl?: number;
};

const day = 24 * 60 * 60;

export const containers: Readonly<Record<ContainerName, ContainerShape>> = {
  evidence: {
    partitionKey: ['/tenantId', '/bucket'],
    indexed: [
      '/tenantId/?',
      '/at/?',
      '/event/type/?',
      '/event/data/agent/?',
      '/event/data/repository/?',
      '/event/data/workflow/?',
      '/event/data/tool/?',
      '/event/data/session/?',
      '/event/data/incident/?',
      '/event/subject/?',
      '/untrusted/?',
    ],
    descending: [['/tenantId', '/at', '/id']],
    defaultTtl: -1,
  },
  ledger: {
    partitionKey: ['/ledgerId'],
    indexed: [
      '/ledgerId/?',
      '/entry/position/?',
      '/kind/?',
      '/rank/?',
      '/dueAt/?',
      '/dueRank/?',
      '/failing/[]/?',
      '/labels/[]/?',
      '/words/[]/?',
      ...listFilters.map((name) => `/${name}/?`),
    ],
    ascending: [
      ['/ledgerId', '/dueAt', '/id'],
      ['/ledgerId', '/kind', '/id'],
      ['/ledgerId', '/kind', '/rank', '/id'],
      ['/ledgerId', '/kind', '/dueAt', '/id'],
      ['/ledgerId', '/kind', '/dueRank', '/id'],
    ],
  },
  reports: {
    partitionKey: ['/tenantId'],
    indexed: ['/tenantId/?', '/kind/?'],
    // The second over all tenants: what the timers look for.
    ascending: [
      ['/tenantId', '/kind', '/id'],
      ['/kind', '/id'],
    ],
    defaultTtl: -1,
  },
  tenants: {
    partitionKey: ['/tenantId'],
    indexed: ['/tenantId/?', '/kind/?', ...dueWork.map((work) => `/nextDueAt/${work}/?`)],
    ascending: dueWork.map((work) => [`/nextDueAt/${work}`, '/tenantId']),
  },
  quarantine: {
    partitionKey: ['/tenantId'],
    indexed: ['/tenantId/?', '/receivedAt/?'],
    descending: [['/tenantId', '/receivedAt', '/id']],
    defaultTtl: 90 * day,
  },
  leases: { partitionKey: ['/id'], indexed: [] },
};

const composite = (sorts: readonly Sort[], order: 'ascending' | 'descending') =>
  sorts.map((sort) => sort.map((path) => ({ path, order })));

/** The container as Cosmos takes it. The leases belong to the change-feed trigger, which expects the default index. */
export function definitionOf(name: ContainerName): ContainerDefinition {
  const shape = containers[name];
  const paths = [...shape.partitionKey];
  const kind = paths.length > 1 ? 'MultiHash' : 'Hash';
  const policy = {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: shape.indexed.map((path) => ({ path })),
    excludedPaths: [{ path: '/*' }],
    compositeIndexes: [
      ...composite(shape.ascending ?? [], 'ascending'),
      ...composite(shape.descending ?? [], 'descending'),
    ],
  };
  return {
    id: name,
    // as: the library's enums have no literal form in its types.
    partitionKey: { paths, kind, version: 2 } as PartitionKeyDefinition,
    ...(name === 'leases' ? {} : { indexingPolicy: policy as IndexingPolicy }),
    ...(shape.defaultTtl === undefined ? {} : { defaultTtl: shape.defaultTtl }),
  };
}
