import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { repeatedName } from '../../shared/core/kernel/repeated-name.js';

/** A name as it may be spelled: each character as it is, or by its number. */
const spelled = (name: string, by: readonly boolean[]): string => {
  const parts = [...name].map((character, at) =>
    by[at] === true && character.length === 1
      ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(character).slice(1, -1),
  );
  return `"${parts.join('')}"`;
};

const pointerOf = (name: string): string =>
  `/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;

describe('a JSON text', () => {
  it('in which every name stands once is left alone, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4), (value, indent) => {
        expect(repeatedName(JSON.stringify(value, null, indent))).toBeNull();
      }),
    );
  });

  it('in which an object has a name twice is found out, wherever it is and however the name is spelled', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        names,
        fc.nat(),
        fc.array(fc.boolean()),
        fc.jsonValue(),
        fc.boolean(),
        (all, pick, by, other, inArray) => {
          const again = all[pick % all.length] ?? '';
          const members = all.map((name) => `${JSON.stringify(name)} : ${JSON.stringify(other)}`);
          const object = `{${[...members, `${spelled(again, by)}\n:"}\\\\"`].join(' , ')}}`;
          expect(() => JSON.parse(object) as unknown).not.toThrow();
          const whole = inArray ? `[{"a":[1,2]},${object}]` : `{"in":{"a":1},"out":${object}}`;
          expect(repeatedName(whole)).toBe(`${inArray ? '/1' : '/out'}${pointerOf(again)}`);
        },
      ),
    );
  });

  it('has the same name in different objects, as value and as name, and in an array as often as it likes', () => {
    expect(repeatedName('[{"a":1},{"a":1},"a","a",{"b":"a","a":{"a":[{"a":1}]}}]')).toBeNull();
  });

  it('that nests without end is read to its end, and its place is told no further than anything is accepted', () => {
    const deep = `${'['.repeat(300_000)}{"a":1,"a":2}${']'.repeat(300_000)}`;
    expect(repeatedName(deep)).toHaveLength(34);
    expect(repeatedName(deep.replace('"a":2', '"b":2'))).toBeNull();
  });
});
