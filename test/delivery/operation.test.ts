import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  afterUnknown,
  anotherRound,
  askPause,
  deliveryWindow,
  maxAsks,
  maxAttempts,
  nextMove,
  outcomeOf,
  repeatabilityWindow,
  retryPause,
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
  intendedAt: instantOf(begins),
  firstSentAt: instantOf(begins),
  round: 0,
  attempts: 0,
  pending: null,
  status: 'intended',
  ...change,
});
const pending = (after: number, lost: boolean, asked = 0) => ({
  startedAt: instantOf(begins + after),
  lost,
  asked,
});
const slot = (after: number): string => instantOf(begins + after);

describe('the next move of a mail', () => {
  const giveUp = (detail: string) => ({ do: 'giveUp', detail });
  const late = giveUp('the provider did not take the mail in time');
  const rows: readonly [string, Partial<MailOperation>, number, unknown][] = [
    ['a mail that was only intended takes its turn', {}, 0, { do: 'book' }],
    ['one whose turn comes later waits for it', { slot: slot(minute) }, 0, { do: 'wait', forMs: minute }],
    ['one whose turn has come is sent', { slot: slot(minute) }, minute, { do: 'send' }],
    ['one that missed its turn takes another', { slot: slot(0) }, minute, { do: 'book' }],
    [
      'one the provider put off is left alone for the pause',
      { attempts: 1, notBefore: slot(minute) },
      second,
      { do: 'wait', forMs: 59 * second },
    ],
    ['and then takes its turn again', { attempts: 3, notBefore: slot(minute) }, minute, { do: 'book' }],
    [
      'one put off at every try is a dead letter',
      { attempts: maxAttempts },
      minute,
      giveUp('put off at every try'),
    ],
    ['one not taken within the window is a dead letter', { attempts: 1 }, deliveryWindow, late],
    ['the window ends at its last instant, not before', { attempts: 1 }, deliveryWindow - 1, { do: 'book' }],
    [
      'time spent in waiting for the budget is not held against it',
      { slot: slot(deliveryWindow) },
      deliveryWindow,
      { do: 'send' },
    ],
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
    ...(
      ['accepted', 'delivered', 'bounced', 'failed', 'dead_letter', 'unconfirmed', 'not_sent'] as const
    ).map((status): [string, Partial<MailOperation>, number, unknown] => [
      `one that is ${status} is never touched again`,
      { status, attempts: 1 },
      minute,
      { do: 'nothing' },
    ]),
  ];
  for (const [title, change, after, move] of rows)
    it(title, () => expect(nextMove(operation(change), begins + after)).toEqual(move));
});

describe('a lost send of which the provider knows nothing', () => {
  const rows: readonly [string, number, number, number, string][] = [
    ['is repeated inside the provider’s window', 1, 0, repeatabilityWindow - 1, 'repeat'],
    ['is only asked about from the window’s end', 1, 0, repeatabilityWindow, 'ask'],
    ['is only asked about when it was tried often enough', maxAttempts, 0, second, 'ask'],
    [
      'is left to a person when it was asked about often enough',
      1,
      maxAsks - 1,
      repeatabilityWindow,
      'unconfirmed',
    ],
  ];
  for (const [title, attempts, asked, after, next] of rows)
    it(title, () =>
      expect(afterUnknown(operation({ attempts, pending: pending(0, true, asked) }), begins + after)).toBe(
        next,
      ),
    );
});

describe('the pause between sends', () => {
  it('grows from one minute by six, so that three retries end well within the window', () => {
    const pauses = [1, 2, 3].map((n) => retryPause(n, 0));
    expect(pauses.map((pause) => pause / minute)).toEqual([1, 6, 36]);
    expect(pauses.reduce((a, b) => a + b)).toBeLessThan(deliveryWindow);
  });

  it('is never shorter than the provider asked for', () => {
    expect(retryPause(1, 90 * second)).toBe(90 * second);
    expect(retryPause(2, 90 * second)).toBe(6 * minute);
  });

  it('before a question leaves time to repeat the send inside the provider’s window', () => {
    const pauses = [1, 2, 3].map(askPause);
    expect(pauses.reduce((a, b) => a + b)).toBeLessThan(repeatabilityWindow);
  });
});

describe('a dead letter taken up again', () => {
  const dead = operation({ status: 'dead_letter', attempts: maxAttempts, detail: 'HTTP 503', withhold: 4 });
  it('has tries and time of its own, and is the same mail', () => {
    const next = anotherRound(dead, begins + deliveryWindow);
    expect(next).toMatchObject({ operationId: dead.operationId, round: 1, attempts: 0, status: 'intended' });
    expect(nextMove(next, begins + deliveryWindow)).toEqual({ do: 'book' });
  });

  it('is asked about first where a send of it was lost once', () => {
    expect(nextMove(anotherRound({ ...dead, everLost: true }, begins), begins)).toEqual({ do: 'ask' });
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
  it('at most one mail leaves, and it ends as delivered, bounced, failed, dead letter or unconfirmed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands(commands, { maxCommands: 12 }),
        fc.constantFrom('Delivered', 'Bounced', 'silence' as const),
        async (run, word) => {
          const posted = await aboutToDeliver();
          const real = { posted, id: posted.operationIds[0] ?? '' };
          await fc.asyncModelRun(() => ({ model: {}, real }), run);
          const end = await toItsEnd(real, word);
          expect(['delivered', 'bounced', 'failed', 'dead_letter', 'unconfirmed']).toContain(end);
          expect(mails(real)).toBeLessThanOrEqual(1);
          if (end === 'delivered' || end === 'bounced') expect(mails(real)).toBe(1);
          if (end === 'failed' || end === 'dead_letter') expect(mails(real)).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);
});
