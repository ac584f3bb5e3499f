import { archiveSignOffs, operatingReviewSections, type SignOffName } from '../../schemas/sign-offs.js';
import { tenantSchema, type Tenant } from '../../schemas/tenant.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { instantOf } from '../../shared/core/kernel/time.js';
import { signOffOwners } from '../../shared/core/reviews/owners.js';
import {
  closeArchive,
  type ArchiveDeps,
  type ArchiveRecord,
} from '../../shared/usecases/archive/close-archive.js';
import { recordSignOff } from '../../shared/usecases/archive/sign-off.js';
import { recordStatement } from '../../shared/usecases/log/record.js';

/* A tenant whose quarter is signed off, for tests of what rests on it. */

export const quarterNow = (now: number): string =>
  `${instantOf(now).slice(0, 4)}-Q${Math.ceil(Number(instantOf(now).slice(5, 7)) / 3)}`;

/** The tenant with its key, as onboarding leaves it. */
export async function onboarded({ stores, keys, clock }: ArchiveDeps): Promise<Tenant> {
  const { keyId, publicKey } = await keys.ensure(stores.tenantId);
  const at = instantOf(clock.now());
  const key = {
    keyId,
    algorithm: 'Ed25519',
    publicKey: Buffer.from(publicKey).toString('base64'),
    createdAt: at,
  };
  const tenant = tenantSchema.parse({
    tenantId: stores.tenantId,
    revision: 1,
    createdAt: at,
    sample: false,
    settings: { displayName: 'Harbour', timeZone: 'UTC' },
    sources: [],
    members: [],
    keys: [key],
  });
  await stores.tenant.put(tenant, (await stores.tenant.get())?.etag ?? null);
  return tenant;
}

/** A drill that passed now, as the service records one. @returns its evidence id. */
export async function passedDrill(deps: ArchiveDeps, drill = 'drill-1'): Promise<string> {
  const at = instantOf(deps.clock.now());
  const data = { drill, startedAt: at, endedAt: at, outcome: 'passed' } as const;
  return (await recordStatement(deps, { name: 'drill.recorded', id: drill, data })).evidence.id;
}

/** One sign-off by its owner. */
export const signedOff = (
  deps: ArchiveDeps,
  tenant: Tenant,
  signOff: SignOffName,
  evidenceIds: string[],
  period = quarterNow(deps.clock.now()),
): Promise<void> =>
  recordSignOff(
    deps,
    tenant,
    { period, signOff },
    { notes: 'as it should be', evidenceIds },
    { subject: `${signOffOwners[signOff]}-1`, roles: [signOffOwners[signOff]] },
  );

/** All sign-offs of the quarter, sections first. */
export async function allSignedOff(deps: ArchiveDeps, tenant: Tenant, period?: string): Promise<void> {
  const drill = await passedDrill(deps);
  for (const name of [...operatingReviewSections, ...archiveSignOffs])
    await signedOff(deps, tenant, name, name === 'advisory_drill_closeout' ? [] : [drill], period);
}

/** A quarter signed off and its archive closed on demand. */
export async function closedArchive(
  deps: Omit<ArchiveDeps, 'renderer'>,
  now: () => number,
): Promise<ArchiveRecord> {
  const own: ArchiveDeps = { ...deps, renderer: reportRenderer };
  const tenant = await onboarded(own);
  await allSignedOff(own, tenant);
  return closeArchive(own, tenant, quarterNow(now()), 'operator-1', 'key-1');
}

export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
