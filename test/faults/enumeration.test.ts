import { describe, expect, it } from 'vitest';

import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { rebuild } from '../../shared/usecases/log/rebuild.js';
import { processWith, type Death } from './dying.js';
import {
  admit,
  eventOf,
  feed,
  newWorld,
  report,
  servicesOf,
  tenantId,
  untilDone,
  type Services,
  type World,
} from './story.js';

/*
 * Every I/O of admission, fold and report delivery, one by one: the process dies just before or just after it, a new
 * process takes over the same stores, and the story goes on. What a control owner relies on must hold every time.
 */

const batches = [
  ['a1', 'b1', 'a2'].map((id, i) => eventOf(id, 30 - i)),
  ['a3', 'b1', 'c1'].map((id, i) => (id === 'b1' ? eventOf('b1', 29) : eventOf(id, 20 - i))),
];

type Run = { world: World; calls: string[]; acknowledged: Set<string>; reportId: string };

async function story(death: Death | null): Promise<Run> {
  const world = await newWorld();
  const first = processWith(death);
  let current: Services = servicesOf(world, first);
  let lives = 0;
  // The first process may die once; each later one is healthy.
  const next = (): Services => {
    if (lives++ > 0 && died(first)) current = servicesOf(world, processWith(null));
    return current;
  };
  const acknowledged = new Set<string>();
  for (const batch of batches) {
    for (const id of await untilDone(next, (s) => admit(s, batch))) acknowledged.add(id);
    await untilDone(next, feed);
  }
  const reportId = await report(next, (address) => (address.startsWith('board') ? 'Bounced' : 'Delivered'));
  await untilDone(next, feed);
  return { world, calls: first.calls, acknowledged, reportId };

  function died(process: typeof first): boolean {
    return death !== null && process.calls.length > death.at;
  }
}

async function everything(ledger: LedgerStore): Promise<string> {
  const all: unknown[] = [];
  for await (const document of ledger.all()) all.push(document);
  return canonicalText(all);
}

async function holds({ world, acknowledged, reportId }: Run): Promise<void> {
  const { ledger, evidence } = world.stores.open(tenantId);
  const entries = await ledger.entries(0, 1000);
  const logged = entries.map((entry) => entry.id);
  // No acknowledged event lost, none counted twice.
  for (const id of acknowledged) expect(logged).toContain(id);
  expect(new Set(logged).size).toBe(logged.length);
  const stored = (await evidence.getMany(logged)).filter((e): e is StoredEvidence => e !== null);
  expect(stored.length).toBe(logged.length);
  const decisions = stored.filter((e) => e.event.type === 'aispm.decision.recorded');
  expect(decisions.length).toBe(5);
  // The rebuild law, over a history with a death in it.
  const head = await ledger.head();
  const clock = head?.document.kind === 'head' ? head.document.clock : '';
  const rebuilt = memoryLedger(ledger);
  await rebuild({ ledger, evidence }, rebuilt, entries.length);
  await foldUntil({ ledger: rebuilt, now: () => 0 }, Date.parse(clock));
  expect(await everything(rebuilt)).toBe(await everything(ledger));
  // At most one mail a recipient, and one unless unconfirmed.
  const found = (await ledger.read([`report:${reportId}`])).get(`report:${reportId}`);
  if (found?.kind !== 'report') throw new Error('the report is not in the log');
  const statuses = Object.values(found.deliveries).map((d) => d.status);
  for (const address of ['ciso@harbour.example', 'board@harbour.example']) {
    const mails = world.mail.sent.filter((mail) => mail.to.address === address).length;
    expect(mails).toBeLessThanOrEqual(1);
    if (!statuses.includes('unconfirmed')) expect(mails).toBe(1);
  }
  // An audit trail that matches: intent and outcome of every mail stand in the log.
  const of = (type: string): number => stored.filter((e) => e.event.type === `aispm.report.${type}`).length;
  expect(of('requested')).toBe(1);
  expect(of('rendered')).toBe(1);
  expect(of('approved')).toBe(1);
  expect(of('sending')).toBe(2);
  expect(of('delivered') + of('bounced') + of('failed')).toBe(2);
}

describe('whatever I/O the process dies at', () => {
  it('the story holds when nothing fails', async () => {
    const run = await story(null);
    await holds(run);
    expect(run.calls.length).toBeGreaterThan(50);
    // The story does reach the I/O it is about.
    for (const call of [
      'evidence.create',
      'ledger.commit',
      'mail.send',
      'blobs.create',
      'records.put',
      'keys.sign',
    ]) {
      expect(run.calls).toContain(call);
    }
  });

  for (const when of ['before', 'after'] as const) {
    it(`dying just ${when} each I/O loses nothing, counts nothing twice and mails nobody twice`, async () => {
      const { calls } = await story(null);
      for (let at = 0; at < calls.length; at++) {
        try {
          await holds(await story({ at, when }));
        } catch (error) {
          throw new Error(`died ${when} call ${at}, ${calls[at] ?? ''}`, { cause: error });
        }
      }
    }, 300_000);
  }
});
