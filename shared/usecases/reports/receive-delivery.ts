import { z } from 'zod';

import { outcomeOf, type MailOperation } from '../../core/delivery/operation.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { fromUtf8 } from '../../core/kernel/bytes.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import { jsonBytes } from '../ingest/quarantine.js';
import type { Clock, KeyRing, Stores, Telemetry, TenantStores } from '../../ports.js';
import { operationRecordId } from './report-record.js';
import { instancesOf } from './resume-delivery.js';
import { ended } from './settle-delivery.js';
import { stateBounced, stateDelivered } from './state-outcome.js';

/** The provider's delivery report (Event Grid, EmailDeliveryReportReceived): the members we act on, the rest ignored. */
const deliveryEventSchema = z.looseObject({
  id: z.string().min(1).max(200),
  data: z.looseObject({
    messageId: z.uuid(),
    recipient: z.string().max(320),
    status: z.string().max(60),
    deliveryAttemptTimestamp: z.iso.datetime({ offset: true }).optional(),
    deliveryAttemptTimeStamp: z.iso.datetime({ offset: true }).optional(),
  }),
});

export type ReceiveDeps = { stores: Stores; keys: KeyRing; clock: Clock; telemetry: Telemetry };

/**
 * Takes the provider's word on one mail. It must match an operation that we began, by id and by recipient, else it is
 * quarantined: an event is not signed, and anyone who learns an operation's id could claim a delivery.
 * @returns the instances to wake, or null where the event says nothing final or was quarantined.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  event: unknown,
): Promise<{ tenantId: string; instances: string[] } | null> {
  const parsed = deliveryEventSchema.safeParse(event);
  if (!parsed.success) return refuse(deps, event, 'the event is not a delivery report');
  const { messageId, recipient, status, ...times } = parsed.data.data;
  const tenantId = await deps.stores.tenantOfOperation(messageId);
  if (!tenantId) return refuse(deps, event, 'no operation has this id');
  const stores = deps.stores.open(tenantId);
  const found = await stores.records.get<MailOperation>(operationRecordId(messageId));
  if (found?.value.recipient !== pseudonymOf(await deps.keys.macKey(tenantId), recipient)) {
    return refuse(deps, event, 'the recipient is not the one of the operation');
  }
  const outcome = outcomeOf(status);
  if (!outcome) return null;
  const operation = found.value;
  const at = times.deliveryAttemptTimestamp ?? times.deliveryAttemptTimeStamp ?? instantOf(deps.clock.now());
  const span = {
    name: 'receiveDelivery',
    parent: operation.traceparent,
    attributes: { operation: messageId },
  };
  await deps.telemetry.span(span, () =>
    settle(deps, stores, operation, outcome, { at, providerEvent: parsed.data.id }),
  );
  return { tenantId, instances: instancesOf(operation) };
}

/** To the log first, so that a crash repeats it; then the operation is over. */
async function settle(
  { keys, clock, telemetry }: ReceiveDeps,
  stores: TenantStores,
  operation: MailOperation,
  outcome: NonNullable<ReturnType<typeof outcomeOf>>,
  { at, providerEvent }: { at: string; providerEvent: string },
): Promise<void> {
  const deps = { stores, keys, clock, telemetry };
  const word = { provider: 'acs' as const, providerEvent };
  if (outcome.delivered) await stateDelivered(deps, operation, { ...word, at: instantOf(millisOf(at)) });
  else if (await stateBounced(deps, operation, { ...word, status: outcome.status }))
    telemetry.measure('aispm.delivery.outcomes', 1, { outcome: 'bounced' });
  // A send that settles a moment later must not leave it open.
  await ended(stores, operation.operationId, outcome.delivered ? 'delivered' : 'bounced');
}

async function refuse(deps: ReceiveDeps, event: unknown, detail: string): Promise<null> {
  const bytes = jsonBytes(event);
  await deps.stores.unknownQuarantine.add({
    id: sha256Hex(`delivery\n${fromUtf8(bytes)}`),
    receivedAt: instantOf(deps.clock.now()),
    code: 'delivery_unknown',
    detail,
    index: 0,
    bytes: bytes.length,
    sender: 'event-grid',
  });
  deps.telemetry.measure('aispm.evidence.quarantined', 1, { code: 'delivery_unknown' });
  return null;
}
