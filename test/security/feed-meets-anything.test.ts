import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { eventSchemas, type EvidenceEvent } from '../../schemas/evidence.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { day } from '../../shared/core/kernel/time.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { evidenceOf, start } from '../laws/tenant-events.js';

/*
 * Admission lets nothing malformed in. Were it to fail, the fold meets what a type does not allow: that entry is then
 * unfoldable or says nothing, and whatever comes behind it is folded, whoever sent it.
 */

const names = Object.keys(eventSchemas);
const word = fc.constantFrom('', 'a', '__proto__', 'x'.repeat(300), '9999-12-31T23:59:59Z', 'no instant');
const value = fc.oneof(
  word,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(word, { maxLength: 3 }),
);
const member = fc.constantFrom(
  ...['control', 'agent', 'approval', 'expiresAt', 'items', 'decision', 'mode', 'policy', 'surface', 'risks'],
  ...['finding', 'actor', 'settings', 'change', 'report', 'session', 'rules', 'outcome', 'limits', 'version'],
);
const data = fc.oneof(value, fc.dictionary(member, fc.oneof(value, fc.dictionary(member, value))));
const time = fc.constantFrom('', 'no instant', '9999-12-31T23:59:59Z', '2026-06-01T00:00:00Z');
const session = { session: 's', agent: 'agent-1', state: 'started' } as const;

/** What a store keeps of a document is its JSON: a member without a value is not there. */
const asJson = (ledger: LedgerStore): LedgerStore => ({
  ...ledger,
  commit: (batch) => ledger.commit(JSON.parse(JSON.stringify(batch)) as typeof batch),
});
const fold = (ledger: LedgerStore, all: readonly StoredEvidence[]) =>
  foldEvents(
    { ledger, now: () => start + day },
    all.map((evidence) => ({ evidence })),
  );

describe('behind evidence of whatever type that is not what its type says', () => {
  it('the feed goes on, also where it is the first of a log, and time passes', async () => {
    const event = fc.record({ name: fc.constantFrom(...names), data, time });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
        const ledger = asJson(memoryLedger());
        const wrong = events.map(({ name, ...rest }, n): StoredEvidence => {
          const evidence = evidenceOf('session.recorded', session, start, `${n}`);
          const said = { ...evidence.event, ...rest, type: `aispm.${name}` };
          // as: what no schema lets in is what this is about.
          return { ...evidence, event: said as unknown as EvidenceEvent };
        });
        await fold(ledger, wrong);
        const good = evidenceOf('session.recorded', session, start, 'good');
        expect(await fold(ledger, [good])).toMatchObject({ folded: 1, unfoldable: 0 });
        await foldUntil({ ledger, now: () => start + 400 * day }, start + 2 * day);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
