import type { MailState } from '../../../schemas/delivery-validation.js';
import { anotherRound, type MailOperation } from '../../core/delivery/operation.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { recordFirst, type RecordDeps } from '../log/record.js';
import { reportInLog } from './decide-report.js';
import { operationRecordId } from './report-record.js';

/** What a person does about a mail that did not go as it should. */

export const resumedId = (operationId: string, round: number): string =>
  `report-resumed-${operationId}-${round}`;

/** The instance that drives a mail taken up again. */
export const resumedInstance = ({
  operationId,
  round,
}: Pick<MailOperation, 'operationId' | 'round'>): string => `${operationId}:${round}`;

/** Instances that wait for the provider's word on a mail. */
export const instancesOf = (operation: MailOperation): string[] => [
  operation.reportId,
  ...(operation.round === 0 ? [] : [resumedInstance(operation)]),
];

/**
 * Takes up a dead letter: it surely did not leave, so it is the same mail, tried anew. Said in the log first; repeated, as
 * after a crash, it is the same once more.
 * @returns the operation, which somebody must now drive.
 * @throws Refusal `not_found`; `conflict` for a mail that is no dead letter, or whose report was cancelled.
 */
export async function resumeDelivery(
  deps: RecordDeps,
  operationId: string,
  subject: string,
  reason: string | undefined,
): Promise<MailOperation> {
  const { stores, keys, clock } = deps;
  const { value: operation, etag } = await knownOperation(stores, operationId);
  const { round, reportId, recipient } = operation;
  if (operation.status === 'intended' && round > 0) return operation;
  if (operation.status !== 'dead_letter')
    throw new Refusal('conflict', `only a dead letter is taken up again; this mail is ${operation.status}`);
  if ((await reportInLog(deps, reportId)).status === 'cancelled')
    throw new Refusal('conflict', 'the report was cancelled');
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  const next = anotherRound(operation, clock.now());
  await recordFirst(deps, {
    name: 'report.resumed',
    id: resumedId(operationId, next.round),
    data: {
      report: reportId,
      operation: operationId,
      recipient,
      round: next.round,
      actor,
      ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
    },
  });
  await stores.records.put(operationRecordId(operationId), 'operation', next, etag);
  return (await knownOperation(stores, operationId)).value;
}

/** @throws Refusal `not_found` */
export async function knownOperation(
  stores: TenantStores,
  operationId: string,
): Promise<{ value: MailOperation; etag: string }> {
  const found = await stores.records.get<MailOperation>(operationRecordId(operationId));
  if (found === null) throw new Refusal('not_found', 'there is no such delivery');
  return found;
}

/** The mail as it stands, without the address. */
export function mailStateOf(stores: TenantStores, operation: MailOperation): MailState {
  const { operationId, reportId, recipient, status, attempts, detail } = operation;
  const links = linksOf(stores.tenantId);
  return {
    operation: operationId,
    report: reportId,
    recipient,
    status,
    attempts,
    ...(detail === undefined ? {} : { detail }),
    links: { report: links.at('reports', reportId) },
  };
}
