import { describe, expect, it } from 'vitest';

import { blockSchema } from '../../schemas/report-blocks.js';
import {
  referencesIn,
  renderContextSchema,
  reportDocumentSchema,
  type ReportDocument,
} from '../../schemas/report-document.js';
import { kpiRowSchema } from '../../schemas/report-figures.js';
import { forbiddenPhrases, lintDocument } from '../../shared/core/reports/wording.js';
import { badMonth, context, goodMonth, thinMonth } from './fixtures.js';

const refused = (change: (document: Record<string, unknown>) => unknown): string[] => {
  const result = reportDocumentSchema.safeParse(change(structuredClone(goodMonth())));
  return result.success ? [] : result.error.issues.map(({ message }) => message);
};
const withBlocks = (change: (blocks: ReportDocument['blocks']) => unknown[]) => {
  const document = goodMonth();
  return reportDocumentSchema.safeParse({ ...document, blocks: change(document.blocks) });
};

describe('a score', () => {
  const card = goodMonth().blocks.find((block) => block.kind === 'scoreCard');

  it.each(['controls', 'openCriticals', 'verdict', 'acceptedCriticals', 'ref'])(
    'cannot be said without its %s',
    (member) => {
      expect(blockSchema.safeParse(card).success).toBe(true);
      expect(blockSchema.safeParse({ ...card, [member]: undefined }).success).toBe(false);
    },
  );

  it('cannot stand under another verdict than the report', () => {
    const result = withBlocks((blocks) =>
      blocks.map((b) => (b.kind === 'scoreCard' ? { ...b, verdict: 'needs_attention' } : b)),
    );
    expect(result.success).toBe(false);
  });
});

describe('a figure', () => {
  const row = badMonth().blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []))[0];
  const accepts = (change: object) => kpiRowSchema.safeParse({ ...row, ...change }).success;
  const unknown = { state: 'not_observed', reason: 'no_inventory', words: 'no inventory' };

  it('carries the way to its evidence', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ ref: undefined })).toBe(false);
    expect(accepts({ ref: { label: 'K08', href: 'https://elsewhere.example/' } })).toBe(false);
  });

  it('that is not observed is never on target nor compared', () => {
    expect(accepts({ figure: unknown, status: 'on_target', trend: 'no_comparison' })).toBe(false);
    expect(accepts({ figure: unknown, status: 'not_observed', trend: 'better' })).toBe(false);
    expect(accepts({ figure: unknown, status: 'not_observed', trend: 'no_comparison' })).toBe(true);
  });

  it('touched by a qualification is never on target', () => {
    expect(accepts({ touched: true, status: 'on_target' })).toBe(false);
  });

  it('that is a share holds its counts and agrees with them', () => {
    expect(accepts({ figure: { state: 'observed', value: 95.9 } })).toBe(false);
    expect(accepts({ figure: { state: 'observed', value: 99, num: 1, den: 2 } })).toBe(false);
  });
});

describe('a document', () => {
  it('is accepted in a bad, a good and a thin month', () => {
    for (const document of [badMonth(), goodMonth(), thinMonth()])
      expect(reportDocumentSchema.parse(document)).toEqual(document);
  });

  it('carries a verdict of the vocabulary only', () => {
    expect(refused((d) => ({ ...d, verdict: { ...(d.verdict as object), words: 'All good' } }))).toContain(
      'no such verdict in this set',
    );
    expect(refused((d) => ({ ...d, verdict: { ...(d.verdict as object), code: 'ready' } }))).toContain(
      'no such verdict in this set',
    );
  });

  it('opens with its verdict, once', () => {
    expect(withBlocks((blocks) => blocks.slice(1)).success).toBe(false);
    expect(withBlocks((blocks) => [...blocks, blocks[0]]).success).toBe(false);
  });

  it('is marked as sample exactly where it is public-safe', () => {
    expect(
      refused((d) => ({
        ...d,
        classification: { mark: 'PUBLIC-SAFE SAMPLE', rehearsal: false, publicSafe: false },
      })),
    ).not.toEqual([]);
  });

  it('refuses a label that leads to two places, unknown members and other charts', () => {
    const item = (label: string, href: string) => ({ text: 'x', ref: { label, href } });
    const list = { kind: 'list', ordered: false, items: [item('L', '/api/a'), item('L', '/api/b')] };
    expect(withBlocks((blocks) => [...blocks, list]).success).toBe(false);
    expect(refused((d) => ({ ...d, html: '<b>' }))).not.toEqual([]);
    expect(
      blockSchema.safeParse({
        kind: 'chart',
        caption: 'x',
        chart: { type: 'pie' },
        ref: item('L', '/api/a').ref,
      }).success,
    ).toBe(false);
  });

  it('refuses a table whose rows do not fit, and a cut one that does not say of how many', () => {
    const table = {
      kind: 'table',
      caption: 'c',
      columns: [{ key: 'a', title: 'A', kind: 'number' }],
      rows: [[{ kind: 'number', value: 1 }]],
      empty: 'none',
    };
    expect(blockSchema.safeParse(table).success).toBe(true);
    expect(blockSchema.safeParse({ ...table, rows: [[]] }).success).toBe(false);
    expect(blockSchema.safeParse({ ...table, rows: [[{ kind: 'text', text: '1' }]] }).success).toBe(false);
    expect(blockSchema.safeParse({ ...table, truncated: { shown: 5, total: 9, rest: 'x' } }).success).toBe(
      false,
    );
  });

  it('refuses control characters in anything that prints', () => {
    expect(refused((d) => ({ ...d, title: 'CISO\r\nBcc: x@y.example' }))).toContain(
      'control characters are not allowed',
    );
  });

  it('names every reference it makes', () => {
    expect(referencesIn(goodMonth().blocks).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['K08', 'findings', 'K01']),
    );
    expect(renderContextSchema.parse(context)).toEqual(context);
  });
});

describe('wording', () => {
  it.each([
    'Your agents are secure.',
    'This is audit-ready',
    'Several tools are unowned',
    'Will be fixed soon',
    'Great month!',
    'Score: NaN',
    'at 2026-10-31T23:59:59.000Z',
    '—',
    'All good',
    'The cause was human error',
  ])('refuses "%s"', (sentence) => expect(forbiddenPhrases(sentence)).not.toEqual([]));

  it('lets the disclaimer say what a packet is not', () => {
    expect(forbiddenPhrases("It is not an auditor's opinion, an attestation or a certificate.")).toEqual([]);
  });

  it('finds nothing to refuse in the three months', () => {
    for (const document of [badMonth(), goodMonth(), thinMonth()]) expect(lintDocument(document)).toEqual([]);
  });
});
