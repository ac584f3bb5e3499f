import { describe, expect, it } from 'vitest';

import { riskSchema } from '../../schemas/events/decisions.js';
import { surfaceSchema, type Surface } from '../../schemas/primitives.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { minute } from '../../shared/core/kernel/time.js';
import type { LedgerBatch, LedgerStore } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { evidenceOf, start } from '../laws/tenant-events.js';

/** What Cosmos DB refuses whole: more than 100 operations, or more than 2 MB. */
const takes = ({ entries, documents, deletes }: LedgerBatch): boolean =>
  entries.length + documents.length + deletes.length <= 100 &&
  Buffer.byteLength(JSON.stringify([entries, documents])) <= 2_000_000;

function boundedLedger(): LedgerStore {
  const ledger = memoryLedger();
  return {
    ...ledger,
    commit: (batch) =>
      takes(batch) ? ledger.commit(batch) : Promise.reject(new Error('the store refuses a batch')),
  };
}

const fold = (ledger: LedgerStore, evidence: ReturnType<typeof evidenceOf>) =>
  foldEvents({ ledger, now: () => start + 60 * minute }, [{ evidence }]);

const held = (n: number) =>
  evidenceOf(
    'decision.recorded',
    {
      decision: 'require_approval',
      mode: 'enforce',
      policy: { id: 'baseline', version: '1', rule: 'destructive' },
      surface: 'command',
      risks: ['destructive', 'secret', 'tool_write'],
      agent: `agent-${n}`,
      severity: 'critical',
      approval: 'one-for-all',
      ran: true,
    },
    start + 30 * minute,
    `held-${n}`,
  );

describe('a sender cannot stop the feed with an event that no batch can hold', () => {
  it('goes on behind an approval on which more hangs than one batch holds, and says so', async () => {
    const ledger = boundedLedger();
    for (let n = 0; n < 100; n++) await fold(ledger, held(n));
    const answer = evidenceOf(
      'approval.decided',
      {
        approval: 'one-for-all',
        outcome: 'approved',
        decidedBy: `psn:${'1'.repeat(32)}`,
        requestedBy: `psn:${'2'.repeat(32)}`,
      },
      start + 10 * minute,
      'answer',
    );
    await fold(ledger, answer);
    expect(await ledger.entryOf(answer.id)).toMatchObject({ unfoldable: 'TooWide' });
    const next = held(101);
    expect(await fold(ledger, next)).toMatchObject({ folded: 1, unfoldable: 0 });
  });

  it('goes on behind policies that together outgrow one document, and says so', async () => {
    const ledger = boundedLedger();
    const rules = Array.from({ length: 50 }, (_, rule) => ({
      rule: `rule-${rule}-`.padEnd(200, 'r'),
      controls: Array.from({ length: 5 }, (_c, control) => `control-${control}-`.padEnd(200, 'c')),
    }));
    let unfoldable = 0;
    for (let n = 0; n < 45; n++) {
      const policy = { policy: 'baseline', version: `${n}`, mode: 'enforce' as const, rules };
      unfoldable += (await fold(ledger, evidenceOf('policy.published', policy, start + n, `policy-${n}`)))
        .unfoldable;
    }
    expect(unfoldable).toBeGreaterThan(0);
    expect(await fold(ledger, held(1))).toMatchObject({ folded: 1, unfoldable: 0 });
  });

  it('cuts a batch by its length where few documents are long, and folds every event of it', async () => {
    const ledger = boundedLedger();
    const long = (what: string): string => what.padEnd(200, '-');
    const risks = riskSchema.options.filter((risk) => risk !== 'secret');
    const wordy = (n: number, surface: Surface) =>
      evidenceOf(
        'decision.recorded',
        {
          decision: 'block',
          mode: 'enforce',
          policy: { id: long('policy'), version: long('1'), rule: long('rule') },
          surface,
          risks,
          agent: `agent-${n}`,
          severity: 'high',
          ran: false,
        },
        start + 30 * minute,
        `${surface}-${n}`,
      );
    const agents = Array.from({ length: 46 }, (_, n) => n);
    for (const surface of surfaceSchema.options)
      for (const n of agents) await fold(ledger, wordy(n, surface));
    const again = agents.map((n) => ({ evidence: { ...wordy(n, 'git'), id: sha256Hex(`again ${n}`) } }));
    const folded = await foldEvents({ ledger, now: () => start + 60 * minute }, again);
    expect(folded).toEqual({ folded: agents.length, skipped: 0, unfoldable: 0 });
  });
});
