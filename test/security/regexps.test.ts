import ts from 'typescript';
import { expect, it } from 'vitest';

import { files, textOf } from '../sources.js';

/*
 * OWASP API4:2023: no text that anybody sends keeps a pattern busy. Not a measurement: a pattern whose work grows faster
 * than the text, by more than its length, does not end here within the test's time.
 */

/** Every regular expression written in what is deployed, once. */
function patterns(): RegExp[] {
  const found = new Map<string, RegExp>();
  for (const file of files.filter((one) => /^(shared|functions|schemas)\//.test(one))) {
    const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        found.set(node.text, new RegExp(node.text.slice(1, end), node.text.slice(end + 1)));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...found.values()];
}

/** What a pattern is made of, repeated: its own literal runs, and a few units that most classes take. */
function hostileTo({ source }: RegExp): string[] {
  const literal = source.split(/[\\^$.*+?()[\]{}|]+/).filter((part) => part.length > 0 && part.length < 12);
  const units = new Set([
    ...literal,
    'a',
    '0',
    'A',
    ' ',
    '-',
    '.',
    ':',
    '/',
    '"',
    '\\',
    '\n',
    'a.',
    'a-',
    'é',
    '1Z',
  ]);
  return [...units].map((unit) => unit.repeat(Math.ceil(3_000 / unit.length)));
}

it('every pattern ends on every text, however it is repeated', () => {
  const all = patterns();
  expect(all.length).toBeGreaterThan(60);
  for (const pattern of all)
    for (const text of hostileTo(pattern))
      for (const tried of [`${text}\u0000`, `"${text}\u0000`, `${text}@`]) {
        pattern.lastIndex = 0;
        // Whether it fits says nothing here; that it was told does.
        expect(typeof pattern.test(tried)).toBe('boolean');
      }
}, 60_000);

it('no pattern repeats what is repeated already, which is how the work doubles with every character', () => {
  // (x+)+, (x*)*, (x+)* and the like around one atom or class; bounded repetitions of bounded ones are fine.
  const nested = /\((?:\?:)?(?:\\.|\[[^\]]*\]|[^()\\[\]])[+*]\)[+*]/;
  expect(
    patterns()
      .filter(({ source }) => nested.test(source))
      .map(({ source }) => source),
  ).toEqual([]);
});
