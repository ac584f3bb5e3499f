import type { z } from 'zod';

import type { archiveViewSchema, quarterArchivesSchema } from '../../../schemas/answers/reviews.js';
import { archiveSignOffs, operatingReviewSections, signOffNameSchema } from '../../../schemas/sign-offs.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { signOffOwners } from '../../core/reviews/owners.js';
import { quarterOf } from '../../core/reviews/quarters.js';
import type { BlobStore, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { serviceSource } from '../log/record.js';
import type { ArchiveRecord } from './close-archive.js';
import { archiveBlob } from './open-archive.js';
import { givenIn, tenantItem } from './sign-off.js';

/** A quarter with its sign-offs, given and missing, and its archives. */
export async function readArchives(
  stores: TenantStores,
  { settings: { timeZone: zone } }: Tenant,
  period: string,
): Promise<z.infer<typeof quarterArchivesSchema>> {
  const { from, to } = quarterOf(period, zone);
  const item = await tenantItem(stores);
  const links = linksOf(stores.tenantId);
  const base = ['archives', period] as const;
  const archives = await archivesOf(stores, period);
  return {
    period,
    from,
    to,
    zone,
    signOffs: [...archiveSignOffs, ...operatingReviewSections].map((name) => {
      const given = givenIn(item, period, name);
      return {
        name,
        role: signOffOwners[name],
        given: given === null ? null : { at: given.time, evidenceId: given.id },
        links: { signOff: links.at(...base, 'sign-offs', name), ...links.evidence(given?.id ?? null) },
      };
    }),
    archives: await Promise.all(archives.map((record) => archiveView(stores, record))),
    links: {
      self: links.at(...base),
      close: links.at(...base, 'close'),
      ...(archives.length === 0 ? {} : { file: links.at(...base, 'file') }),
    },
  };
}

/** An archive as its record and the log tell it. */
export async function archiveView(
  stores: TenantStores,
  { signOffs, actor, ...record }: ArchiveRecord,
): Promise<z.infer<typeof archiveViewSchema>> {
  const id = evidenceIdOf(serviceSource.uri, `archive-closed-${record.archive}`);
  const closed = (await stores.ledger.known([id])).has(id);
  const links = linksOf(stores.tenantId);
  return {
    ...record,
    closed,
    onDemand: actor !== undefined,
    signOffs: signOffs.map(({ name, ...rest }) => ({ name: signOffNameSchema.parse(name), ...rest })),
    links: {
      quarter: links.at('archives', record.period),
      file: links.at('archives', record.period, 'file'),
      ...links.evidence(closed ? id : null),
    },
  };
}

/** The ZIP of the quarter's newest archive, checked before it leaves. @throws Refusal `not_found` where none was built. */
export async function archiveFile(
  { stores, blobs }: { stores: TenantStores; blobs: BlobStore },
  period: string,
): Promise<{ bytes: Uint8Array; digest: string }> {
  const [newest] = await archivesOf(stores, period);
  if (newest === undefined) throw new Refusal('not_found', 'no archive of this quarter was built');
  const bytes = await blobs.get('reports', archiveBlob(stores.tenantId, newest.digest));
  if (!bytes || sha256Hex(bytes) !== newest.digest) throw new Error('an archive is missing or was changed');
  return { bytes, digest: newest.digest };
}

/** Newest first. */
async function archivesOf(stores: TenantStores, period: string): Promise<ArchiveRecord[]> {
  const found: ArchiveRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await stores.records.list<ArchiveRecord>({
      kind: 'archive',
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items.filter((record) => record.period === period));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found.sort((a, b) => (a.builtAt < b.builtAt ? 1 : -1));
}
