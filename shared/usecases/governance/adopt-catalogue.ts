import type { z } from 'zod';

import type { catalogueAnswerSchema } from '../../../schemas/answers/controls.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { controlsOf } from '../../core/posture/catalogue.js';
import { catalogueVersions } from '../../core/posture/control.js';
import type { Clock, KeyRing, TenantStores } from '../../ports.js';
import { configIn } from '../tenants/config.js';
import { foldUntil } from '../log/fold.js';
import { linksOf } from '../links.js';
import { recordStatement } from '../log/record.js';

type Answer = z.infer<typeof catalogueAnswerSchema>;

/** Published versions of the catalogue, and the one that the tenant is judged by. */
export async function readCatalogue(stores: TenantStores): Promise<Answer> {
  const { catalogue, adopted } = await configIn(stores);
  const links = linksOf(stores.tenantId);
  return {
    inForce: catalogue,
    versions: catalogueVersions.map((version) => ({
      version,
      controls: (controlsOf(version) ?? []).map(({ id }) => id),
    })),
    links: { controls: links.at('controls'), ...links.evidence(adopted?.id ?? null) },
  };
}

const placeOf = (version: string): number => catalogueVersions.findIndex((one) => one === version);

/**
 * Adopts a published version; the one in force is adopted already. Everything is judged by it before the answer. Versions go
 * forward only: an earlier one asks less, for all controls at once and by one person. What a control should ask less is an
 * override, by two.
 * @throws Refusal `invalid_request` for a version that was never published; `conflict` for one before that in force
 */
export async function adoptCatalogue(
  deps: { stores: TenantStores; keys: KeyRing; clock: Clock },
  version: string,
  subject: string,
): Promise<Answer> {
  const { stores, keys, clock } = deps;
  if (controlsOf(version) === null)
    throw new Refusal(
      'invalid_request',
      `no such version is published: ${catalogueVersions.join(', ')} are`,
      { pointer: '/version' },
    );
  const { catalogue, adopted } = await configIn(stores);
  if (placeOf(version) < placeOf(catalogue))
    throw new Refusal(
      'conflict',
      `version ${catalogue} is in force, and an earlier one asks less: have single controls overridden instead`,
    );
  if (catalogue !== version) {
    const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
    await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
    // Named after what it follows, so that a retry meets its first try.
    const id = `catalogue-${version}-after-${adopted?.id.slice(0, 16) ?? 'none'}`;
    await recordStatement(deps, { name: 'catalogue.adopted', id, data: { version, actor } });
    await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, 0);
  }
  return readCatalogue(stores);
}
