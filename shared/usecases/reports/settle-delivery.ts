import { confirmationCode, isCode } from '../../core/delivery/confirmation.js';
import type { MailOperation } from '../../core/delivery/operation.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import type { MailProvider, Telemetry, TenantStores } from '../../ports.js';
import { recordFirst, type RecordDeps } from '../log/record.js';
import { operationRecordId } from './report-record.js';
import { knownOperation } from './resume-delivery.js';
import { stateDelivered } from './state-outcome.js';

/* What persons say of a mail that no provider speaks of: its recipient that it arrived, an operator that it did not. */

type SettleDeps = RecordDeps & { mail: Pick<MailProvider, 'name'>; telemetry: Telemetry };

/**
 * The recipient says that the mail arrived, by the code in it: that is as good as the provider's word.
 * @throws Refusal `not_found`; `conflict` for another code, or a mail that never left or has come to an end.
 */
export async function confirmDelivery(
  deps: SettleDeps,
  operationId: string,
  code: string,
): Promise<MailOperation> {
  const { stores, keys, clock, mail } = deps;
  const { value: operation } = await knownOperation(stores, operationId);
  if (!isCode(code, confirmationCode(await keys.macKey(stores.tenantId), operationId)))
    throw new Refusal('conflict', 'the code is not the one in that mail');
  if (operation.status === 'delivered') return operation;
  if (operation.status !== 'accepted' && operation.status !== 'unconfirmed')
    throw new Refusal('conflict', `a mail that is ${operation.status} is not confirmed`);
  const at = instantOf(clock.now());
  await stateDelivered(deps, operation, { provider: mail.name, providerEvent: 'confirmed-by-recipient', at });
  return ended(stores, operationId, 'delivered');
}

/**
 * An operator asked the recipient, who does not have the mail: it is unconfirmed no more, it has failed.
 * @throws Refusal `not_found`; `conflict` for a mail that is not unconfirmed.
 */
export async function writeOffDelivery(
  deps: SettleDeps,
  operationId: string,
  subject: string,
  reason: string,
): Promise<MailOperation> {
  const { stores, keys } = deps;
  const { value: operation } = await knownOperation(stores, operationId);
  if (operation.status !== 'unconfirmed')
    throw new Refusal('conflict', `only an unconfirmed mail is written off; this one is ${operation.status}`);
  const { reportId, recipient } = operation;
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  await recordFirst(deps, {
    name: 'report.failed',
    id: `report-written-off-${operationId}`,
    data: {
      report: reportId,
      operation: operationId,
      recipient,
      outcome: 'failed',
      detail: removeSecretsAndAddresses(reason).text,
      actor,
    },
  });
  return ended(stores, operationId, 'failed');
}

/** The operation is over, whoever else writes to it. The log has said so before. */
export async function ended(
  stores: TenantStores,
  operationId: string,
  status: 'delivered' | 'bounced' | 'failed',
): Promise<MailOperation> {
  for (;;) {
    const { value, etag } = await knownOperation(stores, operationId);
    const next: MailOperation = { ...value, pending: null, status };
    if ((await stores.records.put(operationRecordId(operationId), 'operation', next, etag)) !== null)
      return next;
  }
}
