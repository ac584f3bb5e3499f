import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { wordsOf } from '../../shared/core/projections/words.js';

const text = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));

describe('the words of a text', () => {
  it('are whole words, without what stands between them and without capitals', () => {
    expect(wordsOf('agent:payments-builder', undefined, 'Evidence has run out for: Agents act')).toEqual([
      'agent',
      'payments',
      'builder',
      'evidence',
      'has',
      'run',
      'out',
      'for',
      'agents',
      'act',
    ]);
    expect(wordsOf('Zürich_7 / ΑΒΓ')).toEqual(['zürich', '7', 'αβγ']);
  });

  it('find whatever text they were made of, in any order and in capitals too', () => {
    fc.assert(
      fc.property(text, fc.string({ maxLength: 20 }), (about, more) => {
        const kept = wordsOf(about, more);
        const asked = wordsOf(kept.toReversed().join(' '));
        expect(new Set(asked)).toEqual(new Set(kept));
        for (const word of wordsOf(about)) expect(kept).toContain(word);
      }),
    );
  });

  it('are bounded, however long a name a sender makes up', () => {
    const words = wordsOf(Array.from({ length: 500 }, (_, n) => `w${n}`).join('-'), 'x'.repeat(100_000));
    expect(words).toHaveLength(80);
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(40);
  });
});
