import { maxDepth, pointerToken } from './ijson.js';

/** An open object with the names that it had so far, or an open array; `at` leads to the value being read. */
type Level = { names: Set<string> | null; at: string | number };

/**
 * The first member whose name its object had before. `JSON.parse` keeps the last of two, other readers the first: such a
 * text says one thing to one reader and another to the next, and I-JSON forbids it (RFC 7493, 2.3).
 * @param text valid JSON; of any other text nothing is said.
 * @returns its pointer (RFC 6901), or null where every name stands once.
 */
export function repeatedName(text: string): string | null {
  const levels: Level[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const level = levels.at(-1);
    switch (text.charAt(i)) {
      case '{':
        levels.push({ names: new Set(), at: '' });
        break;
      case '[':
        levels.push({ names: null, at: 0 });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (typeof level?.at === 'number') level.at += 1;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (level?.names && isName(text, end)) {
          level.at = nameIn(text.slice(i, end + 1));
          if (level.names.has(level.at)) return pointerTo(levels);
          level.names.add(level.at);
        }
        i = end;
      }
    }
  }
  return null;
}

/** Cut where no value that is accepted has members any more: a hostile text nests by the hundred thousand. */
const pointerTo = (levels: readonly Level[]): string =>
  levels
    .slice(0, maxDepth + 1)
    .map(({ at }) => `/${pointerToken(at)}`)
    .join('');

/** Place of the quotation mark that ends the string which begins at `start`: one behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === '\\') before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** A string is a name where a colon follows it. */
function isName(text: string, end: number): boolean {
  let next = end + 1;
  while (/[ \t\n\r]/.test(text[next] ?? '')) next += 1;
  return text[next] === ':';
}

/** Names that are spelled differently may be one: `"\u0061"` is `"a"`. */
const nameIn = (quoted: string): string =>
  quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
