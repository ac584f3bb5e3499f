import type { DisabledRecipient } from '../../../schemas/delivery-validation.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Stamp } from '../../core/projections/facts.js';
import { disabledRecipients } from '../../core/projections/items.js';
import { tenantItemId } from '../../core/projections/keys.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { recordFirst, type RecordDeps } from '../log/record.js';

async function disabledIn(stores: TenantStores): Promise<Map<string, Stamp>> {
  const item = (await stores.ledger.read([tenantItemId])).get(tenantItemId);
  return item?.kind === 'item' ? disabledRecipients(item) : new Map<string, Stamp>();
}

/** Recipients that a hard bounce disabled and nobody cleared since, each with its place in the tenant's settings. */
export async function listDisabled(
  { stores, keys }: Pick<RecordDeps, 'stores' | 'keys'>,
  tenant: Tenant,
): Promise<DisabledRecipient[]> {
  const links = linksOf(stores.tenantId);
  const macKey = await keys.macKey(stores.tenantId);
  const listed = tenant.settings.reports.recipients.map(({ address }) => pseudonymOf(macKey, address));
  return [...(await disabledIn(stores))].map(([recipient, { time, id }]) => {
    const at = listed.indexOf(recipient);
    return {
      recipient,
      since: time,
      pointer: at < 0 ? null : `/settings/reports/recipients/${at}/address`,
      links: { ...links.evidence(id), clear: links.at('recipients', recipient, 'clear') },
    };
  });
}

/**
 * An operator has looked after a recipient that a hard bounce disabled: mails go there again. Repeated, it is done once.
 * @throws Refusal `not_found` for a recipient that is not disabled.
 */
export async function clearRecipient(
  deps: RecordDeps,
  recipient: string,
  subject: string,
  reason: string,
): Promise<void> {
  const { stores, keys } = deps;
  const bounce = (await disabledIn(stores)).get(recipient);
  if (bounce === undefined) throw new Refusal('not_found', 'no such recipient is disabled');
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  await recordFirst(deps, {
    name: 'recipient.cleared',
    id: `recipient-cleared-${bounce.id}`,
    data: { recipient, actor, reason: removeSecretsAndAddresses(reason).text },
  });
}
