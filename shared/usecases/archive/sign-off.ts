import type { z } from 'zod';

import type { signOffBodySchema } from '../../../schemas/answers/reviews.js';
import { operatingReviewSections, type SignOffName } from '../../../schemas/sign-offs.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, millisOf, type Millis } from '../../core/kernel/time.js';
import type { Item } from '../../core/projections/documents.js';
import { tenantItemId } from '../../core/projections/keys.js';
import { signOffKey } from '../../core/projections/operations.js';
import { signOffOwners } from '../../core/reviews/owners.js';
import { hasBegun, quarterOf } from '../../core/reviews/quarters.js';
import type { TenantStores } from '../../ports.js';
import { recordStatement, serviceSource, type RecordDeps } from '../log/record.js';
import type { Person } from '../reviews/acknowledge.js';

/** What people sign off for a quarter. */
export type SignOffOrder = { period: string; signOff: SignOffName };

/** A drill that is older shows nothing about the quarter. */
const drillDays = 100;

/**
 * A person of the named role signs something off for a quarter, once; the same again by the same person is no second one.
 * The drill's closeout rests on a passed drill, the customer operating review on each of its sections, everything else on
 * the events it names.
 * @throws Refusal `forbidden` without the role; `invalid_request` for a quarter that has not begun, or an event that is
 * not in the log; `conflict` without what it rests on, or where it was signed off by another or in other words.
 */
export async function recordSignOff(
  deps: RecordDeps,
  { settings: { timeZone } }: Tenant,
  { period, signOff }: SignOffOrder,
  { notes, evidenceIds }: z.output<typeof signOffBodySchema>,
  { subject, roles }: Person,
): Promise<void> {
  const { stores, keys, clock } = deps;
  const role = signOffOwners[signOff];
  if (!roles.includes(role)) throw new Refusal('forbidden', `${signOff} is signed off by the role ${role}`);
  if (!hasBegun(quarterOf(period, timeZone), timeZone, clock.now()))
    throw new Refusal('invalid_request', 'the quarter has not begun');
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  const said = { signOff, period, role, actor, notes: removeSecretsAndAddresses(notes).text };
  const first = await firstOf(stores, said);
  if (first !== null && (first.actor !== actor || first.notes !== said.notes))
    throw new Refusal('conflict', 'it was signed off already, by another person or in other words');
  // Who repeats what they said is answered as the first time, whatever it rested on has become since.
  const data = first ?? { ...said, evidenceIds: await evidenceOf(deps, said, evidenceIds) };
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  await recordStatement(deps, {
    name: 'signoff.recorded',
    id: eventId(data),
    subject: `signoff:${period}/${signOff}`,
    data,
  });
}

/** What a sign-off rests on: what it must, and what was named. */
async function evidenceOf(
  { stores, clock }: RecordDeps,
  { period, signOff }: SignOffOrder,
  named: readonly string[],
): Promise<string[]> {
  const known = await stores.ledger.known(named);
  if (named.some((id) => !known.has(id)))
    throw new Refusal('invalid_request', 'evidenceIds names an event that is not in the log', {
      pointer: '/evidenceIds',
    });
  const resting = restsOn(await tenantItem(stores), period, signOff, clock.now());
  if (resting.length + named.length === 0 && !isSection(signOff))
    throw new Refusal('conflict', `${signOff} rests on evidence: name the events in evidenceIds`);
  return [...new Set([...resting, ...named])];
}

/** The tenant's item, where proofs and sign-offs stand; null before there is any. */
export async function tenantItem({ ledger }: TenantStores): Promise<Item | null> {
  const item = (await ledger.read([tenantItemId])).get(tenantItemId);
  return item?.kind === 'item' ? item : null;
}

/** The sign-off of a quarter as the log has it. */
export const givenIn = (item: Item | null, period: string, name: SignOffName) =>
  item?.signOffs?.[signOffKey(period, name)] ?? null;

const isSection = (signOff: SignOffName): boolean =>
  operatingReviewSections.some((section) => section === signOff);

function restsOn(item: Item | null, period: string, signOff: SignOffName, now: Millis): string[] {
  if (signOff === 'advisory_drill_closeout') {
    const drill = item?.proofs?.['drill.recorded'];
    const recent = drill !== undefined && now - millisOf(drill.time) <= drillDays * day;
    if (!recent || !drill.passed)
      throw new Refusal('conflict', `no drill passed within the last ${drillDays} days`);
    return [drill.id];
  }
  if (signOff !== 'customer_operating_review') return [];
  const missing = operatingReviewSections.filter((section) => givenIn(item, period, section) === null);
  if (missing.length > 0)
    throw new Refusal('conflict', `sections of the review are not signed off: ${missing.join(', ')}`);
  return operatingReviewSections.flatMap((section) => givenIn(item, period, section)?.id ?? []);
}

const eventId = ({ period, signOff }: SignOffOrder): string => `signoff-${period}-${signOff}`;

async function firstOf(stores: TenantStores, order: SignOffOrder) {
  const first = await stores.evidence.get(evidenceIdOf(serviceSource.uri, eventId(order)));
  return first?.event.type === 'aispm.signoff.recorded' ? first.event.data : null;
}
