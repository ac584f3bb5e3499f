import type { Evidence, EvidenceEvent } from '../../../schemas/evidence.js';
import type { Item } from '../projections/documents.js';
import type { ProofName, Stamp } from '../projections/facts.js';
import { isTrusted, loadTenantItem } from '../projections/items.js';
import {
  archivePassed,
  deploymentPassed,
  exercisePassed,
  loadOperation,
  packetPassed,
  passed,
  withIncidentClosed,
  withIncidentOpened,
  withProof,
  withReviewAcknowledged,
  withReviewCompleted,
  withSignOff,
} from '../projections/operations.js';
import { isLater } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { settleItem } from './settle.js';

/** Events about the operation rather than about what agents do. */
export type OperationEvent = Extract<
  EvidenceEvent,
  {
    type: `aispm.${ProofName | 'incident.opened' | 'incident.closed' | `review.${string}` | `signoff.${string}`}`;
  }
>;

/** What an event of the operation changes: one item, judged again. */
export function applyOperation(
  workspace: Workspace,
  evidence: Evidence,
  event: OperationEvent,
  stamp: Stamp,
  at: string,
): void {
  settleItem(workspace, changed(workspace, evidence, event, stamp), at);
}

/** A retired source is a connector that is asked for nothing any more; what it proved stays where it is. */
export function applyRetirement(workspace: Workspace, connector: string, stamp: Stamp, at: string): void {
  const item = loadOperation(workspace, 'connector', connector);
  if (!isLater(stamp, item.declared)) return;
  settleItem(workspace, { ...item, declared: { ...stamp, lifecycle: 'retired' } }, at);
}

function changed(workspace: Workspace, evidence: Evidence, event: OperationEvent, stamp: Stamp): Item {
  // What the service concludes itself needs no signature: nobody else can write it.
  const trusted = evidence.admission.sourceId === 'aispm' || isTrusted(evidence);
  const ofTenant = (of: ProofName, holds: boolean): Item =>
    withProof(loadTenantItem(workspace), of, stamp, holds, trusted);
  switch (event.type) {
    case 'aispm.connector.validated': {
      const item = loadOperation(workspace, 'connector', event.data.connector);
      return withProof(item, 'connector.validated', stamp, passed(event.data), trusted);
    }
    case 'aispm.isolation.tested':
      return ofTenant('isolation.tested', passed(event.data));
    case 'aispm.delivery.validated':
      return ofTenant('delivery.validated', passed(event.data));
    case 'aispm.drill.recorded':
      return ofTenant('drill.recorded', passed(event.data));
    case 'aispm.deployment.validated':
      return ofTenant('deployment.validated', deploymentPassed(event.data));
    case 'aispm.workflow.exercised':
      return ofTenant('workflow.exercised', exercisePassed(event.data));
    case 'aispm.archive.closed':
      return ofTenant('archive.closed', archivePassed(event.data));
    case 'aispm.archive.verified':
      return ofTenant('archive.verified', passed(event.data));
    case 'aispm.integrity.checked':
      return ofTenant('integrity.checked', passed(event.data));
    case 'aispm.packet.submitted':
      return ofTenant('packet.submitted', packetPassed(event.data));
    case 'aispm.signoff.recorded':
      return withSignOff(loadTenantItem(workspace), event.data, stamp);
    case 'aispm.incident.opened':
      return withIncidentOpened(loadOperation(workspace, 'incident', event.data.incident), event.data, stamp);
    case 'aispm.incident.closed':
      return withIncidentClosed(loadOperation(workspace, 'incident', event.data.incident), event.data, stamp);
    case 'aispm.review.completed':
      return withReviewCompleted(loadOperation(workspace, 'review', event.data.review), event.data, stamp);
    case 'aispm.review.acknowledged':
      return withReviewAcknowledged(loadOperation(workspace, 'review', event.data.review), stamp);
  }
}
