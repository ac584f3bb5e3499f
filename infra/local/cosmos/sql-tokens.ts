import { badRequest, unsupported } from './problem.js';

export type Token =
  | { kind: 'word'; text: string }
  | { kind: 'parameter'; text: string }
  | { kind: 'string'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'symbol'; text: string };

const PATTERN =
  /\s+|(--[^\n]*)|([A-Za-z_][A-Za-z0-9_]*)|(@[A-Za-z_][A-Za-z0-9_]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(<=|>=|!=|<>|\|\||\?\?|[-+*/%&|^~?:=<>()[\]{},.])/y;

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

const unquote = (text: string): string =>
  text
    .slice(1, -1)
    .replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/g, (_, hex: string | undefined, one: string | undefined) =>
      hex === undefined ? (ESCAPES[one ?? ''] ?? one ?? '') : String.fromCharCode(parseInt(hex, 16)),
    );

/** Cuts a query into tokens. Throws 400 at the first character that starts none. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < query.length) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(query);
    if (!match) throw badRequest(`Syntax error, unexpected '${query.slice(at, at + 10)}' in the query.`);
    const [, , word, parameter, string, number, symbol] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (parameter !== undefined) tokens.push({ kind: 'parameter', text: parameter });
    else if (string !== undefined) tokens.push({ kind: 'string', text: unquote(string) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
  }
  return tokens;
}

/** A place in a list of tokens that moves forward as the parser takes them. */
export type Cursor = {
  /** Takes the next token if it is this keyword (any case) or symbol. */
  accept(text: string): boolean;
  /** Takes it or throws 400. */
  expect(text: string): void;
  peek(): Token | undefined;
  take(): Token;
  /** Throws 400 naming what stands here. */
  refuse(): never;
};

const NAMED = new Set(
  'JOIN DISTINCT GROUP HAVING LIKE EXISTS UDF ARRAY UNION ESCAPE RANK'
    .split(' ')
    .concat('?', '??', '||', '{'),
);

/** A cursor over tokens; what it refuses is named as unsupported if the real service knows it. */
export function cursor(tokens: readonly Token[]): Cursor {
  let at = 0;
  const is = (text: string): boolean => {
    const token = tokens[at];
    return (
      (token?.kind === 'word' && token.text.toUpperCase() === text) ||
      (token?.kind === 'symbol' && token.text === text)
    );
  };
  const refuse = (): never => {
    const token = tokens[at];
    if (!token) throw badRequest('Syntax error, unexpected end of query.');
    const text = token.kind === 'word' ? token.text.toUpperCase() : token.text;
    if (NAMED.has(text) || (token.kind === 'symbol' && /^[-+*/%&|^~]$/.test(text)))
      throw unsupported(`${text} in queries`);
    throw badRequest(`Syntax error, incorrect syntax near '${token.text}'.`);
  };
  return {
    accept: (text) => {
      if (!is(text)) return false;
      at += 1;
      return true;
    },
    expect: (text) => {
      if (!is(text)) refuse();
      at += 1;
    },
    peek: () => tokens[at],
    take: () => {
      const token = tokens[at];
      if (!token) return refuse();
      at += 1;
      return token;
    },
    refuse,
  };
}
