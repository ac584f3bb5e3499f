import type { StoredEvidence } from '../../shared/ports.js';
import type { Finding, Head, Item } from '../../shared/core/projections/documents.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import { tenantNamed } from '../tenants.js';

let serial = 0;

/** A tenant nobody else uses: suites may share one real account. */
export function freshTenant(): VerifiedTenant {
  serial += 1;
  return tenantNamed(`t-${Date.now().toString(36)}-${process.pid.toString(36)}-${serial}`);
}

type DecisionParts = { agent?: string; repository?: string; session?: string; body?: string };

/** A stored decision event of a tenant. */
export function decisionOf(
  tenantId: VerifiedTenant,
  name: string,
  time: string,
  parts: DecisionParts = {},
): StoredEvidence {
  const { body = 'same', agent = 'builder-1', ...rest } = parts;
  const event = {
    specversion: '1.0' as const,
    id: name,
    source: 'urn:test:runtime',
    type: 'aispm.decision.recorded' as const,
    time,
    data: {
      decision: 'block' as const,
      mode: 'enforce' as const,
      policy: { id: 'base', version: '1', rule: 'no-secrets' },
      surface: 'file' as const,
      agent,
      severity: 'high' as const,
      ran: false,
      reason: body,
      ...rest,
    },
  };
  return {
    id: evidenceIdOf(event.source, event.id),
    tenantId,
    digest: sha256Hex(canonicalText(event)),
    bodyMac: sha256Hex(body),
    event,
    admission: {
      sourceId: 'runtime',
      provenance: 'live',
      receivedAt: '2026-11-24T09:00:00.000Z',
      signer: null,
      redactions: [],
    },
  };
}

export function headOf(size: number): Head {
  const clock = '2026-11-24T09:00:00.000Z';
  return {
    id: 'head',
    kind: 'head',
    foldVersion: 1,
    size,
    clock,
    frontier: [],
    sweep: null,
  };
}

export function itemOf(id: string, rank: string, more: Partial<Item> = {}): Item {
  const item: Item = {
    id,
    kind: 'item',
    itemKind: 'repository',
    name: id,
    facts: {},
    states: {},
    failing: [],
    findings: {},
    labels: [],
    words: [],
    rank,
  };
  return Object.assign(item, more);
}

export function findingOf(id: string, rank: string, more: Partial<Finding> = {}): Finding {
  const at = '2026-11-24T09:00:00.000Z';
  return {
    id,
    kind: 'finding',
    rule: 'unregistered-agent',
    subject: 'agent:builder-1',
    detail: 'seen, never declared',
    severity: 'high',
    state: 'open',
    firstSeen: at,
    openedAt: at,
    lastSeen: at,
    dueOn: at,
    overdue: false,
    count: 1,
    evidenceIds: [],
    labels: ['unowned'],
    words: [],
    history: [],
    transitions: 0,
    rank,
    dueRank: rank,
    ...more,
  };
}
