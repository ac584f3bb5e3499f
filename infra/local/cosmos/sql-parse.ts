import { badRequest, unsupported } from './problem.js';
import { cursor, tokenize, type Cursor } from './sql-tokens.js';

/** A path below the document; a number is the index of a list element. An empty path is the document. */
export type Path = readonly (string | number)[];
export type Operand = { kind: 'path'; path: Path } | { kind: 'value'; value: unknown };
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type FunctionName = 'ARRAY_CONTAINS' | 'STARTSWITH' | 'CONTAINS' | 'IS_DEFINED' | 'IS_NULL';

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; operator: Comparison; left: Operand; right: Operand }
  | { kind: 'in'; operand: Operand; list: Operand[] }
  | { kind: 'between'; operand: Operand; low: Operand; high: Operand }
  | { kind: 'call'; name: FunctionName; operands: Operand[] }
  | { kind: 'truth'; operand: Operand };

export type Selection =
  | { kind: 'document' }
  | { kind: 'value'; path: Path }
  | { kind: 'count' }
  | { kind: 'object'; members: { name: string; path: Path }[] };

export type Query = {
  alias: string;
  selection: Selection;
  top: number | undefined;
  where: Condition | undefined;
  orderBy: { path: Path; descending: boolean }[];
  offset: number | undefined;
  limit: number | undefined;
  /** Set for the part of a cross-partition query that one physical range answers and the SDK merges. */
  partial: boolean;
};

export type Parameters = ReadonlyMap<string, unknown>;

const FUNCTIONS: Readonly<Record<FunctionName, readonly [number, number]>> = {
  ARRAY_CONTAINS: [2, 2],
  STARTSWITH: [2, 2],
  CONTAINS: [2, 2],
  IS_DEFINED: [1, 1],
  IS_NULL: [1, 1],
};
const COMPARISONS: readonly Comparison[] = ['=', '!=', '<=', '>=', '<', '>'];
const RESERVED = new Set(
  'SELECT FROM WHERE ORDER BY GROUP TOP VALUE AND OR NOT IN BETWEEN OFFSET LIMIT AS ASC DESC'.split(' '),
);

const readName = (c: Cursor): string => {
  const token = c.peek();
  if (token?.kind !== 'word' || RESERVED.has(token.text.toUpperCase())) return c.refuse();
  c.take();
  return token.text;
};

type Scope = { alias: string; parameters: Parameters };

const parsePath = (c: Cursor, scope: Scope): Path => {
  const name = readName(c);
  if (c.peek()?.text === '(') throw unsupported(`the function ${name.toUpperCase()} in queries`);
  if (name !== scope.alias)
    throw badRequest(`Identifier '${name}' could not be resolved; the query reads from '${scope.alias}'.`);
  const path: (string | number)[] = [];
  for (;;) {
    if (c.accept('.')) {
      const token = c.take();
      if (token.kind !== 'word') throw badRequest(`Syntax error, incorrect syntax near '${token.text}'.`);
      path.push(token.text);
    } else if (c.accept('[')) {
      const token = c.take();
      if (token.kind === 'string') path.push(token.text);
      else if (token.kind === 'number') path.push(Number(token.text));
      else throw unsupported(`'${token.text}' between brackets in queries`);
      c.expect(']');
    } else return path;
  }
};

const parameter = (scope: Scope, name: string): unknown => {
  if (!scope.parameters.has(name)) throw badRequest(`The parameter ${name} has no value.`);
  return scope.parameters.get(name);
};

const parseOperand = (c: Cursor, scope: Scope): Operand => {
  const token = c.peek();
  const value = (v: unknown): Operand => {
    c.take();
    return { kind: 'value', value: v };
  };
  if (token?.kind === 'string') return value(token.text);
  if (token?.kind === 'number') return value(Number(token.text));
  if (token?.kind === 'parameter') return value(parameter(scope, token.text));
  if (c.accept('-')) {
    const number = c.take();
    if (number.kind !== 'number') throw unsupported('- in queries');
    return { kind: 'value', value: -Number(number.text) };
  }
  if (token?.kind === 'word') {
    const word = token.text.toLowerCase();
    if (word === 'true' || word === 'false') return value(word === 'true');
    if (word === 'null') return value(null);
    if (word === 'undefined') return value(undefined);
    return { kind: 'path', path: parsePath(c, scope) };
  }
  return c.refuse();
};

const parseList = (c: Cursor, scope: Scope): Operand[] => {
  c.expect('(');
  const list: Operand[] = [];
  do list.push(parseOperand(c, scope));
  while (c.accept(','));
  c.expect(')');
  return list;
};

const parseCall = (c: Cursor, scope: Scope): Condition | undefined => {
  const token = c.peek();
  const name = token?.kind === 'word' ? token.text.toUpperCase() : '';
  if (!(name in FUNCTIONS)) return undefined;
  c.take();
  const operands = parseList(c, scope);
  const known = name as FunctionName; // as: tested to be a key of the table
  const [least, most] = FUNCTIONS[known];
  if (operands.length < least || operands.length > most)
    throw unsupported(`${name} with ${operands.length} arguments`);
  return { kind: 'call', name: known, operands };
};

