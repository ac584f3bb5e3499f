import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import type { BlockOf } from '../../schemas/report-blocks.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { toldBy, type Update } from '../../shared/core/reports/incident/updates.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { lawful } from './document-laws.js';
import { depsOf } from './eight.js';
import { end, eventsOf, psn, tenant } from './months.js';
import type { Row } from './proofs.js';

/* What the incident report says when updates arrive, and what it leaves unknown when none does. */

const start = end - 10 * hour;
const told = (at: number, data: object, name: Row[0] = 'incident.updated'): Row => [
  name,
  start + at,
  { incident: 'INC-7', ...data },
];
const opening = told(
  0,
  { title: 'A key in a public branch', severity: 'high', detectedAt: instantOf(start - hour) },
  'incident.opened',
);
const at = (offset: number): string => instantOf(start + offset);
const containment = { contained: { at: at(41 * minute), how: 'the key was revoked' } };
const determination = (outcome: 'material' | 'not_material', offset: number) => ({
  materiality: { outcome, at: at(offset), by: psn(3) },
});
const closing = (outcome: 'closed' | 'false_positive') =>
  told(8 * hour, { outcome, approvedBy: psn(2) }, 'incident.closed');

async function reportOf(rows: readonly Row[], publicSafe = false): Promise<ReportDocument> {
  const deps = await depsOf(eventsOf([opening, ...rows], 'u'));
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  return lawful(await buildReport(deps, tenant, { type: 'incident', period, publicSafe }));
}
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const blocks = <K extends BlockOf<'verdict' | 'keyValues' | 'messages' | 'decisions' | 'kpiTable'>['kind']>(
  { blocks: all }: ReportDocument,
  kind: K,
) => all.filter((block): block is BlockOf<K> => block.kind === kind);
const rowOf = (document: ReportDocument, key: string): string | undefined => {
  const row = blocks(document, 'keyValues')
    .flatMap(({ rows }) => rows)
    .find((found) => found.key === key);
  return row && plain(row.value);
};
const messageOf = (document: ReportDocument, n: number): string =>
  plain(blocks(document, 'messages')[0]?.items[n]?.text ?? '');
const asked = (document: ReportDocument): number => blocks(document, 'decisions')[0]?.items.length ?? 0;
const timeToContain = (document: ReportDocument) =>
  blocks(document, 'kpiTable')[0]?.rows.find(({ id }) => id === 'I2')?.figure;

describe('the verdict of an incident', () => {
  it.each<[string, Row[], string, string]>([
    [
      'open, of which nothing was told since',
      [],
      'open_not_contained',
      'Open for 10 h, severity high; 0 of 1 containment is evidenced. Materiality: not yet determined.',
    ],
    [
      'open and contained',
      [told(hour, containment)],
      'contained',
      'Contained in 41 min, open for 10 h, severity high; not closed. Materiality: not yet determined.',
    ],
    [
      'open, contained and determined as material',
      [told(hour, { ...containment, ...determination('material', 50 * minute) })],
      'contained',
      'Contained in 41 min, open for 10 h, severity high; not closed. Materiality: determined as material.',
    ],
    [
      'contained before it was opened',
      [told(hour, { contained: { at: at(-minute), how: 'revoked at once' } })],
      'contained',
      'Contained before the opening, open for 10 h, severity high; not closed. Materiality: not yet determined.',
    ],
    [
      'contained tomorrow',
      [told(hour, { contained: { at: instantOf(end + hour), how: 'planned' } })],
      'open_not_contained',
      'Open for 10 h, severity high; 0 of 1 containment is evidenced. Materiality: not yet determined.',
    ],
    [
      'closed after its containment',
      [told(hour, containment), closing('closed')],
      'closed',
      'Contained in 41 min, closed in 8 h; no remediation action recorded; closure approved.',
    ],
    [
      'closed without a word on containment',
      [closing('closed')],
      'closed',
      'Containment not observed, closed in 8 h; no remediation action recorded; closure approved.',
    ],
    [
      'a false positive',
      [closing('false_positive')],
      'closed_false_positive',
      'Closed in 8 h; no remediation action recorded; closure approved.',
    ],
    [
      'another than the one contained',
      [['incident.updated', start + hour, { incident: 'INC-8', ...containment }]],
      'open_not_contained',
      'Open for 10 h, severity high; 0 of 1 containment is evidenced. Materiality: not yet determined.',
    ],
  ])('%s', async (_what, rows, code, sentence) => {
    const { verdict } = await reportOf(rows);
    expect(verdict.code).toBe(code);
    expect(plain(verdict.sentence)).toBe(sentence);
  });
});

