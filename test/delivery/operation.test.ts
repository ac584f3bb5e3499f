import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  afterUnknown,
  backOff,
  deliveryWindow,
  maxAttempts,
  nextMove,
  outcomeOf,
  repeatabilityWindow,
  sendLease,
  type MailOperation,
} from '../../shared/core/delivery/operation.js';
import { instantOf, minute, second } from '../../shared/core/kernel/time.js';
import { closeDeliveries } from '../../shared/usecases/reports/close-report.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { Died, processWith, type Death } from '../faults/dying.js';
import { aboutToDeliver, accepted, type Fate, type Posted } from './posted.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

const begins = Date.parse('2026-11-24T09:00:00Z');
const operation = (change: Partial<MailOperation> = {}): MailOperation => ({
  operationId: '00000000-0000-5000-8000-000000000001',
  reportId: 'r1',
  recipient: 'psn:1',
  firstSentAt: instantOf(begins),
  attempts: 0,
  pending: null,
  status: 'intended',
  ...change,
});
const pending = (after: number, lost: boolean) => ({ startedAt: instantOf(begins + after), lost });

describe('the next move of a mail', () => {
  const failed = { do: 'fail', detail: 'the provider did not take the mail in time' };
  const rows: readonly [string, Partial<MailOperation>, number, unknown][] = [
    ['a mail that was only intended is sent', {}, 0, { do: 'send' }],
    ['one the provider put off is sent again', { attempts: maxAttempts - 1 }, minute, { do: 'send' }],
    ['one put off too often has failed', { attempts: maxAttempts }, minute, failed],
    ['one not taken within the window has failed', {}, deliveryWindow, failed],
    ['the window ends at its last instant, not before', {}, deliveryWindow - 1, { do: 'send' }],
    [
      'a send that may be under way elsewhere is left alone',
      { attempts: 1, pending: pending(0, false) },
      10 * second,
      { do: 'wait', forMs: sendLease - 10 * second },
    ],
    [
      'a send nobody can still be making is asked about',
      { attempts: 1, pending: pending(0, false) },
      sendLease,
      { do: 'ask' },
    ],
    ['a send known to be lost is asked about', { attempts: 1, pending: pending(0, true) }, 1, { do: 'ask' }],
    [
      'a lost send is asked about even when its tries and its time are over',
      { attempts: maxAttempts, pending: pending(0, true) },
      deliveryWindow,
      { do: 'ask' },
    ],
    ...(['accepted', 'delivered', 'bounced', 'failed', 'unconfirmed'] as const).map(
      (status): [string, Partial<MailOperation>, number, unknown] => [
        `one that is ${status} is never touched again`,
        { status, attempts: 1 },
        minute,
        { do: 'nothing' },
      ],
    ),
  ];
  for (const [title, change, after, move] of rows)
    it(title, () => expect(nextMove(operation(change), begins + after)).toEqual(move));
});

describe('a lost send of which the provider knows nothing', () => {
  const rows: readonly [string, number, number, string][] = [
    ['is repeated inside the provider’s window', 1, repeatabilityWindow - 1, 'repeat'],
    ['is left to a person from the window’s end', 1, repeatabilityWindow, 'unconfirmed'],
    ['is left to a person when it was tried often enough', maxAttempts, second, 'unconfirmed'],
  ];
  for (const [title, attempts, after, next] of rows)
    it(title, () => expect(afterUnknown(operation({ attempts }), begins + after)).toBe(next));
});

describe('the pause between sends', () => {
  it('doubles from fifteen seconds, and is never shorter than the provider asked for', () => {
    expect([1, 2, 3, 4].map((n) => backOff(n, 0) / second)).toEqual([15, 30, 60, 120]);
    expect(backOff(1, 90 * second)).toBe(90 * second);
    expect(backOff(4, 90 * second)).toBe(120 * second);
    expect(backOff(0, 0)).toBe(15 * second);
  });
});

describe('the provider’s word on a mail', () => {
  const not = (status: string) => ({ delivered: false, status });
  const rows: readonly [string, unknown][] = [
    ['Delivered', { delivered: true }],
    ['Bounced', not('bounced')],
    ['Suppressed', not('suppressed')],
    ['Quarantined', not('quarantined')],
    ['FilteredSpam', not('filtered')],
    ['Failed', not('failed')],
    ['Expanded', null],
    ['OutForDelivery', null],
    ['ReceivedByPigeon', not('failed')],
    ['', not('failed')],
  ];
  for (const [word, outcome] of rows)
    it(`${word || 'an empty word'} means ${outcome === null ? 'nothing final' : JSON.stringify(outcome)}`, () => {
      for (const spelled of [word, word.toLowerCase(), word.toUpperCase()])
        expect(outcomeOf(spelled)).toEqual(outcome);
    });
});

