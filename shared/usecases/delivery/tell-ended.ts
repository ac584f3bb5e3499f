import type { Tenant } from '../../../schemas/tenant.js';
import type { EndedGrant } from '../../core/delivery/ended-grants.js';
import type { Recipient } from '../../core/delivery/recipient-policy.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import type { Finding } from '../../core/projections/documents.js';
import { findingId } from '../../core/projections/keys.js';
import type { LedgerStore } from '../../ports.js';
import { foldUntil } from '../log/fold.js';
import { readSome } from '../read-some.js';
import { recordFirst } from '../log/record.js';
import type { Produce, ReportDeps } from '../reports/report-record.js';
import { personOf, raiseNotice } from './notices.js';

type Deps = ReportDeps & { produce: Produce };
type Ended = EndedGrant & { owner?: string };

/**
 * What one tick tells: all that had ended when it began. It is kept before anything is told and closed when all of it is,
 * so that whoever dies half way is followed by a tick that tells the same, in the same mails.
 */
type Batch = { ended: Ended[]; told: boolean };

const batchId = 'ended-grants';
/** Of one batch; what is beyond it is the next one. */
const mostInBatch = 1000;

/**
 * Brings a tenant's log to now, and says of each acceptance and dismissal that ended that it did: one event, one warning in
 * telemetry, which an alert can hang on, and whatever ended one mail to the operators and one to each owner. The finding
 * has been open since the instant of the end already; this tells of it by the next tick.
 * @returns how many were told
 */
export async function tellEnded(deps: Deps): Promise<number> {
  const { stores, clock } = deps;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  let told = 0;
  for (let next = await openBatch(deps); next !== null; next = await openBatch(deps))
    told += await tell(deps, next.batch, next.etag);
  return told;
}

/** The batch that is to be told: one that a tick left behind, else a new one. @returns null where nothing ended. */
async function openBatch({ stores }: Deps): Promise<{ batch: Batch; etag: string } | null> {
  const { records, ledger } = stores;
  for (;;) {
    const kept = await records.get<Batch>(batchId);
    if (kept !== null && !kept.value.told) return { batch: kept.value, etag: kept.etag };
    // Read after the ETag, so that nothing is in a batch twice: of two ticks at once one opens it, the other finds it.
    const before = new Set(kept?.value.ended.map(nameOf));
    const ended = (await endedIn(ledger)).filter((one) => !before.has(nameOf(one)));
    if (ended.length === 0) return null;
    const batch: Batch = { ended, told: false };
    const etag = await records.put(batchId, 'notice', batch, kept?.etag ?? null);
    if (etag !== null) return { batch, etag };
  }
}

const nameOf = ({ finding, at }: EndedGrant): string => `${finding}-${at}`;

/** Worst first. */
async function endedIn(ledger: LedgerStore): Promise<Ended[]> {
  const query = { kind: 'finding', where: { status: 'expired' }, orderBy: 'rank' } as const;
  const { items } = await readSome(ledger, query, mostInBatch);
  return items.flatMap(({ id, expired, severity, dueOn, owner }: Finding): Ended[] => {
    if (expired === undefined) return [];
    const finding = id.slice(findingId('').length);
    return [{ finding, ...expired, severity, dueOn, ...(owner === undefined ? {} : { owner }) }];
  });
}

/** @returns how many it was the first to tell */
async function tell(deps: Deps, batch: Batch, etag: string): Promise<number> {
  const { stores, telemetry } = deps;
  const found = await stores.tenant.get();
  const notices = found === null ? [] : await mailed(deps, found.tenant, batch.ended);
  let told = 0;
  for (const one of batch.ended) {
    const { finding, change, at, severity } = one;
    const said = {
      name: 'finding.expired' as const,
      id: `finding-expired-${nameOf(one)}`,
      subject: `finding:${finding}`,
      data: { finding, change, expiredAt: at, ...(notices.length === 0 ? {} : { notices }) },
    };
    const first = await recordFirst(deps, said, found?.tenant);
    if (!first) continue;
    telemetry.log('warn', 'finding_expired', { tenantId: stores.tenantId, change, severity });
    told += 1;
  }
  // Where another tick closed it first, it told the same.
  await stores.records.put(batchId, 'notice', { ...batch, told: true }, etag);
  return told;
}

/** One notice to the operators, of everything; and one to each owner who is no operator, of what is theirs. */
async function mailed(deps: Deps, tenant: Tenant, ended: readonly Ended[]): Promise<string[]> {
  const macKey = await deps.keys.macKey(deps.stores.tenantId);
  const isOperator = ({ audience }: Recipient): boolean => audience.includes('operator');
  const raise = (whose: string, own: readonly Ended[], to: (one: Recipient) => boolean) => {
    const grants = own.map(({ owner: _owner, ...grant }) => grant);
    return raiseNotice(deps, deps.produce, tenant, {
      key: `ended-${sha256Hex(canonicalText([whose, grants]))}`,
      notice: { kind: 'grants_ended', grants },
      to,
    });
  };
  const notices = [await raise('operator', ended, isOperator)];
  const others = tenant.settings.reports.recipients.filter((one) => !isOperator(one));
  for (const person of new Set(others.map((one) => personOf(macKey, one)))) {
    const own = ended.filter(({ owner }) => owner === person);
    if (own.length === 0) continue;
    notices.push(await raise(person, own, (one) => !isOperator(one) && personOf(macKey, one) === person));
  }
  return notices.filter((id) => id !== null);
}
