import fc from 'fast-check';

import { serviceOnlyEvents, type EventData, type EventName } from '../../schemas/events/types.js';
import type { EvidenceEvent } from '../../schemas/evidence.js';
import type { Environment } from '../../schemas/primitives.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { tenantNamed } from '../tenants.js';
import { operations } from './operation-events.js';

export const tenantId = tenantNamed('harbour');
export const start = Date.parse('2026-11-02T08:00:00Z');

const psn = (n: number): string => `psn:${String(n).padStart(32, '0')}`;

/** Evidence as admission stores it, without going through admission. */
export function evidenceOf<N extends EventName>(
  name: N,
  data: EventData<N>,
  at: number,
  id: string,
  options: {
    signed?: boolean;
    provenance?: 'live' | 'sample';
    sourceId?: string;
    environment?: Environment;
  } = {},
): StoredEvidence {
  const event = {
    specversion: '1.0',
    id,
    source: 'urn:test:runtime',
    type: `aispm.${name}`,
    time: instantOf(at),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    data,
  } as unknown as EvidenceEvent;
  const admission = {
    sourceId: options.sourceId ?? 'runtime',
    provenance: options.provenance ?? ('live' as const),
    receivedAt: instantOf(at),
    signer: options.signed === false ? null : { kid: 'k1', validAtTime: true, validAtReceipt: true },
    redactions: [],
  };
  return {
    tenantId,
    id: evidenceIdOf('urn:test:runtime', id),
    digest: sha256Hex(canonicalText({ event, admission })),
    bodyMac: '',
    event,
    admission,
  };
}

const name = (prefix: string, max: number) => fc.integer({ min: 1, max }).map((n) => `${prefix}-${n}`);

const decision = fc.record({
  decision: fc.constantFrom(
    'allow',
    'warn',
    'block',
    'require_approval',
    'allow_with_attestation',
    'audit_only' as const,
  ),
  mode: fc.constantFrom('enforce', 'enforce', 'shadow' as const),
  policy: fc.record({
    id: fc.constant('baseline'),
    version: fc.constantFrom('1', '2'),
    rule: fc.constantFrom('r1', 'r2'),
  }),
  surface: fc.constantFrom('file', 'command', 'git', 'mcp', 'model' as const),
  risks: fc.constantFrom([], ['secret'], ['destructive'], ['protected_branch'], ['tool_write']),
  agent: name('agent', 3),
  repository: name('repo', 2),
  workflow: name('workflow', 2),
  tool: name('tool', 2),
  capability: fc.constantFrom('read', 'write_file'),
  severity: fc.constantFrom('low', 'medium', 'high', 'critical' as const),
  ran: fc.boolean(),
  approval: name('approval', 3),
  session: name('session', 2),
});
const approvalRequest = fc.record({
  approval: name('approval', 3),
  requestedBy: fc.integer({ min: 1, max: 3 }).map(psn),
  expiresAt: fc.integer({ min: 1, max: 72 }).map((h) => instantOf(start + h * hour)),
  breakGlass: fc.boolean(),
});
const approvalAnswer = fc.record({
  approval: name('approval', 3),
  outcome: fc.constantFrom('approved', 'denied' as const),
  decidedBy: fc.integer({ min: 1, max: 3 }).map(psn),
});
const inventory = fc.record({
  items: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('agent' as const), id: name('agent', 4), owner: fc.constant(psn(9)) }),
      fc.record({
        kind: fc.constant('repository' as const),
        id: name('repo', 2),
        owner: fc.constant(psn(9)),
      }),
      fc.record({
        kind: fc.constant('agent' as const),
        id: name('agent', 4),
        lifecycle: fc.constantFrom('active', 'retired' as const),
      }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
});
const registry = fc.record({
  tool: name('tool', 2),
  registered: fc.boolean(),
  approvedCapabilities: fc.constantFrom(['read'], ['read', 'write_file']),
  tier: fc.constantFrom('trusted', 'reviewed', 'unverified' as const),
  owner: fc.constant(psn(9)),
  approvedUntil: fc.integer({ min: 1, max: 20 }).map((d) => instantOf(start + d * day)),
  verdict: fc.constant('trusted' as const),
});
const policy = fc.record({
  policy: fc.constant('baseline'),
  version: fc.constantFrom('1', '2'),
  mode: fc.constantFrom('enforce', 'shadow' as const),
  rules: fc.constant([{ rule: 'r1', controls: ['destructive-commands', 'mcp-writes', 'secret-files'] }]),
});
const exception = fc.record({
  exception: name('exception', 2),
  owner: fc.constant(psn(4)),
  requestedBy: fc.constant(psn(1)),
  approvedBy: fc.integer({ min: 1, max: 2 }).map(psn),
  expiresAt: fc.integer({ min: 1, max: 40 }).map((d) => instantOf(start + d * day)),
  scope: fc.constant('billing'),
});

const event = <N extends EventName>(type: N, data: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.constant(type), data, fc.integer({ min: 0, max: 40 * 24 }), fc.boolean(), fc.boolean());

/** Evidence of one tenant over forty days: competing facts on few items, so that orders matter if anything does. */
export const history: fc.Arbitrary<StoredEvidence[]> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: event('decision.recorded', decision) },
      { weight: 2, arbitrary: event('approval.requested', approvalRequest) },
      { weight: 2, arbitrary: event('approval.decided', approvalAnswer) },
      { weight: 2, arbitrary: event('inventory.declared', inventory) },
      { weight: 1, arbitrary: event('registry.checked', registry) },
      { weight: 1, arbitrary: event('policy.published', policy) },
      { weight: 1, arbitrary: event('exception.granted', exception) },
      ...operations.map(([name, data]) => ({ weight: 1, arbitrary: event(name, data) })),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) =>
    rows.map(([type, data, hours, signed, live], i) =>
      evidenceOf(type, data as never, start + hours * hour, `e${i}`, {
        signed,
        provenance: live || i % 5 !== 0 ? 'live' : 'sample',
        ...(serviceOnlyEvents.has(type) ? { sourceId: 'aispm' } : {}),
      }),
    ),
  );
