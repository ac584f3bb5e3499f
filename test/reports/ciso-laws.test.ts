import { forbiddenPhrases } from '../../shared/core/reports/wording.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { postureOf } from '../../shared/core/posture/posture.js';
import type { Finding } from '../../shared/core/projections/documents.js';
import { findingId, fingerprintOf } from '../../shared/core/projections/keys.js';
import { buildCiso } from '../../shared/core/reports/ciso/ciso.js';
import type { ReportInput } from '../../shared/core/reports/input.js';
import { gatherPosture } from '../../shared/usecases/reports/gather-posture.js';
import { defaultPeriod, periodOf } from '../../shared/usecases/periods.js';
import { history, start } from '../laws/tenant-events.js';
import { lawful } from './document-laws.js';
import { badMonth, end, goodMonth, storesOf, tenant } from './months.js';

const inputAt = async (events: Parameters<typeof storesOf>[0], until: number, rehearsal = false) =>
  gatherPosture(
    { stores: await storesOf(events, until) },
    tenant,
    defaultPeriod(instantOf(until), tenant.settings.timeZone),
    { rehearsal, publicSafe: false },
  );

/** What every report keeps, whatever the month was like. */
const holds = (input: ReportInput): ReportDocument => lawful(buildCiso(input));

describe('every CISO report', () => {
  it('of any history fits the model, claims nothing without evidence, adds up, leads to real routes and repeats', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        async (events, days, rehearsal) => {
          const input = await inputAt(events, start + days * day, rehearsal);
          const document = holds(input);
          expect(canonicalText(buildCiso(structuredClone(input)))).toBe(canonicalText(document));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('counts the open findings of its matrix as the posture does', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const input = await inputAt(events, end);
        const matrix = holds(input).blocks.find(
          (b) => b.kind === 'table' && b.caption.startsWith('Open findings by severity'),
        );
        const open = Object.values(input.posture.layers.findings.open).reduce((a, b) => a + b, 0);
        expect(matrix?.kind === 'table' && matrix.totals?.at(-1)).toEqual({ kind: 'number', value: open });
      }),
      { numRuns: 12 },
    );
  });

  it('says nothing of an empty log but that nothing is known', async () => {
    const document = holds(await inputAt([], end));
    expect(document.verdict.code).toBe('not_enough_evidence');
    const rows = document.blocks.flatMap((b) => (b.kind === 'kpiTable' ? b.rows : []));
    expect(rows.filter((row) => row.figure.state === 'observed').map((row) => row.id)).toEqual([]);
  });

  it('prints any name, however hostile, as text that fits the model', async () => {
    const base = await inputAt(badMonth(), end);
    fc.assert(
      // What the wording rules refuse of ours (an emoji, say) stands in a quoted name as it is: that is no fault of ours.
      fc.property(fc.string({ unit: 'binary', minLength: 0, maxLength: 400 }), (name) => {
        fc.pre(forbiddenPhrases(name).length === 0);
        holds({
          ...base,
          tenantName: name,
          failingItems: base.failingItems.map((item) => ({ ...item, name })),
          findings: base.findings.map((f) => ({
            ...f,
            subject: `agent:${name}`,
            detail: `${name}: missing`,
          })),
          exceptions: base.exceptions.map((e) => ({ ...e, name })),
          approvals: base.approvals.map((a) => ({ ...a, name })),
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('a report of a large tenant', () => {
  const finding = (i: number): Finding => ({
    id: findingId(fingerprintOf('r', `agent:${i}`)),
    kind: 'finding',
    rule: 'control_unmet',
    subject: `agent:a-${i}`,
    detail: 'Secret files protected: missing',
    severity: 'high',
    state: 'open',
    firstSeen: '2026-11-02T00:00:00.000Z',
    openedAt: '2026-11-02T00:00:00.000Z',
    lastSeen: '2026-11-02T00:00:00.000Z',
    dueOn: '2026-12-02T00:00:00.000Z',
    overdue: false,
    count: 1,
    evidenceIds: [],
    labels: ['unowned'],
    words: [],
    history: [],
    transitions: 0,
    rank: '0:1',
    dueRank: '0:1',
  });

  it('shows the 200 worst findings, says of how many, and its matrix still adds up', async () => {
    const base = await inputAt(goodMonth(), end);
    const counts = { ...base.counters.counts, 'findings/open/high': 1412 };
    const basis = {
      size: 1412,
      clock: base.posture.asOf,
      foldVersion: 1,
      sample: false,
      settings: base.settings,
      ...base.adopted,
    };
    const posture = postureOf('harbour', {
      id: 'summary',
      kind: 'summary',
      basis,
      counts,
      totals: base.counters.totals,
    });
    const findings = Array.from({ length: 200 }, (_, i) => finding(i));
    const document = holds({
      ...base,
      posture,
      counters: { ...base.counters, counts },
      findings,
      findingTotal: 1412,
    });
    const tables = document.blocks.flatMap((b) => (b.kind === 'table' ? [b] : []));
    expect(tables.find((t) => t.caption.startsWith('Findings open,'))?.truncated).toMatchObject({
      shown: 200,
      total: 1412,
    });
    expect(tables.find((t) => t.caption.startsWith('Open findings by'))?.totals?.at(-1)).toEqual({
      kind: 'number',
      value: 1412,
    });
  });

  it('does not judge closing times or approvals by a part of them', async () => {
    const base = await inputAt(goodMonth(), end);
    const document = holds({ ...base, closedComplete: false, approvalTotal: 5000 });
    const rows = document.blocks.flatMap((b) => (b.kind === 'kpiTable' ? b.rows : []));
    for (const id of ['K11', 'K12', 'K15', 'K19', 'K20'])
      expect(rows.find((row) => row.id === id)?.figure, id).toMatchObject({
        state: 'not_observed',
        reason: 'too_many',
      });
  });
});

describe('a period', () => {
  it.each([
    ['2026-11-24T12:00:00Z', 'Europe/London', '1–24 Nov 2026', '2026-11-01', '2026-11-24'],
    ['2026-11-30T23:30:00Z', 'Europe/London', 'November 2026', '2026-11-01', '2026-11-30'],
    ['2026-11-30T23:30:00Z', 'Asia/Tokyo', '1 Dec 2026', '2026-12-01', '2026-12-01'],
    ['2026-12-01T03:00:00Z', 'America/New_York', 'November 2026', '2026-11-01', '2026-11-30'],
  ])('at %s in %s is %s', (asOf, zone, label, from, to) => {
    expect(defaultPeriod(asOf, zone)).toEqual({ label, from, to, zone });
  });

  it('over months and years is named by its ends', () => {
    expect(periodOf('2026-10-05', '2026-11-24', 'UTC').label).toBe('5 Oct – 24 Nov 2026');
    expect(periodOf('2026-12-30', '2027-01-02', 'UTC').label).toBe('30 Dec 2026 – 2 Jan 2027');
  });
});