const parseComparison = (c: Cursor, scope: Scope): Condition => {
  const call = parseCall(c, scope);
  if (call) return call;
  const left = parseOperand(c, scope);
  const negate = c.accept('NOT');
  const wrap = (part: Condition): Condition => (negate ? { kind: 'not', part } : part);
  if (c.accept('IN')) return wrap({ kind: 'in', operand: left, list: parseList(c, scope) });
  if (c.accept('BETWEEN')) {
    const low = parseOperand(c, scope);
    c.expect('AND');
    return wrap({ kind: 'between', operand: left, low, high: parseOperand(c, scope) });
  }
  if (negate) return c.refuse();
  const operator = c.accept('<>') ? '!=' : COMPARISONS.find((o) => c.accept(o));
  if (!operator) return { kind: 'truth', operand: left };
  return { kind: 'compare', operator, left, right: parseOperand(c, scope) };
};

const parseUnary = (c: Cursor, scope: Scope): Condition => {
  if (c.accept('NOT')) return { kind: 'not', part: parseUnary(c, scope) };
  if (!c.accept('(')) return parseComparison(c, scope);
  const inner = parseOr(c, scope);
  c.expect(')');
  return inner;
};

const parseChain = (
  word: 'AND' | 'OR',
  next: (c: Cursor, scope: Scope) => Condition,
): ((c: Cursor, scope: Scope) => Condition) => {
  return (c, scope) => {
    const parts = [next(c, scope)];
    while (c.accept(word)) parts.push(next(c, scope));
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: word === 'AND' ? 'and' : 'or', parts };
  };
};

const parseAnd = parseChain('AND', parseUnary);
const parseOr = parseChain('OR', parseAnd);

type RawSelection = (scope: Scope) => Selection;

/** The select list stands before FROM names the alias, so its paths are read once the alias is known. */
const parseSelection = (c: Cursor): RawSelection => {
  if (c.accept('*')) return () => ({ kind: 'document' });
  if (c.accept('VALUE')) {
    if (c.accept('COUNT')) {
      c.expect('(');
      if (c.take().text !== '1') throw unsupported('COUNT of anything but 1');
      c.expect(')');
      return () => ({ kind: 'count' });
    }
    const { alias, path } = looseOperand(c);
    return (scope) => ({ kind: 'value', path: resolve(scope, alias, path) });
  }
  const members: { name: string; alias: string; path: Path }[] = [];
  do {
    const { alias, path } = looseOperand(c);
    const last = path.at(-1);
    const named = c.accept('AS') ? readName(c) : undefined;
    const name = named ?? (typeof last === 'string' ? last : alias);
    members.push({ name, alias, path });
  } while (c.accept(','));
  return (scope) => ({
    kind: 'object',
    members: members.map((m) => ({ name: m.name, path: resolve(scope, m.alias, m.path) })),
  });
};

const looseOperand = (c: Cursor): { alias: string; path: Path } => {
  const token = c.peek();
  if (token?.kind !== 'word') return c.refuse();
  if (/^(JOIN|DISTINCT|EXISTS|ARRAY)$/i.test(token.text)) return c.refuse();
  return { alias: token.text, path: parsePath(c, { alias: token.text, parameters: new Map() }) };
};

const resolve = (scope: Scope, alias: string, path: Path): Path => {
  if (alias !== scope.alias)
    throw badRequest(`Identifier '${alias}' could not be resolved; the query reads from '${scope.alias}'.`);
  return path;
};

const readCount = (c: Cursor, parameters: Parameters): number => {
  const token = c.take();
  const value =
    token.kind === 'parameter' ? parameter({ alias: '', parameters }, token.text) : Number(token.text);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw badRequest('TOP, OFFSET and LIMIT take a whole number.');
  return value;
};

/**
 * Ends the text of a rewritten query: what the plan gives the SDK to send to each physical range, followed by the
 * condition with which the SDK resumes an ordered query. The service rewrites in another form; the SDK does not look.
 */
export const PARTIAL = 'PARTIAL';

/** Parses the part of Cosmos SQL that a service uses. Throws 400 naming whatever lies outside it. */
export function parseQuery(text: string, parameters: Parameters): Query {
  const c = cursor(tokenize(text));
  c.expect('SELECT');
  const top = c.accept('TOP') ? readCount(c, parameters) : undefined;
  const selection = parseSelection(c);
  c.expect('FROM');
  const source = readName(c);
  if (c.peek()?.text === '.' || c.accept('IN')) throw unsupported('FROM anything but the container');
  const next = c.peek();
  const renamed =
    c.accept('AS') || (next?.kind === 'word' && !/^(WHERE|ORDER|OFFSET|JOIN|GROUP)$/i.test(next.text));
  const scope = { alias: renamed ? readName(c) : source, parameters };
  const where = c.accept('WHERE') ? parseOr(c, scope) : undefined;
  const orderBy: Query['orderBy'] = [];
  if (c.accept('ORDER')) {
    c.expect('BY');
    do {
      const path = parsePath(c, scope);
      const descending = c.accept('DESC');
      if (!descending) c.accept('ASC');
      orderBy.push({ path, descending });
    } while (c.accept(','));
  }
  const offset = c.accept('OFFSET') ? readCount(c, parameters) : undefined;
  if (offset !== undefined) c.expect('LIMIT');
  const limit = offset === undefined ? undefined : readCount(c, parameters);
  const partial = c.accept(PARTIAL);
  const resume = partial ? parseUnary(c, scope) : undefined;
  if (c.peek()) c.refuse();
  return {
    alias: scope.alias,
    selection: selection(scope),
    top,
    where: where && resume ? { kind: 'and', parts: [where, resume] } : (where ?? resume),
    orderBy,
    offset,
    limit,
    partial,
  };
}
