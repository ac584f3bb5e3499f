import type { BlobStore, TenantStores } from '../../ports.js';

/** A write that a reader must never make. */
const refused = (): Promise<never> => Promise.reject(new Error('these stores are for reading'));

/** The same stores, for reading alone. */
export const readOnlyStores = ({
  tenantId,
  evidence,
  ledger,
  quarantine,
  tenant,
  records,
}: TenantStores): TenantStores => ({
  tenantId,
  evidence: { ...evidence, create: refused, retain: refused },
  ledger: { ...ledger, commit: refused },
  quarantine: { ...quarantine, add: refused },
  tenant: { ...tenant, put: refused, setDue: refused, remember: refused, forget: refused },
  records: { ...records, put: refused },
});

/** Blobs for reading alone: what exists may be made again, which changes nothing. */
export const readOnlyBlobs = (blobs: BlobStore): BlobStore => ({
  ...blobs,
  create: async (container, name) => ((await blobs.get(container, name)) === null ? refused() : false),
});
