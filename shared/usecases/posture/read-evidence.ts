import type { z } from 'zod';

import type {
  evidenceAnswerSchema,
  evidenceRowSchema,
  proofSchema,
} from '../../../schemas/answers/evidence.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { referencesId } from '../../core/projections/keys.js';
import type { EvidenceQuery, Page, StoredEvidence, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { proveInclusion, type LogDeps } from '../log/checkpoints.js';
import { withNames } from '../names.js';

type Loose<T> = { [Member in keyof T]: T[Member] | undefined };
export type EvidenceSearch = Loose<Omit<EvidenceQuery, 'limit' | 'untrusted'>> & {
  limit: number;
  trusted?: 'false' | undefined;
  references?: 'unresolved' | undefined;
};

/**
 * Admitted events, newest first; or those with references that lead nowhere.
 * @param tenant the public sample counts sample evidence, any other tenant live evidence
 * @throws Refusal `invalid_request` where these are asked for with another filter
 */
export async function searchEvidence(
  stores: TenantStores,
  { limit, references, trusted, ...filters }: EvidenceSearch,
  { sample }: Pick<Tenant, 'sample'>,
) {
  const untrusted = trusted === undefined ? undefined : sample ? ('sample' as const) : ('live' as const);
  const set = Object.entries({ ...filters, untrusted }).filter(([, value]) => value !== undefined);
  if (references !== undefined && set.some(([name]) => name !== 'cursor'))
    throw new Refusal('invalid_request', 'references is asked for without another filter');
  const page =
    references === undefined
      ? await foldedIn(
          stores,
          await stores.evidence.search({ ...Object.fromEntries(set), limit }),
          untrusted !== undefined,
        )
      : await unresolvedIn(stores, { limit, cursor: filters.cursor });
  const links = linksOf(stores.tenantId);
  const items = page.items.map(({ id, digest, event, admission }): z.infer<typeof evidenceRowSchema> => ({
    id,
    digest,
    type: event.type,
    source: event.source,
    ...(event.subject === undefined ? {} : { subject: event.subject }),
    time: event.time,
    receivedAt: admission.receivedAt,
    provenance: admission.provenance,
    signed: admission.signer !== null,
    links: links.evidence(id),
  }));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

/**
 * What is counted by what it says is what could be folded. A page is short of what could not, which is looked for only where
 * the log has any.
 */
async function foldedIn(
  { ledger }: TenantStores,
  page: Page<StoredEvidence>,
  counted: boolean,
): Promise<Page<StoredEvidence>> {
  if (!counted || page.items.length === 0) return page;
  const summary = (await ledger.read(['summary'])).get('summary');
  if (summary?.kind !== 'summary' || summary.totals['unfoldable'] === undefined) return page;
  const entries = await Promise.all(page.items.map(({ id }) => ledger.entryOf(id)));
  return { ...page, items: page.items.filter((_, at) => entries[at]?.unfoldable === undefined) };
}

/** A page may be short of its limit: evidence that was erased is in no list. */
async function unresolvedIn(
  { ledger, evidence }: TenantStores,
  { limit, cursor }: Pick<EvidenceSearch, 'limit' | 'cursor'>,
): Promise<Page<StoredEvidence>> {
  const page = await ledger.list({
    kind: 'references',
    where: { status: 'unresolved' },
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const found = await evidence.getMany(page.items.map(({ id }) => id.slice(referencesId('').length)));
  return { ...page, items: found.filter((one) => one !== null) };
}

/**
 * One event as it is stored, digested and logged. Names of a report's recipients are mail addresses, so they are joined
 * only for those who may see the tenant's recipients.
 * @throws Refusal `not_found`
 */
export async function readEvidence(
  stores: TenantStores,
  id: string,
  withRecipients: boolean,
): Promise<z.infer<typeof evidenceAnswerSchema>> {
  const [found, entry] = await Promise.all([stores.evidence.get(id), stores.ledger.entryOf(id)]);
  if (found === null) throw new Refusal('not_found', 'there is no such event');
  const { digest, event, admission } = found satisfies StoredEvidence;
  const links = linksOf(stores.tenantId);
  const { proof = '' } = links.evidence(id);
  const session = 'session' in event.data ? event.data.session : undefined;
  const { people, ...answer } = await withNames(stores.tenant, {
    id,
    digest,
    event,
    admission,
    log: entry === null ? null : { position: entry.position, sequencedAt: entry.sequencedAt },
    links: { proof, ...(session === undefined ? {} : { session: links.at('sessions', session) }) },
  });
  if (people === undefined) return answer;
  const hidden = withRecipients ? [] : recipientsIn(event.data);
  const shown = Object.entries(people).filter(([pseudonym]) => !hidden.includes(pseudonym));
  return { ...answer, people: Object.fromEntries(shown) };
}

const recipientsIn = (data: StoredEvidence['event']['data']): string[] => [
  ...('recipient' in data && data.recipient !== undefined ? [data.recipient] : []),
  ...('recipients' in data ? data.recipients : []),
];

/** An event's inclusion proof with the checkpoint it leads to. @throws Refusal `not_found` while it is not in the log. */
export async function readProof(deps: LogDeps, id: string): Promise<z.infer<typeof proofSchema>> {
  const links = linksOf(deps.stores.tenantId);
  const { evidence = '' } = links.evidence(id);
  return { ...(await proveInclusion(deps, id)), links: { evidence, keys: links.at('keys') } };
}
