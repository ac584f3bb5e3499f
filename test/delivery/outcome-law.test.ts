import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { EventName } from '../../schemas/events/types.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { instantOf, minute } from '../../shared/core/kernel/time.js';
import type { Finding, LedgerDocument } from '../../shared/core/projections/documents.js';
import { tenantItemId } from '../../shared/core/projections/keys.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { rebuild } from '../../shared/usecases/log/rebuild.js';
import { evidenceOf } from '../laws/tenant-events.js';

/*
 * The provider's word comes late, twice and out of order, our own doubt before it or after, and an operator speaks in
 * between. Whatever the order in which the log hears of it, the mails, their reports, the tenant's control, and what is
 * known and found of a recipient come to one end.
 */

const begins = Date.parse('2026-11-24T09:00:00Z');
const own = { signed: false, sourceId: 'aispm' };
const at = (n: number): number => begins + n * minute;
const psn = (n: number): string => `psn:${String(n).repeat(32)}`;
const told = (name: EventName, n: number, data: object): StoredEvidence =>
  evidenceOf(name, data as never, at(n), `${name}-${n}`, own);

const uuid = (n: number): string => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
const [first, second] = [uuid(901), uuid(902)];
const [reader, other] = [psn(6), psn(8)];
type Mail = { report: string; operation: string; recipient: string };
/** Two mails to one reader, of two reports, and one to another. */
const mail: Mail = { report: first, operation: uuid(1), recipient: reader };
const later: Mail = { report: second, operation: uuid(2), recipient: reader };
const mails = [mail, later, { report: first, operation: uuid(3), recipient: other }];
const requested = [first, second].map((report, n) =>
  told('report.requested', n, {
    report,
    reportType: 'ciso',
    actor: psn(7),
    recipients: [reader, other],
    approvalRequired: false,
    period: { from: instantOf(begins), to: instantOf(begins), zone: 'Europe/London' },
  }),
);

/** What may be said of one mail, each at most once, each at a time of its own. */
const words = {
  sending: (n, mail) => told('report.sending', n, { ...mail, provider: 'acs', intendedAt: instantOf(at(n)) }),
  delivered: (n, mail) =>
    told('report.delivered', n, {
      ...mail,
      provider: 'acs',
      providerEvent: 'e1',
      deliveredAt: instantOf(at(n)),
    }),
  bounced: (n, mail) =>
    told('report.bounced', n, { ...mail, provider: 'acs', providerEvent: 'e2', status: 'bounced' }),
  filtered: (n, mail) =>
    told('report.bounced', n, { ...mail, provider: 'acs', providerEvent: 'e3', status: 'filtered' }),
  deadLetter: (n, mail) =>
    told('report.failed', n, { ...mail, outcome: 'dead_letter', detail: 'put off at every try' }),
  exercised: (n, mail) =>
    told('report.failed', n, { ...mail, outcome: 'dead_letter', detail: 'held back', exercised: true }),
  unconfirmed: (n, mail) => told('report.failed', n, { ...mail, outcome: 'unconfirmed', detail: 'lost' }),
  failed: (n, mail) => told('report.failed', n, { ...mail, outcome: 'failed', detail: 'refused' }),
  unwanted: (n, mail) =>
    told('report.failed', n, { ...mail, outcome: 'not_sent', detail: 'cancelled', cancelled: true }),
  resumed: (n, mail) => told('report.resumed', n, { ...mail, round: 1, actor: psn(5) }),
  reportFailed: (n, { report }) => told('report.failed', n, { report, outcome: 'failed', detail: 'no PDF' }),
  cancelled: (n, { report }) =>
    told('report.approved', n, { report, outcome: 'cancelled', actor: psn(5), reason: 'withdrawn' }),
  cleared: (n, { recipient }) =>
    told('recipient.cleared', n, { recipient, actor: psn(5), reason: 'the mailbox is back' }),
} satisfies Record<string, (n: number, mail: Mail) => StoredEvidence>;
type Word = keyof typeof words;
const all = mails.flatMap((mail) => (Object.keys(words) as Word[]).map((word) => ({ mail, word })));

