import { expect } from 'vitest';

import { cast } from '../../infra/local/demo/cast.js';
import { postureSchema } from '../../schemas/posture.js';
import type { ReportView } from '../../schemas/reports.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import type { LogEntry } from '../../shared/core/log/entry.js';
import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { foldEvents, foldUntil, headOf } from '../../shared/usecases/log/fold.js';
import { productionOf, type Story, type System } from './system.js';

/* What a control owner relies on, whatever was killed in between. */

const limitMs = 60_000;

type Log = { entries: LogEntry[]; evidence: StoredEvidence[]; documents: LedgerDocument[]; clock: string };

/** The log, its evidence and its projections at one moment: between two looks at the head that see the same. */
async function logOf(story: Story): Promise<Log> {
  const { ledger, evidence } = story.stores;
  return story.service.until('the log to stand still', limitMs, async () => {
    const before = await headOf(ledger);
    const entries = await ledger.entries(0, before.document.size);
    const found = await evidence.getMany(entries.map((entry) => entry.id));
    const documents = await allOf(ledger);
    const after = await headOf(ledger);
    if (before.etag !== after.etag || after.document.sweep !== null) return undefined;
    const stored = found.filter((one) => one !== null);
    return { entries, evidence: stored, documents, clock: after.document.clock };
  });
}

async function allOf(ledger: LedgerStore): Promise<LedgerDocument[]> {
  const all: LedgerDocument[] = [];
  for await (const document of ledger.all()) all.push(document);
  return all;
}

/** No acknowledged event lost, none counted twice, and everything derived is what the log alone gives. */
export async function logHolds(story: Story): Promise<Log> {
  const { ledger } = story.stores;
  const acknowledged = [...story.acknowledged];
  expect(acknowledged.length).toBe(story.decisions);
  await story.service.until('what was acknowledged to be in the log', limitMs, async () =>
    (await ledger.known(acknowledged)).size === acknowledged.length ? true : undefined,
  );
  const log = await logOf(story);
  const ids = log.entries.map((entry) => entry.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(log.entries.map((entry) => entry.position)).toEqual(ids.map((_, position) => position));
  expect(log.evidence.length).toBe(ids.length);
  expect(log.entries.filter((entry) => entry.unfoldable !== undefined)).toEqual([]);
  await rebuilds(log);
  await posturePasses(story);
  return log;
}

/** The rebuild law: the log folded anew, one by one, gives the same documents. */
async function rebuilds({ entries, evidence, documents, clock }: Log): Promise<void> {
  const rebuilt = memoryLedger();
  const byId = new Map(evidence.map((one) => [one.id, one]));
  for (const { id, sequencedAt } of entries) {
    const one = byId.get(id);
    if (one !== undefined)
      await foldEvents({ ledger: rebuilt, now: () => 0 }, [{ evidence: one, sequencedAt }]);
  }
  await foldUntil({ ledger: rebuilt, now: () => 0 }, Date.parse(clock));
  expect(await allOf(rebuilt)).toEqual(documents);
}

/** What a reader is told: the counters are the events that were sent, and a past posture is the present one made again. */
async function posturePasses({ service, decisions }: Story): Promise<void> {
  const read = async (query: string) =>
    postureSchema.parse(await service.ask(cast.auditor, 'GET', `/posture${query}`));
  const now = await read('');
  expect(now.layers.evidence.decisions).toBe(decisions);
  expect(await read(`?position=${now.position}&asOf=${now.asOf}`)).toEqual(now);
}

/** Waits until the production of a report has ended: nothing more will be sent for it. */
const untilProduced = (system: System, { service }: Story, reportId: string): Promise<true> =>
  service.until('the report to be through', 120_000, async () => {
    const { at } = await productionOf(system, reportId);
    if (at === 'Failed') throw new Error('the production of the report failed');
    return at === 'Completed' ? true : undefined;
  });

/** At most one mail a recipient, one unless unconfirmed, and an audit trail with intent and outcome of each. */
export async function reportHolds(system: System, story: Story, reportId: string): Promise<void> {
  await untilProduced(system, story, reportId);
  const { deliveries } = await story.service.ask<ReportView>(cast.auditor, 'GET', `/reports/${reportId}`);
  const operations = deliveries.map(({ operation }) => operation).sort();
  expect(operations.length).toBe(story.recipients.length);
  const mails = system.stack.mail.inbox().filter(({ operationId }) => operations.includes(operationId));
  for (const address of story.recipients) {
    const received = mails.filter(({ recipient }) => recipient === address).length;
    expect(received).toBeLessThanOrEqual(1);
    if (!deliveries.some(({ status }) => status === 'unconfirmed')) expect(received).toBe(1);
  }
  const { evidence } = await logHolds(story);
  const of = (type: string): Record<string, unknown>[] =>
    evidence.filter(({ event }) => event.type === `aispm.report.${type}`).map(({ event }) => event.data);
  const operationsOf = (...types: string[]): unknown[] =>
    types.flatMap((type) => of(type).map(({ operation }) => operation)).sort();
  expect(of('requested').length).toBe(1);
  expect(of('rendered').length).toBe(1);
  expect(operationsOf('sending')).toEqual(operations);
  expect(operationsOf('delivered', 'bounced', 'failed')).toEqual(operations);
}