describe('what is not known of an incident', () => {
  it('is all that no update says, and the decision on materiality is asked', async () => {
    const report = await reportOf([]);
    expect(rowOf(report, 'Not known')).toBe(
      'containment; data classes; customers affected; materiality; root cause',
    );
    expect(rowOf(report, 'Containment')).toBe('not observed — not contained');
    expect(rowOf(report, 'Clock')).toBe('11 h since detection');
    expect(messageOf(report, 2)).toContain(
      'data classes: not determined; customers affected: not determined',
    );
    expect(timeToContain(report)).toMatchObject({ state: 'not_observed', words: 'not contained' });
    expect(asked(report)).toBe(1);
  });

  it.each<[string, object, string]>([
    ['containment', containment, 'data classes; customers affected; materiality; root cause'],
    [
      'data classes, be it none',
      { impact: { dataClasses: [] } },
      'containment; customers affected; materiality; root cause',
    ],
    [
      'customers, be it none',
      { impact: { customersAffected: 0 } },
      'containment; data classes; materiality; root cause',
    ],
    [
      'materiality',
      determination('not_material', hour),
      'containment; data classes; customers affected; root cause',
    ],
  ])('shrinks by %s as soon as an update says it', async (_what, data, unknown) => {
    expect(rowOf(await reportOf([told(hour, data)]), 'Not known')).toBe(unknown);
  });

  it('is still something while the incident is open, and nothing once the closing has told the rest', async () => {
    const all = told(hour, {
      ...containment,
      ...determination('material', 30 * minute),
      impact: { dataClasses: ['claims'], customersAffected: 12, summary: 'claims of one day' },
    });
    const open = await reportOf([all]);
    expect(rowOf(open, 'Not known')).toBe('root cause');
    expect(asked(open)).toBe(0);
    expect(rowOf(open, 'Clock')).toBe(
      '11 h since detection; 9 h 30 min since the determination of materiality',
    );
    expect(rowOf(open, 'Materiality')).toBe(
      'determined as material on 24 Nov 2026, 02:30 UTC by psn:33333333',
    );
    expect(rowOf(open, 'Impact')).toBe('claims of one day');
    expect(messageOf(open, 1)).toBe(
      'When: detected 24 Nov 2026, 01:00 UTC; contained 24 Nov 2026, 02:41 UTC (41 min); not closed',
    );
    expect(messageOf(open, 2)).toContain('data classes: claims; customers affected: 12');
    expect(timeToContain(open)).toMatchObject({ state: 'observed', value: 41 });
    const cause = { rootCause: 'a test key was real', contributing: ['no scan'], detectedBy: 'a customer' };
    const closed = await reportOf([all, told(8 * hour, { outcome: 'closed', ...cause }, 'incident.closed')]);
    expect(rowOf(closed, 'Not known')).toBe('nothing of what this report asks');
    expect(rowOf(closed, 'Contributing condition')).toBe('no scan');
    expect(rowOf(closed, 'Detected by')).toBe('a customer');
    expect(rowOf(closed, 'Should have been detected by')).toBe('not observed — not recorded');
  });

  it('says of a closed incident that nobody told of its containment', async () => {
    const report = await reportOf([closing('closed')]);
    expect(rowOf(report, 'Containment')).toBe('not observed; no update says it, the incident is closed');
    expect(timeToContain(report)).toMatchObject({ words: 'no update says containment' });
    expect(asked(report)).toBe(1);
    expect(asked(await reportOf([closing('false_positive')]))).toBe(0);
  });
});

