import { z } from 'zod';

import { outcomeOf, type MailOperation } from '../../core/delivery/operation.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { fromUtf8 } from '../../core/kernel/bytes.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import { jsonBytes } from '../quarantine.js';
import { recordFirst } from '../record.js';
import type { Clock, KeyRing, Stores, TenantStores } from '../../ports.js';
import { operationRecordId } from './report-record.js';

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

export type ReceiveDeps = { stores: Stores; keys: KeyRing; clock: Clock };

/**
 * Takes the provider's word on one mail. It must match an operation that we began, by id and by recipient, else it is
 * quarantined: an event is not signed, and anyone who learns an operation's id could claim a delivery.
 * @returns the report to wake, or null where the event says nothing final or was quarantined.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  event: unknown,
): Promise<{ tenantId: string; reportId: string } | null> {
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
  const common = {
    report: operation.reportId,
    operation: messageId,
    recipient: operation.recipient,
    provider: 'acs' as const,
    providerEvent: parsed.data.id,
  };
  const at = times.deliveryAttemptTimestamp ?? times.deliveryAttemptTimeStamp ?? instantOf(deps.clock.now());
  const recordDeps = { stores, keys: deps.keys, clock: deps.clock };
  // The id holds the outcome, not the event: the provider sends one more than once, and the first of each kind stands.
  if (outcome.delivered) {
    await recordFirst(recordDeps, {
      name: 'report.delivered',
      id: `report-delivered-${messageId}`,
      data: { ...common, deliveredAt: instantOf(millisOf(at)) },
    });
  } else {
    await recordFirst(recordDeps, {
      name: 'report.bounced',
      id: `report-bounced-${messageId}`,
      data: { ...common, status: outcome.status },
    });
  }
  await end(stores, messageId, outcome.delivered ? 'delivered' : 'bounced');
  return { tenantId, reportId: operation.reportId };
}

/** Ends the operation, whoever else writes to it: a send that settles a moment later must not leave it open. */
async function end(stores: TenantStores, id: string, status: 'delivered' | 'bounced'): Promise<void> {
  for (;;) {
    const found = await stores.records.get<MailOperation>(operationRecordId(id));
    if (!found) throw new Error('an operation record vanished');
    const ended: MailOperation = { ...found.value, pending: null, status };
    if ((await stores.records.put(operationRecordId(id), 'operation', ended, found.etag)) !== null) return;
  }
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
  return null;
}
