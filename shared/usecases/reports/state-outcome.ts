import type { EventData } from '../../../schemas/events/types.js';
import type { MailOperation } from '../../core/delivery/operation.js';
import type { MailProvider, Telemetry } from '../../ports.js';
import { recordFirst, type RecordDeps } from '../log/record.js';

/*
 * The outcome of a mail, as the log says it. The id holds the outcome and not who spoke of it: a provider says the same more
 * than once, a recipient may confirm what the provider has said, and the first of each kind stands.
 */

/** `providerEvent`: the provider's own event, or in a word who else says so. */
type Word = { provider: MailProvider['name']; providerEvent: string };

const ofMail = ({ reportId, operationId, recipient }: MailOperation, { provider, providerEvent }: Word) => ({
  report: reportId,
  operation: operationId,
  recipient,
  provider,
  providerEvent,
});

/** @param at instant at which it arrived */
export async function stateDelivered(
  deps: RecordDeps & { telemetry: Telemetry },
  operation: MailOperation,
  { at, ...word }: Word & { at: string },
): Promise<void> {
  const first = await recordFirst(deps, {
    name: 'report.delivered',
    id: `report-delivered-${operation.operationId}`,
    data: { ...ofMail(operation, word), deliveredAt: at },
  });
  if (first) deps.telemetry.measure('aispm.delivery.outcomes', 1, { outcome: 'delivered' });
}

/** @returns whether this was the first word of it */
export const stateBounced = (
  deps: RecordDeps,
  operation: MailOperation,
  { status, detail, ...word }: Word & Pick<EventData<'report.bounced'>, 'status' | 'detail'>,
): Promise<boolean> =>
  recordFirst(deps, {
    name: 'report.bounced',
    id: `report-bounced-${operation.operationId}`,
    data: { ...ofMail(operation, word), status, ...(detail === undefined ? {} : { detail }) },
  });
