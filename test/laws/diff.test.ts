import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { diffQuerySchema, diffSchema, type Change } from '../../schemas/answers/changes.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, hour, instantOf, millisOf } from '../../shared/core/kernel/time.js';
import { aboutOf, aspectsOf } from '../../shared/core/posture/changes.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { diffPosture } from '../../shared/usecases/posture/diff-posture.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { readPosture } from '../../shared/usecases/posture/read-posture.js';
import { replay, type ReplayDeps } from '../../shared/usecases/log/replay.js';
import { history, start, tenantId } from './tenant-events.js';

/* A diff of two instants leaves no difference unexplained, and what was served once is what that instant reads as later. */

const end = start + 45 * day;

/**
 * A tenant that lived through the events.
 * @param served called behind each event with the instant that was served
 * @param pause how long nothing happens before the nth event; with none, several come in at one instant
 */
async function lived(
  events: readonly StoredEvidence[],
  served: (deps: ReplayDeps, now: number) => Promise<void> = () => Promise.resolve(),
  pause: (n: number) => number = () => hour,
): Promise<ReplayDeps> {
  const stores = memoryStores().open(tenantId);
  const deps = { stores, blobs: memoryBlobs().open(tenantId), scratch: memoryLedger };
  let now = start;
  for (const [n, evidence] of events.entries()) {
    await stores.evidence.create(evidence);
    now = Math.max(now, millisOf(evidence.event.time)) + pause(n);
    await foldEvents({ ledger: stores.ledger, now: () => now }, [{ evidence }]);
    await foldUntil({ ledger: stores.ledger, now: () => now }, now);
    await served(deps, now);
  }
  return deps;
}

type Said = Record<string, Record<string, string>>;

async function saidOf(ledger: LedgerStore): Promise<Said> {
  const said: Said = {};
  for await (const document of ledger.all()) {
    const about = aboutOf(document);
    if (about !== null) said[about] = { ...aspectsOf(document) };
  }
  return said;
}

function applied(said: Said, changes: readonly Change[]): Said {
  const next = structuredClone(said);
  for (const { subject, aspect, from, to } of changes) {
    const about = (next[subject] ??= {});
    expect([subject, aspect, about[aspect] ?? null]).toEqual([subject, aspect, from]);
    if (to === null) delete about[aspect];
    else about[aspect] = to;
  }
  return next;
}

/** Without what is said of nothing. */
const spoken = (said: Said): Said =>
  Object.fromEntries(Object.entries(said).filter(([, aspects]) => Object.keys(aspects).length > 0));

async function allPages(
  deps: ReplayDeps,
  from: string,
  to: string,
  limit: number,
): Promise<{ changes: Change[]; pages: number }> {
  const changes: Change[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const query = diffQuerySchema.parse({ from, to, limit, ...(cursor === undefined ? {} : { cursor }) });
    const page = diffSchema.parse(await diffPosture(deps, query, end));
    changes.push(...page.changes);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { changes, pages };
}

describe('a diff of two instants', () => {
  it('explains every difference between them, page by page, each by evidence in the log or by time', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.integer({ min: 0, max: 45 * 24 }),
        fc.integer({ min: 0, max: 45 * 24 }),
        fc.integer({ min: 1, max: 7 }),
        async (events, a, b, limit) => {
          const deps = await lived(events);
          const [from, to] = [Math.min(a, b), Math.max(a, b)].map((h) => instantOf(start + h * hour)) as [
            string,
            string,
          ];
          const { changes } = await allPages(deps, from, to, limit);
          const before = await saidOf((await replay(deps, { asOf: from }, end)).ledger);
          const after = await saidOf((await replay(deps, { asOf: to }, end)).ledger);
          expect(spoken(applied(before, changes))).toEqual(spoken(after));
          for (const { cause } of changes) {
            if (cause.by === 'time') continue;
            const [entry] = await deps.stores.ledger.entries(cause.position, cause.position + 1);
            expect(entry?.id).toBe(cause.evidenceId);
            expect((entry?.sequencedAt ?? '') > from && (entry?.sequencedAt ?? '') <= to).toBe(true);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('of one instant with itself is empty, and says the same before and after', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 0, max: 45 * 24 }), async (events, hours) => {
        const deps = await lived(events);
        const at = instantOf(start + hours * hour);
        const diff = await diffPosture(deps, diffQuerySchema.parse({ from: at, to: at }), end);
        expect([diff.changes, diff.cursor]).toEqual([[], undefined]);
        expect(diff.before).toEqual(diff.after);
      }),
      { numRuns: 15 },
    );
  });

  it('is refused for instants in the wrong order or ahead of now', async () => {
    const deps = await lived([]);
    const [early, late] = [instantOf(start), instantOf(end)];
    await expect(diffPosture(deps, diffQuerySchema.parse({ from: late, to: early }), end)).rejects.toThrow(
      'from lies behind to',
    );
    await expect(diffPosture(deps, diffQuerySchema.parse({ from: early, to: late }), start)).rejects.toThrow(
      'ahead of now',
    );
  });
});

describe('a posture that was served', () => {
  it('is, byte for byte, what the same instant reads as later, whatever came in since', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const served: { at: string; text: string }[] = [];
        const deps = await lived(events, async (then, now) => {
          const posture = await readPosture(then, {}, now);
          served.push({ at: posture.asOf, text: canonicalText(posture) });
        });
        await foldUntil({ ledger: deps.stores.ledger, now: () => end }, end);
        for (const { at, text } of served)
          expect(canonicalText(await readPosture(deps, { asOf: at }, end))).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it('within one instant is told by its position, and the instant alone is as it stood when the instant was over', async () => {
    let ties = 0;
    const late = end + 60 * day;
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.boolean(), { minLength: 1 }), async (events, stands) => {
        const served: { at: string; position: number; text: string }[] = [];
        const deps = await lived(
          // In order of time, and the early ones late: so that nothing but the pauses moves the clock on for them.
          [...events].sort((a, b) => millisOf(a.event.time) - millisOf(b.event.time)),
          async (then, now) => {
            const posture = await readPosture(then, {}, now);
            served.push({ at: posture.asOf, position: posture.position, text: canonicalText(posture) });
          },
          (n) => (n === 0 ? 20 * day : stands[n % stands.length] === true ? 0 : hour),
        );
        await foldUntil({ ledger: deps.stores.ledger, now: () => late }, late);
        for (const { at, position, text } of served)
          expect(canonicalText(await readPosture(deps, { asOf: at, position }, late))).toBe(text);
        const last = new Map(served.map(({ at, text }) => [at, text]));
        ties += served.length - last.size;
        for (const [at, text] of last)
          expect(canonicalText(await readPosture(deps, { asOf: at }, late))).toBe(text);
      }),
      { numRuns: 12 },
    );
    expect(ties).toBeGreaterThan(0);
  });
});
