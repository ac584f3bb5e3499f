import { describe, expect, it } from 'vitest';

import { routes } from '../../functions/routes/all-routes.js';
import { instantSchema } from '../../schemas/primitives.js';
import type { KpiRow } from '../../schemas/report-figures.js';
import { tenantSchema } from '../../schemas/tenant.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { buildCiso } from '../../shared/core/reports/ciso/ciso.js';
import { withoutNames } from '../../shared/core/reports/public-safe.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { gatherPosture } from '../../shared/usecases/reports/gather-posture.js';
import { end, eventsOf, psn, storesOf, tenant } from './months.js';
import type { Row } from './proofs.js';

/* Evidence tied, connectors live and reviews in time: from evidence alone, each with the way to it. */

const own = { signed: false, sourceId: 'aispm' };
const at = (text: string): number => Date.parse(text);

const source = (id: string, keyed = true, provenance: 'live' | 'sample' = 'live') => ({
  id,
  uri: `urn:test:${id}`,
  connectorType: 'custom',
  provenance,
  environments: ['production'],
  eventTypes: ['runtime'],
  keys: keyed
    ? [
        {
          kid: 'k1',
          jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
          validFrom: '2026-10-01T00:00:00Z',
          validUntil: '2027-10-01T00:00:00Z',
        },
      ]
    : [],
});

