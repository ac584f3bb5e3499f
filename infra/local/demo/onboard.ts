import { cast, environment, recipient, sources, tenant } from './cast.js';
import { openOutbox, type Receipts } from './outbox.js';
import { publishedPolicies } from './policies.js';
import { openReporter, type Reporter } from './reporter.js';
import type { Service } from './service.js';
import { makeSigner, type SignedEvent, type Signer } from './signer.js';
import { filesystemTool, repository } from './workload.js';

export type Onboarded = {
  /** Reports as the governance runtime: what agents do. */
  runtime: Reporter;
  /** The inventory as it was declared, to be sent once more. */
  inventory: SignedEvent;
  /** Changes of the tenant that became evidence. */
  changes: number;
  /** Everything that was posted through the reporters so far. */
  receipts(): Receipts;
};

/** What a change came to: in force, or waiting for a second person. */
type Change = { changed: boolean } | { id: string; status: string };

/**
 * Takes a tenant in through the public routes, as its administrator would: settings, sources with their public keys, the
 * declared inventory and the published policies. `run` keeps the ids of two runs on one tenant apart.
 */
export const onboard = async (
  service: Service,
  run: string,
  pseudonym: (name: string) => string,
): Promise<Onboarded> => {
  const signers = { runtime: await makeSigner(), cmdb: await makeSigner() };
  const changes = await configure(service, signers);
  const endpoint = service.evidenceEndpoint(cast.collector);
  const outboxes = { runtime: openOutbox(endpoint), cmdb: openOutbox(endpoint) };
  const reporterOf = (name: 'runtime' | 'cmdb'): Reporter =>
    openReporter({
      source: sources[name].uri,
      tenant,
      environment,
      run: `${run}-${name}`,
      signer: signers[name],
      outbox: outboxes[name],
    });
  const reporters = { runtime: reporterOf('runtime'), cmdb: reporterOf('cmdb') };
  const inventory = await reporters.cmdb.report('inventory.declared', { items: itemsOwnedBy(pseudonym) });
  for (const policy of publishedPolicies) await reporters.runtime.report('policy.published', { ...policy });
  await Promise.all([reporters.runtime.settled(), reporters.cmdb.settled()]);
  return {
    runtime: reporters.runtime,
    inventory,
    changes,
    receipts: () => sumOf(outboxes.runtime.receipts(), outboxes.cmdb.receipts()),
  };
};

export const sumOf = (...all: readonly Receipts[]): Receipts => ({
  accepted: all.flatMap(({ accepted }) => accepted),
  duplicates: all.flatMap(({ duplicates }) => duplicates),
  rejected: all.flatMap(({ rejected }) => rejected),
});

const settings = {
  displayName: 'Harbour Mutual',
  timeZone: 'Europe/London',
  reports: {
    approvalRequired: true,
    allowedDomains: [recipient.slice(recipient.indexOf('@') + 1)],
    recipients: [
      { address: recipient, displayName: 'Chief Information Security Officer', audience: ['ciso'] },
    ],
  },
};

/** @returns how many of the changes became evidence: one that changes nothing does not, a request and its approval both do. */
const configure = async (service: Service, signers: Record<'runtime' | 'cmdb', Signer>): Promise<number> => {
  const put = async (path: string, body: unknown): Promise<number> => {
    const change = await service.ask<Change>(cast.admin, 'PUT', path, body);
    if ('changed' in change) return change.changed ? 1 : 0;
    await service.ask(cast.approver, 'POST', `/source-changes/${change.id}/approve`);
    return 2;
  };
  const source = (name: keyof typeof sources, rest: Record<string, unknown>): Promise<number> =>
    put(`/sources/${sources[name].id}`, {
      uri: sources[name].uri,
      connectorType: 'custom',
      environments: [environment],
      eventTypes: ['runtime'],
      ...rest,
    });
  const changes = [
    await put('', { settings }),
    await source('runtime', { provenance: 'live', keys: [keyOf(signers.runtime)] }),
    await source('cmdb', {
      provenance: 'live',
      eventTypes: ['inventory.declared'],
      keys: [keyOf(signers.cmdb)],
    }),
    await source('cavra', { provenance: 'sample', connectorType: 'claude_code', keys: [] }),
  ];
  return changes.reduce((sum, count) => sum + count, 0);
};

const keyOf = ({ kid, jwk }: Signer): Record<string, unknown> => {
  const hour = 3_600_000;
  return {
    kid,
    jwk,
    validFrom: new Date(Date.now() - hour).toISOString(),
    validUntil: new Date(Date.now() + 90 * 24 * hour).toISOString(),
  };
};

const itemsOwnedBy = (pseudonym: (name: string) => string): Record<string, unknown>[] => {
  const payments = pseudonym('head of payments');
  const platform = pseudonym('head of platform');
  return [
    {
      kind: 'agent',
      id: 'payments-builder',
      owner: payments,
      criticality: 'high',
      surfaces: ['file', 'command', 'git', 'mcp'],
    },
    { kind: 'agent', id: 'notes-writer', owner: payments, criticality: 'low', surfaces: ['command'] },
    { kind: 'repository', id: repository, owner: payments, criticality: 'critical' },
    { kind: 'workflow', id: 'nightly-build', owner: platform, criticality: 'high' },
    { kind: 'tool', id: filesystemTool, owner: platform, criticality: 'medium' },
  ].map((item) => ({ ...item, environment }));
};
