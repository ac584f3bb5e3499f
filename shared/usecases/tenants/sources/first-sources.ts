import type { Tenant } from '../../../../schemas/tenant.js';
import {
  contentDigest,
  refuseUnfit,
  sourceIn,
  withSource,
  type Registered,
} from '../../../core/ingest/registration.js';
import { Refusal } from '../../../core/kernel/refusal.js';
import { serviceSource } from '../../log/record.js';

/*
 * The sources that a tenant begins with are said by one person, who creates it: nothing stands there yet that another
 * would have to trust. Any other, and any change of one by which it may say more, takes two (change-requests.ts).
 */

/** @throws Refusal `invalid_request` for a name that only the service has, an unfit key and a type that no sender posts. */
export function refuseUnfitSource(source: Registered): void {
  if (source.id === serviceSource.id || source.uri === serviceSource.uri)
    throw new Refusal('invalid_request', 'this source is the service itself', {
      ...(source.uri === serviceSource.uri ? { pointer: '/uri' } : {}),
    });
  refuseUnfit(source);
}

/** As for one source, with the place of each. */
export const refuseUnfitSources = (sources: readonly Registered[]): void =>
  sources.forEach((source, at) => within(at, () => refuseUnfitSource(source)));

/** A new tenant with its first sources. @throws Refusal `conflict` for two of one uri or id */
export const withFirstSources = (tenant: Tenant, sources: readonly Registered[]): Tenant =>
  sources.reduce(
    (before, source, at) =>
      within(at, () => {
        if (sourceIn(before, source.id) !== undefined)
          throw new Refusal('conflict', 'another source has this id', { pointer: '/id' });
        return withSource(before, source);
      }),
    tenant,
  );

/** Said again, they are what they are. @throws Refusal `conflict` for one that the tenant does not have, exactly so. */
export function refuseOtherSources(tenant: Tenant, sources: readonly Registered[]): void {
  const other = sources.findIndex(
    (source) => contentDigest(sourceIn(tenant, source.id)) !== contentDigest(source),
  );
  if (other >= 0)
    throw new Refusal(
      'conflict',
      'the first sources are said when the tenant is created; later, one by one',
      {
        pointer: `/sources/${other}`,
      },
    );
}

/** Pointers into a source become pointers into the body that lists it. */
function within<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const pointer = `/sources/${at}${error.more.pointer ?? ''}`;
    throw new Refusal(error.code, error.message, { ...error.more, pointer, cause: error });
  }
}
