import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { EventName } from '../../schemas/events/types.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { instantOf, minute } from '../../shared/core/kernel/time.js';
import { deliveryId, reportId, tenantItemId } from '../../shared/core/projections/keys.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/fold.js';
import { evidenceOf } from '../laws/tenant-events.js';

/*
 * The provider's word comes late, twice and out of order, and an operator speaks in between. Whatever the order in which
 * the log hears of it, the mail, its report and what is known of its recipient's mailbox come to one end.
 */

const begins = Date.parse('2026-11-24T09:00:00Z');
const report = '00000000-0000-5000-8000-000000000901';
const operation = '00000000-0000-5000-8000-000000000001';
const recipient = `psn:${'6'.repeat(32)}`;
const mail = { report, operation, recipient };
const own = { signed: false, sourceId: 'aispm' };
const at = (n: number): number => begins + n * minute;
const told = (name: EventName, n: number, data: object): StoredEvidence =>
  evidenceOf(name, data as never, at(n), `${name}-${n}`, own);

const requested = told('report.requested', 0, {
  report,
  reportType: 'ciso',
  actor: `psn:${'7'.repeat(32)}`,
  recipients: [recipient],
  approvalRequired: false,
  period: { from: instantOf(begins), to: instantOf(begins), zone: 'Europe/London' },
});

/** What may be said of one mail, each at most once, each at a time of its own. */
const said: Record<string, (n: number) => StoredEvidence> = {
  sending: (n) => told('report.sending', n, { ...mail, provider: 'acs', intendedAt: instantOf(at(n)) }),
  delivered: (n) =>
    told('report.delivered', n, {
      ...mail,
      provider: 'acs',
      providerEvent: 'e1',
      deliveredAt: instantOf(at(n)),
    }),
  bounced: (n) =>
    told('report.bounced', n, { ...mail, provider: 'acs', providerEvent: 'e2', status: 'bounced' }),
  filtered: (n) =>
    told('report.bounced', n, { ...mail, provider: 'acs', providerEvent: 'e3', status: 'filtered' }),
  deadLetter: (n) => told('report.failed', n, { ...mail, outcome: 'dead_letter', detail: 'put off' }),
  unconfirmed: (n) => told('report.failed', n, { ...mail, outcome: 'unconfirmed', detail: 'lost' }),
  failed: (n) => told('report.failed', n, { ...mail, outcome: 'failed', detail: 'refused' }),
  resumed: (n) => told('report.resumed', n, { ...mail, round: 1, actor: `psn:${'5'.repeat(32)}` }),
};

/** Times are the log's own, so each statement has another; the order they come in is any, and some come again. */
const story = fc.shuffledSubarray(Object.keys(said), { minLength: 1 }).chain((names) => {
  const events = names.flatMap((name, n) => said[name]?.(n + 1) ?? []);
  return fc.record({
    events: fc.constant(events),
    heard: fc
      .tuple(
        fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
        fc.subarray(events),
      )
      .map(([order, again]) => [...order, ...again]),
  });
});

async function endOf(events: readonly StoredEvidence[]): Promise<string> {
  const ledger = memoryLedger();
  const now = () => at(60);
  await foldEvents({ ledger, now }, [{ evidence: requested }]);
  for (const evidence of events) await foldEvents({ ledger, now }, [{ evidence }]);
  const found = await ledger.read([reportId(report), deliveryId(operation), tenantItemId]);
  const item = found.get(tenantItemId);
  return canonicalText([
    found.get(reportId(report)) ?? null,
    found.get(deliveryId(operation)) ?? null,
    item?.kind === 'item' ? (item.bounces ?? null) : null,
  ]);
}

describe('the outcome of a mail', () => {
  it('is the same, however late, often and out of order the log hears of it', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ events, heard }) => {
        expect(await endOf(heard)).toBe(await endOf(events));
      }),
      { numRuns: 150 },
    );
  });
});