describe('updates', () => {
  const updates = [
    told(hour, {
      contained: { at: at(50 * minute), how: 'first account' },
      impact: { customersAffected: 90 },
    }),
    told(2 * hour, { impact: { customersAffected: 12 }, owner: psn(7) }),
    told(3 * hour, containment),
    told(3 * hour, { impact: { dataClasses: ['claims'] } }),
    told(4 * hour, determination('material', 3 * hour)),
    told(5 * hour, determination('not_material', 4 * hour)),
  ];

  it('count each member by the latest event that has it', async () => {
    const report = await reportOf(updates);
    expect(rowOf(report, 'Containment')).toMatch(/41 min after the opening: the key was revoked$/);
    expect(messageOf(report, 2)).toContain('data classes: claims; customers affected: 12');
    expect(rowOf(report, 'Materiality')).toMatch(/^determined as not material on 24 Nov 2026, 06:00 UTC/);
  });

  it('say the same in whatever order they arrive, those of one instant too', () => {
    const instants = fc.integer({ min: 0, max: 3 }).map((n) => at(n * hour));
    const update = fc.record({
      time: instants,
      data: fc.record(
        {
          incident: fc.constant('INC-7'),
          contained: fc.record({ at: instants, how: fc.string({ maxLength: 5 }) }),
          impact: fc.record(
            {
              dataClasses: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
              customersAffected: fc.nat(9),
            },
            { requiredKeys: [] },
          ),
          materiality: fc.record({
            outcome: fc.constantFrom('material', 'not_material'),
            at: instants,
            by: fc.constant(psn(3)),
          }),
          owner: fc.constantFrom(psn(1), psn(2)),
        },
        { requiredKeys: ['incident'] },
      ),
    });
    const some = fc
      .array(update, { maxLength: 6 })
      .map((drawn): Update[] => drawn.map((told, i) => ({ ...told, id: `e${i}` })));
    const shuffled = some.chain((updates) =>
      fc.tuple(fc.constant(updates), fc.shuffledSubarray(updates, { minLength: updates.length })),
    );
    fc.assert(
      fc.property(shuffled, instants, ([sent, arrived], asOf) => {
        expect(toldBy(arrived, asOf, new Set())).toEqual(toldBy(sent, asOf, new Set()));
      }),
    );
  });

  it('bring their evidence into the timeline, and their references without evidence into the count', async () => {
    const [decision] = eventsOf([told(0, {}, 'drill.recorded')], 'd');
    const id = decision?.id ?? '';
    const report = await reportOf([
      told(hour, {
        contained: { ...containment.contained, evidenceIds: ['e'.repeat(64), 'f'.repeat(64)] },
        evidenceIds: ['f'.repeat(64), id],
      }),
    ]);
    expect(rowOf(report, 'Known')).toContain('3 references without evidence behind them');
    expect(rowOf(report, 'Evidence of containment')).toBe('0 of 2 references lead to evidence');
    expect(canonicalText(report.registers)).toContain('incident updated: contained');
  });

  it('in the public-safe scope leave figures, and no word, name or person', async () => {
    const rows = [
      ...updates,
      told(6 * hour, { impact: { summary: 'claims of one day' } }),
      told(
        8 * hour,
        { outcome: 'closed', contributing: ['no scan'], detectedBy: 'a customer', shouldHaveDetected: 'ci' },
        'incident.closed',
      ),
    ];
    const report = await reportOf(rows, true);
    const said = plain(canonicalText(report));
    for (const secret of ['INC-7', 'revoked', 'claims', 'no scan', 'a customer', '"ci"', 'psn:'])
      expect(said, secret).not.toContain(secret);
    expect(said).toContain('data classes: 1, withheld; customers affected: 12');
    expect(plain(report.verdict.sentence)).toMatch(/^Contained in 41 min, closed in 8 h/);
  });
});