/** Times are the log's own, so each statement has another; the order they come in is any, and some come again. */
const story = fc.shuffledSubarray(all, { minLength: 1, maxLength: 16 }).chain((chosen) => {
  const events = chosen.map(({ mail, word }, n) => words[word](n + 2, mail));
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

async function heardOf(events: readonly StoredEvidence[]): Promise<LedgerStore> {
  const ledger = memoryLedger();
  const now = () => at(60);
  for (const evidence of [...requested, ...events]) await foldEvents({ ledger, now }, [{ evidence }]);
  return ledger;
}

async function documentsOf(ledger: LedgerStore): Promise<LedgerDocument[]> {
  const found: LedgerDocument[] = [];
  for await (const document of ledger.all()) found.push(document);
  return found;
}

const openFindings = (documents: readonly LedgerDocument[]): Finding[] =>
  documents.filter(
    (d): d is Finding => d.kind === 'finding' && d.subject.startsWith('recipient:') && d.state === 'open',
  );

/** Everything that is known of mails in the end, without what tells of the way there. */
async function endOf(events: readonly StoredEvidence[]): Promise<string> {
  const documents = await documentsOf(await heardOf(events));
  const item = documents.find((d) => d.id === tenantItemId);
  if (item?.kind !== 'item') throw new Error('the tenant is in the ledger');
  const { state, evidenceId } = item.states['report-delivery'] ?? {};
  return canonicalText([
    documents.filter(({ kind }) => kind === 'report' || kind === 'delivery' || kind === 'recipient'),
    { bounces: item.bounces ?? null, last: item.delivery ?? null, state, evidenceId },
    openFindings(documents).map(({ id, severity, detail, evidenceIds }) => [
      id,
      severity,
      detail,
      evidenceIds.at(-1),
    ]),
  ]);
}

describe('the outcome of a mail', () => {
  it('is the same, however late, often and out of order the log hears of it', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ events, heard }) => {
        expect(await endOf(heard)).toBe(await endOf(events));
      }),
      { numRuns: 250 },
    );
  });

  it('is what the log gives when it is folded anew, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ heard }) => {
        const ledger = await heardOf(heard);
        const known = new Map([...requested, ...heard].map((evidence) => [evidence.id, evidence]));
        const evidence = {
          getMany: (ids: readonly string[]) => Promise.resolve(ids.map((id) => known.get(id) ?? null)),
        };
        const anew = memoryLedger(ledger);
        await rebuild({ ledger, evidence }, anew, known.size);
        expect(canonicalText(await documentsOf(anew))).toBe(canonicalText(await documentsOf(ledger)));
      }),
      { numRuns: 40 },
    );
  });

  const word = (name: Word, n: number, of: Mail = mail): StoredEvidence => words[name](n, of);
  const cases: { title: string; heard: StoredEvidence[]; state: string; found: string[] }[] = [
    {
      title:
        'our own doubt is nothing where the provider had spoken, and opens no finding that it then would close',
      heard: [word('delivered', 3), word('unconfirmed', 4)],
      state: 'enforced',
      found: [],
    },
    {
      title: 'the provider’s late word takes the place of our doubt',
      heard: [word('unconfirmed', 4), word('delivered', 3)],
      state: 'enforced',
      found: [],
    },
    {
      title: 'a bounce is told as one, though we gave the mail up after it',
      heard: [word('bounced', 3), word('deadLetter', 4)],
      state: 'blocked',
      found: ['A report did not reach its recipient: bounced'],
    },
    {
      title:
        'a mail that arrived after a dead letter of an earlier one closes its finding, in whichever order',
      heard: [word('delivered', 5, later), word('deadLetter', 4)],
      state: 'enforced',
      found: [],
    },
    {
      title: 'a dead letter taken up again is found until its mail arrives',
      heard: [word('resumed', 5), word('deadLetter', 4)],
      state: 'blocked',
      found: ['A report did not reach its recipient: dead letter'],
    },
    {
      title: 'a report that was cancelled says nothing of its recipient',
      heard: [word('unwanted', 4), word('cancelled', 3)],
      state: 'missing',
      found: [],
    },
    {
      title: 'what a validation held back is found of the recipient and says nothing of deliveries',
      heard: [word('exercised', 4)],
      state: 'missing',
      found: ['A report did not reach its recipient: dead letter'],
    },
  ];
  it.each(cases)('$title', async ({ heard, state, found }) => {
    const documents = await documentsOf(await heardOf(heard));
    const item = documents.find((d) => d.id === tenantItemId);
    expect(item?.kind === 'item' && item.states['report-delivery']?.state).toBe(state);
    expect(openFindings(documents).map(({ detail }) => detail)).toEqual(found);
  });
});
