import type { z } from 'zod';

import type { erasureSchema } from '../../../schemas/answers/custody.js';
import type { Tenant } from '../../../schemas/tenant.js';
import type { Recipient } from '../../core/delivery/recipient-policy.js';
import { asPseudonym, isPseudonym, pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import { changeTenant, type TenantDeps } from './manage-tenants.js';
import { recordStatement } from '../log/record.js';

/**
 * Erases a person: the name behind a pseudonym, memberships and report recipients under it. Everything else that the
 * service keeps knows the pseudonym only, so the log still verifies and nothing leads from it to the person. Evidence
 * first, without the name; dies in between: the same again completes it.
 * @throws Refusal `conflict` while a legal hold stands; `invalid_request` for a reason that names the person.
 */
export async function erasePerson(
  deps: TenantDeps,
  { person, reason }: { person: string; reason: string },
  actor: string,
): Promise<z.infer<typeof erasureSchema>> {
  const { stores, keys, clock } = deps;
  const macKey = await keys.macKey(stores.tenantId);
  const pseudonym = asPseudonym(macKey, person);
  const found = await stores.tenant.get();
  if (found === null) throw new Refusal('not_found', 'there is no such tenant');
  if (found.tenant.legalHold !== undefined)
    throw new Refusal('conflict', 'a legal hold stands: nothing is deleted and nobody is erased');
  const is = (name: string | undefined): boolean =>
    name !== undefined && pseudonymOf(macKey, name) === pseudonym;
  const known = (await stores.tenant.names([pseudonym])).get(pseudonym);
  refuseNaming(reason, [known, isPseudonym(person) ? undefined : person]);
  const own = pseudonymOf(macKey, actor);
  if (own !== pseudonym) await stores.tenant.remember([{ pseudonym: own, name: actor }]);
  const { evidence } = await recordStatement(deps, {
    name: 'person.erased',
    id: `person-erased-${pseudonym}-${instantOf(clock.now())}`,
    data: { person: pseudonym, actor: own, reason: removeSecretsAndAddresses(reason).text },
  });
  const { members, memberChanges, settings, grants } = found.tenant;
  const listed = [...members, ...memberChanges, ...grants].some(({ subject }) => is(subject));
  const mailed = settings.reports.recipients.some((r) => isRecipient(r, is));
  if (listed || mailed)
    await changeTenant(deps, { change: 'member', subject: 'member', actor, apply: (t) => without(t, is) });
  // Last: until then a repeat finds by the name what is left, and the change before may have named the person again.
  await stores.tenant.forget(pseudonym);
  return {
    person: pseudonym,
    evidence: evidence.id,
    erased: { name: known !== undefined, member: listed, recipient: mailed },
  };
}

const isRecipient = (
  { address, displayName, member }: Recipient,
  is: (name: string | undefined) => boolean,
): boolean => is(address) || is(displayName) || is(member);

function without(tenant: Tenant, is: (name: string | undefined) => boolean): Tenant {
  const { reports } = tenant.settings;
  const recipients = reports.recipients.filter((r) => !isRecipient(r, is));
  return {
    ...tenant,
    members: tenant.members.filter(({ subject }) => !is(subject)),
    memberChanges: tenant.memberChanges.filter(({ subject }) => !is(subject)),
    grants: tenant.grants.filter(({ subject }) => !is(subject)),
    settings: { ...tenant.settings, reports: { ...reports, recipients } },
  };
}

/** The reason stands in the log for good. */
function refuseNaming(reason: string, names: readonly (string | undefined)[]): void {
  const text = reason.normalize('NFKC').toLowerCase();
  const named = names.some((n) => n !== undefined && text.includes(n.normalize('NFKC').trim().toLowerCase()));
  if (named)
    throw new Refusal(
      'invalid_request',
      'the reason names the person, and it could never be erased from the log',
      {
        pointer: '/reason',
      },
    );
}