async function rowsOf(rows: readonly Row[], sources: unknown[] = [], publicSafe = false): Promise<KpiRow[]> {
  const whose = tenantSchema.parse({ ...tenant, sources });
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const input = await gatherPosture({ stores: await storesOf(eventsOf(rows)) }, whose, period, {
    rehearsal: false,
    publicSafe,
  });
  const document = buildCiso(publicSafe ? withoutNames(input) : input);
  return document.blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []));
}
const rowOf = (rows: readonly KpiRow[], id: string): KpiRow => {
  const found = rows.find((row) => row.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};

const decision = (when: number, evidence?: readonly string[]): Row => [
  'decision.recorded',
  when,
  {
    decision: 'block',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1', rule: 'r1' },
    severity: 'high',
    surface: 'command',
    risks: ['destructive'],
    agent: 'builder',
    ran: false,
    ...(evidence === undefined ? {} : { evidence }),
  },
];
/** Events are named by their place among the rows. */
const toRow = (n: number): string => `evidence://${evidenceIdOf('urn:test:runtime', `m${n}`)}`;
const nowhere = `evidence://${'0'.repeat(64)}`;

describe('K18, evidence tied', () => {
  const base = at('2026-11-10T08:00:00Z');

  it('is the share of events whose references all lead into the log; one of several that does not is enough', async () => {
    const row = rowOf(
      await rowsOf([
        decision(base),
        decision(base + hour, [toRow(0)]),
        decision(base + 2 * hour, [toRow(0), toRow(1)]),
        decision(base + 3 * hour, [toRow(0), nowhere]),
      ]),
      'K18',
    );
    expect(row.figure).toMatchObject({ state: 'observed', num: 2, den: 3 });
    expect(row).toMatchObject({ sample: 'of 3 events; 1 not tied, 0 waiting', status: 'off_target' });
  });

  it('leaves out an event while its references have time, and takes it in whichever way that ends', async () => {
    const waiting = rowOf(
      await rowsOf([decision(base, []), decision(base, [toRow(0)]), decision(end - hour, [nowhere])]),
      'K18',
    );
    expect(waiting.figure).toMatchObject({ num: 1, den: 1 });
    expect(waiting.sample).toBe('of 1 event; 0 not tied, 1 waiting');
    const over = rowOf(await rowsOf([decision(base), decision(end - 25 * hour, [nowhere])]), 'K18');
    expect(over.figure).toMatchObject({ num: 0, den: 1 });
  });

  it('is not observed where no event refers to another', async () => {
    expect(rowOf(await rowsOf([decision(base, ['https://elsewhere.example/1'])]), 'K18').figure).toEqual({
      state: 'not_observed',
      reason: 'no_reference',
      words: 'no event refers to other evidence of the log',
    });
  });

  it('is compared with the month before, as it was then', async () => {
    const before = at('2026-10-20T08:00:00Z');
    const row = rowOf(
      await rowsOf([decision(before), decision(before + hour, [nowhere]), decision(base, [toRow(0)])]),
      'K18',
    );
    expect(row.prior).toMatchObject({ num: 0, den: 1 });
    expect(row.trend).toBe('better');
  });
});

describe('K25, connector health', () => {
  const proof = (when: number, connector: string, outcome: 'passed' | 'failed' = 'passed'): Row => [
    'connector.validated',
    when,
    { connector, outcome, nonceDigest: 'a'.repeat(64), issuedAt: instantOf(when) },
    own,
  ];

  it('counts the live sources that sign, and those of them proven in the last seven days', async () => {
    const sources = [
      source('fresh'),
      source('old'),
      source('failed'),
      source('never'),
      source('plain', false),
      source('play', true, 'sample'),
    ];
    const row = rowOf(
      await rowsOf(
        [proof(end - day, 'fresh'), proof(end - 8 * day, 'old'), proof(end - 2 * day, 'failed', 'failed')],
        sources,
      ),
      'K25',
    );
    expect(row).toMatchObject({
      figure: { state: 'observed', value: 1, num: 1, den: 4 },
      target: 4,
      limit: 3,
      status: 'off_target',
      sample: '1 of 4 proven live',
    });
  });

  it('needs all of them, and is beyond its limit with two that are not proven', async () => {
    const sources = ['one', 'two', 'three'].map((id) => source(id));
    const rows = (live: readonly string[]) =>
      rowsOf(
        live.map((id) => proof(end - day, id)),
        sources,
      );
    expect(rowOf(await rows(['one', 'two', 'three']), 'K25').status).toBe('on_target');
    expect(rowOf(await rows(['one', 'two']), 'K25').status).toBe('needs_attention');
    expect(rowOf(await rows(['one']), 'K25').status).toBe('off_target');
  });

  it('is not observed, and no pass, where no live source signs', async () => {
    expect(rowOf(await rowsOf([], [source('plain', false)]), 'K25')).toMatchObject({
      figure: { state: 'not_observed', reason: 'none_required' },
      status: 'not_observed',
    });
  });
});

describe('K26, reviews acknowledged on time', () => {
  const review = (due: string, acknowledged: string | null): Row[] => {
    const name = `daily-${due.slice(0, 10)}`;
    const made = at(due) - day;
    return [
      [
        'review.completed',
        made,
        {
          review: name,
          cadence: 'daily',
          period: due.slice(0, 10),
          digest: 'b'.repeat(64),
          dueAt: instantSchema.parse(due),
        },
        own,
      ],
      ...(acknowledged === null
        ? []
        : [
            [
              'review.acknowledged',
              at(acknowledged),
              { review: name, actor: psn(1), notes: 'read' },
              own,
            ] as Row,
          ]),
    ];
  };

  it('counts reviews by when they were due: late is not on time, and what is not due yet is not counted', async () => {
    const row = rowOf(
      await rowsOf([
        ...review('2026-11-02T09:00:00Z', '2026-11-01T10:00:00Z'),
        ...review('2026-11-03T09:00:00Z', '2026-11-03T09:00:00Z'),
        ...review('2026-11-04T09:00:00Z', '2026-11-05T09:00:00Z'),
        ...review('2026-11-05T09:00:00Z', null),
        ...review('2026-11-25T09:00:00Z', '2026-11-24T10:00:00Z'),
        ...review('2026-10-30T09:00:00Z', '2026-10-29T10:00:00Z'),
      ]),
      'K26',
    );
    expect(row.figure).toMatchObject({ num: 2, den: 4 });
    expect(row).toMatchObject({ sample: '2 of 4 due', status: 'off_target', trend: 'worse' });
    expect(row.prior).toMatchObject({ num: 1, den: 1 });
  });

  it('is not observed where no review fell due', async () => {
    expect(rowOf(await rowsOf([]), 'K26')).toMatchObject({
      figure: { state: 'not_observed', reason: 'none_due', words: 'no review fell due in the period' },
      status: 'not_observed',
    });
  });
});

describe('every indicator of the CISO report', () => {
  it('leads to a route of this service that is read with GET; public-safe, nowhere', async () => {
    const answers = (path: string): boolean =>
      routes.some(
        ({ method, path: pattern }) =>
          method === 'GET' &&
          new RegExp(`^/api/${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path.split('?')[0] ?? ''),
      );
    for (const { id, ref } of await rowsOf([decision(end - day)]))
      expect(ref.href !== null && answers(ref.href), `${id} ${ref.href ?? ''}`).toBe(true);
    for (const { ref } of await rowsOf([decision(end - day)], [], true)) expect(ref.href).toBeNull();
  });
});
