import type { z } from 'zod';

import type { packLinkSchema } from '../../../schemas/answers/delivery.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { hmacSha256Hex } from '../../core/kernel/hash.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { hour, instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import type { Page, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { recordStatement } from '../log/record.js';
import { loadReport, type Artifact, type ReportDeps, type ReportRecord } from '../reports/report-record.js';
import { artifactOf, type ArtifactBytes } from '../reports/view-report.js';

/*
 * A pack that is confidential, or too large for a mail, is not attached: the mail carries a link. It opens for a signed-in
 * reader of the tenant alone, until it expires or is taken back, and every use of it is evidence. What is refused is bounded:
 * a reader who comes too late is told of once an hour, strangers are counted by link and hour (denied.ts). The link itself
 * gives no right; so that nobody learns from its form what it leads to, its id is keyed.
 */

type Link = {
  id: string;
  report: string;
  operation: string;
  recipient: string;
  createdAt: string;
  expiresAt: string;
  revoked?: { at: string; by: string; reason?: string };
};
type LinkAnswer = z.infer<typeof packLinkSchema>;

const recordId = (id: string): string => `pack-link:${id}`;
const kindOf = (report: string): string => `pack-link:${report}`;

/** How a pack leaves: `attach`, or behind a link; `notice`: then the mail tells nothing of what is in it. */
export type Leaves = { attach: true } | { attach: false; link: string; linkUntil: string; notice: boolean };

/**
 * Says how the pack of one mail leaves, and makes its link where it needs one: the same link however often it is asked.
 * @returns in words why it cannot leave at all
 */
export async function leavesAs(
  deps: ReportDeps,
  { settings }: Tenant,
  record: Pick<ReportRecord, 'id' | 'type' | 'publicSafe'>,
  { operationId, recipient }: { operationId: string; recipient: string },
  pack: Pick<Artifact, 'bytes'>,
): Promise<Leaves | string> {
  const { aboveBytes, confidential, validHours } = settings.reports.links;
  const notice = !record.publicSafe && confidential.some((type) => type === record.type);
  if (!notice && pack.bytes <= aboveBytes) return { attach: true };
  if (record.publicSafe)
    return 'the report is too large for a mail, and a link to it would name the tenant that it does not name';
  if (deps.publicUrl === undefined)
    return 'the report goes out as a link, and this deployment does not know its public address';
  const { stores, keys, clock } = deps;
  const id = hmacSha256Hex(await keys.macKey(stores.tenantId), utf8(`pack-link\n${operationId}`)).slice(
    0,
    32,
  );
  const now = clock.now();
  const link: Link = {
    id,
    report: record.id,
    operation: operationId,
    recipient,
    createdAt: instantOf(now),
    expiresAt: instantOf(now + validHours * hour),
  };
  await stores.records.put(recordId(id), kindOf(record.id), link, null);
  const { value } = await found(stores, id);
  // The page, where a reader signs in first: a browser that follows a link brings no token.
  const address = `${deps.publicUrl}/console/tenants/${stores.tenantId}/packs/${id}`;
  return { attach: false, link: address, linkUntil: value.expiresAt, notice };
}

/**
 * Opens a link: the bytes of the report behind it. That it was used is evidence, and that a use was refused.
 * @throws Refusal `not_found` for no link of this tenant, and for one that has expired or was taken back
 */
export async function openPack(
  deps: ReportDeps,
  id: string,
  format: string,
  subject: string,
): Promise<ArtifactBytes> {
  const { stores, keys, clock } = deps;
  const { value: link } = await found(stores, id);
  const now = clock.now();
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  const state = stateOf(link, now);
  const read = state === 'open' ? await artifactOf(deps, link.report, format) : null;
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  const told = instantOf(state === 'open' ? now : now - (now % hour));
  await recordStatement(deps, {
    name: 'report.retrieved',
    id: `report-retrieved-${id}-${format}-${actor}-${told}${state === 'open' ? '' : `-${state}`}`,
    data: { report: link.report, format, actor, link: id, outcome: state === 'open' ? 'served' : state },
  });
  if (read === null)
    throw new Refusal('not_found', state === 'revoked' ? 'the link was taken back' : 'the link has expired');
  return read;
}

const stateOf = ({ revoked, expiresAt }: Link, now: Millis): 'open' | 'revoked' | 'expired' =>
  revoked !== undefined ? 'revoked' : millisOf(expiresAt) <= now ? 'expired' : 'open';

/** Takes a link back, for good. Taking it back again changes nothing. @throws Refusal `not_found` */
export async function revokePack(
  deps: ReportDeps,
  id: string,
  subject: string,
  reason?: string,
): Promise<LinkAnswer> {
  const { stores, keys, clock } = deps;
  const by = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: by, name: subject }]);
  for (;;) {
    const { value, etag } = await found(stores, id);
    const revoked = value.revoked ?? {
      at: instantOf(clock.now()),
      by,
      ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
    };
    const link: Link = { ...value, revoked };
    // The record first: from here on nobody is let in. Dies behind it, and taking it back again completes the log.
    if (
      value.revoked === undefined &&
      (await stores.records.put(recordId(id), kindOf(value.report), link, etag)) === null
    )
      continue;
    const { reason: why } = revoked;
    await recordStatement(deps, {
      name: 'report.revoked',
      id: `report-revoked-${id}`,
      data: {
        report: value.report,
        link: id,
        actor: revoked.by,
        ...(why === undefined ? {} : { reason: why }),
      },
    });
    return answerOf(deps, link);
  }
}

/** The links that a report went out with. */
export async function listPacks(
  deps: Pick<ReportDeps, 'stores' | 'clock'>,
  report: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<LinkAnswer>> {
  await loadReport(deps.stores, report);
  const page = await deps.stores.records.list<Link>({
    kind: kindOf(report),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const items = await Promise.all(page.items.map((link) => answerOf(deps, link)));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

/** What a link leads to; null where there is none. */
export async function knownPack(
  { records }: Pick<TenantStores, 'records'>,
  id: string,
): Promise<{ link: string; report: string } | null> {
  const link = await records.get<Link>(recordId(id));
  return link === null ? null : { link: id, report: link.value.report };
}

async function found(stores: TenantStores, id: string): Promise<{ value: Link; etag: string }> {
  const link = await stores.records.get<Link>(recordId(id));
  if (link === null) throw new Refusal('not_found', 'there is no such link');
  return link;
}

async function answerOf(
  { stores, clock }: Pick<ReportDeps, 'stores' | 'clock'>,
  link: Link,
): Promise<LinkAnswer> {
  const { at } = linksOf(stores.tenantId);
  const state = stateOf(link, clock.now());
  return withNames(stores.tenant, {
    ...link,
    state,
    links: {
      self: at('packs', link.id),
      revoke: at('packs', link.id, 'revoke'),
      report: at('reports', link.report),
    },
  });
}
