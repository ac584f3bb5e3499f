import type { Tenant } from '../../schemas/tenant.js';
import type { Services } from '../../shared/services.js';
import { sampleStart } from '../../shared/usecases/sample/fixture.js';
import { readOnlyBlobs, readOnlyStores } from '../../shared/usecases/sample/read-only.js';
import { makeSample } from '../../shared/usecases/sample/sample-tenant.js';
import type { TenantServices } from '../http/tenant-services.js';

/** The sample as handlers are given it: as a tenant, for reading alone, and as the service that has no other tenant. */
export type Sample = {
  tenant: TenantServices;
  service: Services;
  document: { tenant: Tenant; etag: string };
};

/** One sample an instance, made at the first question and kept; the same on every instance. */
const made = new WeakMap<Services, Promise<Sample>>();

/** @throws Error where it could not be made, which is made again by the next question. */
export function sampleOf(services: Services): Promise<Sample> {
  const known = made.get(services);
  if (known !== undefined) return known;
  const making = openSample(services).catch((cause: unknown) => {
    made.delete(services);
    // A defect of ours, whatever it refused: never the caller's doing.
    throw new Error('the sample could not be made', { cause });
  });
  made.set(services, making);
  return making;
}

/**
 * Every port that holds or reaches something is one in memory. They are named one by one, so that a new port does not
 * compile before somebody has thought of it here.
 */
async function openSample(live: Services): Promise<Sample> {
  const { configuration, signatures, renderer, calendar, scratchLedger, pages } = live;
  const { runtimeKeys, ...ports } = live.sandbox('aispm-sample', sampleStart);
  const tenantId = await makeSample({ ...ports, runtimeKeys, signatures, renderer });
  const service: Services = {
    configuration,
    // The sample is of no deployment.
    build: null,
    signatures,
    renderer,
    calendar,
    scratchLedger,
    pages,
    evidenceOf: (document) => live.evidenceOf(document),
    sandbox: (seed, at) => live.sandbox(seed, at),
    random: (length) => live.random(length),
    ...ports,
  };
  const { stores, blobs, ...rest } = service;
  const own = readOnlyStores(stores.open(tenantId));
  const document = await own.tenant.get();
  if (document === null) throw new Error('the sample tenant is not there');
  const tenant: TenantServices = {
    ...rest,
    stores: own,
    blobs: readOnlyBlobs(blobs.open(tenantId)),
    registry: { rememberOperation: nothing, mailBudget: { get: nothing, put: nothing } },
  };
  return { tenant, service, document };
}

const nothing = (): Promise<never> => Promise.reject(new Error('the sample sends nothing'));
