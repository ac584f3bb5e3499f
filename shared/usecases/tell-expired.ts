import { findingId } from '../core/projections/keys.js';
import type { Telemetry } from '../ports.js';
import { foldUntil } from './fold.js';
import { recordFirst, type RecordDeps } from './record.js';

const pageSize = 100;

/**
 * Brings a tenant's log to now, and says of each acceptance and dismissal that ended that it did: one event, and one
 * warning in telemetry, which an alert can hang on. The finding has been open since the instant of the end already; this
 * tells of it by the next tick. Dies half way: the next tick finds in the index what is left.
 * @returns how many were told.
 */
export async function tellExpired(deps: RecordDeps & { telemetry: Telemetry }): Promise<number> {
  const { stores, clock, telemetry } = deps;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  let told = 0;
  let cursor: string | undefined;
  do {
    const page = await stores.ledger.list({
      kind: 'finding',
      where: { status: 'expired' },
      orderBy: 'rank',
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const finding of page.items) {
      if (finding.kind !== 'finding' || finding.expired === undefined) continue;
      const fingerprint = finding.id.slice(findingId('').length);
      const { change, at } = finding.expired;
      await recordFirst(deps, {
        name: 'finding.expired',
        id: `finding-expired-${fingerprint}-${at}`,
        subject: `finding:${fingerprint}`,
        data: { finding: fingerprint, change, expiredAt: at },
      });
      telemetry.log('warn', 'finding_expired', {
        tenantId: stores.tenantId,
        change,
        severity: finding.severity,
      });
      told += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return told;
}
