import type { Evidence } from '../../../schemas/evidence.js';
import type { EventData } from '../../../schemas/events/types.js';
import {
  approvalId,
  deliveryId,
  exceptionId,
  itemId,
  recipientId,
  reportId,
  sessionId,
  tenantItemId,
} from '../projections/keys.js';
import { askedBy } from './references.js';
import { approvalsOf } from './settle.js';

/**
 * Ids of the documents that an event names by its own words. What folding it asks for beyond these, as the findings of an
 * item, is found on the way: these are only what can be loaded before, for a whole batch at once.
 */
export const namedBy = (evidence: Evidence): string[] => [...subjectsOf(evidence), ...askedBy(evidence)];

function subjectsOf({ event }: Evidence): string[] {
  switch (event.type) {
    case 'aispm.decision.recorded':
      return [
        ...touchedBy(event.data),
        ...(event.data.tool === undefined ? [] : [itemId('tool', event.data.tool)]),
        ...approvalsOf(event.data).map(approvalId),
      ];
    case 'aispm.session.recorded':
      return touchedBy(event.data);
    case 'aispm.intent.declared':
      return [sessionId(event.data.session)];
    case 'aispm.inventory.declared':
      return [tenantItemId, ...event.data.items.map(({ kind, id }) => itemId(kind, id))];
    case 'aispm.registry.checked':
      return [itemId('tool', event.data.tool)];
    case 'aispm.approval.requested':
    case 'aispm.approval.decided':
    case 'aispm.breakglass.reviewed':
      return [approvalId(event.data.approval)];
    case 'aispm.exception.granted':
    case 'aispm.exception.renewed':
    case 'aispm.exception.revoked':
      return [exceptionId(event.data.exception)];
    case 'aispm.connector.validated':
      return [itemId('connector', event.data.connector)];
    case 'aispm.tenant.configured':
      return event.data.change === 'source_retired' ? [itemId('connector', event.data.subject)] : [];
    case 'aispm.incident.opened':
    case 'aispm.incident.closed':
      return [itemId('incident', event.data.incident)];
    case 'aispm.review.completed':
    case 'aispm.review.acknowledged':
      return [itemId('review', event.data.review)];
    case 'aispm.report.sending':
    case 'aispm.report.resumed':
      return [reportId(event.data.report), deliveryId(event.data.operation)];
    case 'aispm.report.delivered':
    case 'aispm.report.bounced':
      return [
        reportId(event.data.report),
        deliveryId(event.data.operation),
        recipientId(event.data.recipient),
        tenantItemId,
      ];
    case 'aispm.isolation.tested':
    case 'aispm.delivery.validated':
    case 'aispm.recipient.cleared':
    case 'aispm.deployment.validated':
    case 'aispm.workflow.exercised':
    case 'aispm.drill.recorded':
    case 'aispm.archive.closed':
    case 'aispm.archive.verified':
    case 'aispm.integrity.checked':
    case 'aispm.packet.submitted':
    case 'aispm.signoff.recorded':
      return [tenantItemId];
    default:
      return [];
  }
}

/** What a run, or an action in one, names. */
function touchedBy({
  agent,
  repository,
  workflow,
  session,
}: Pick<EventData<'decision.recorded'>, 'agent' | 'repository' | 'workflow' | 'session'>): string[] {
  return [
    itemId('agent', agent),
    ...(repository === undefined ? [] : [itemId('repository', repository)]),
    ...(workflow === undefined ? [] : [itemId('workflow', workflow)]),
    ...(session === undefined ? [] : [sessionId(session)]),
  ];
}