/* The same as a model: whatever happens to sends, processes and clocks, the mail leaves at most once and comes to an end. */

const fates: readonly Fate[] = [
  accepted,
  { leaves: false, told: { status: 'retry', afterMs: 60 * second, detail: 'HTTP 429' } },
  { leaves: false, told: { status: 'unknown', detail: 'the answer was lost' } },
  { leaves: true, told: { status: 'unknown', detail: 'the answer was lost' } },
  { leaves: false, told: { status: 'refused', detail: 'HTTP 400' } },
];
type Real = { posted: Posted; id: string };
type Command = fc.AsyncCommand<object, Real>;

async function step({ posted, id }: Real, fate: Fate, death: Death | null): Promise<void> {
  posted.post.fate = fate;
  try {
    await deliverMail(posted.deps(processWith(death)), posted.reportId, id);
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
}
const mails = ({ posted, id }: Real): number => posted.post.sent.filter((m) => m.operationId === id).length;

const command = (text: string, act: (real: Real) => Promise<void>): Command => ({
  check: () => true,
  async run(_model, real) {
    await act(real);
    expect(mails(real)).toBeLessThanOrEqual(1);
  },
  toString: () => text,
});
const fate = fc.constantFrom(...fates);
const said = ({ leaves, told }: Fate): string => `${told.status}${leaves ? ', left' : ''}`;
const commands = [
  fate.map((f) => command(`send: ${said(f)}`, (real) => step(real, f, null))),
  fc
    .tuple(fate, fc.nat(20), fc.constantFrom('before', 'after' as const))
    .map(([f, at, when]) =>
      command(`die ${when} call ${at} of a send: ${said(f)}`, (real) => step(real, f, { at, when })),
    ),
  fate.map((f) =>
    command(`two processes at once: ${said(f)}`, async (real) => {
      await Promise.all([step(real, f, null), step(real, f, null)]);
    }),
  ),
  fc
    .constantFrom(-minute, second, 20 * second, sendLease, 4 * minute, repeatabilityWindow, deliveryWindow)
    .map((ms) =>
      command(`the clock steps by ${ms / second} s`, (real) => {
        real.posted.world.now += ms;
        return Promise.resolve();
      }),
    ),
];

async function toItsEnd(real: Real, word: 'Delivered' | 'Bounced' | 'silence'): Promise<string> {
  const { posted, id } = real;
  const { world } = posted;
  for (let steps = 0; ; steps++) {
    posted.post.fate = accepted;
    const progress = await deliverMail(posted.deps(), posted.reportId, id);
    if (progress.status === 'done') break;
    world.now += progress.afterMs;
    if (steps > 20) throw new Error('the mail never comes to an end');
  }
  const [mail] = posted.post.sent.filter((m) => m.operationId === id);
  if (word !== 'silence' && mail) {
    const data = { messageId: id, recipient: mail.to.address, status: word };
    await receiveDelivery(
      {
        stores: world.stores,
        keys: world.keys,
        clock: { now: () => world.now },
        telemetry: suiteTelemetry(),
      },
      { id: 'e1', data },
    );
  }
  await closeDeliveries(posted.deps(), posted.reportId);
  return (await posted.operation(id))?.status ?? 'nowhere';
}

describe('whatever happens to sends, processes and clocks', () => {
  it('at most one mail leaves, and it ends as delivered, bounced, failed or unconfirmed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands(commands, { maxCommands: 12 }),
        fc.constantFrom('Delivered', 'Bounced', 'silence' as const),
        async (run, word) => {
          const posted = await aboutToDeliver();
          const real = { posted, id: posted.operationIds[0] ?? '' };
          await fc.asyncModelRun(() => ({ model: {}, real }), run);
          const end = await toItsEnd(real, word);
          expect(['delivered', 'bounced', 'failed', 'unconfirmed']).toContain(end);
          expect(mails(real)).toBeLessThanOrEqual(1);
          if (end === 'delivered' || end === 'bounced') expect(mails(real)).toBe(1);
          if (end === 'failed') expect(mails(real)).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);
});
