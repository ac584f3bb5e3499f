import type { SqlValue } from './database.js';
import { unsupported } from './problem.js';
import type { Comparison, Condition, Operand, Path } from './sql-parse.js';

/** A piece of SQLite text with the values of its placeholders. */
export type Piece = { text: string; values: SqlValue[] };

/**
 * Cosmos orders values by type first: absent, null, boolean, number, string, array, object. SQLite does not know
 * these types in JSON, so every path becomes two expressions, its rank and its value, and indexes hold both.
 */
const RANK = { absent: 0, null: 1, boolean: 2, number: 4, string: 5, array: 6, object: 7 } as const;

const jsonPath = (path: Path): string => {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    if (/["'\\]|\p{Cc}/u.test(step))
      throw unsupported(`the property name ${JSON.stringify(step)} in queries`);
    return `."${step}"`;
  });
  return `'$${steps.join('')}'`;
};

/** The type rank of a path, as an SQLite expression. */
export const rankOf = (path: Path): string =>
  `CASE json_type(body,${jsonPath(path)}) WHEN 'text' THEN 5 WHEN 'integer' THEN 4 WHEN 'real' THEN 4` +
  ` WHEN 'true' THEN 2 WHEN 'false' THEN 2 WHEN 'null' THEN 1 WHEN 'array' THEN 6 WHEN 'object' THEN 7 ELSE 0 END`;

/** The value of a path, as an SQLite expression: 0 or 1 for booleans, NULL for null and absent. */
export const valueOf = (path: Path): string => `json_extract(body,${jsonPath(path)})`;

/** The document's own id: always a string, and a column of its own beside the partition key, with an index on both. */
export const isId = (path: Path): boolean => path.length === 1 && path[0] === 'id';

type Constant = { rank: number; value: SqlValue };

const constant = (value: unknown): Constant => {
  if (value === undefined) return { rank: RANK.absent, value: null };
  if (value === null) return { rank: RANK.null, value: null };
  if (typeof value === 'boolean') return { rank: RANK.boolean, value: value ? 1 : 0 };
  if (typeof value === 'number') return { rank: RANK.number, value };
  if (typeof value === 'string') return { rank: RANK.string, value };
  throw unsupported('comparison with an array or object in queries');
};

const piece = (text: string, ...values: SqlValue[]): Piece => ({ text, values });
const ALWAYS = piece('1');
const NEVER = piece('0');
const truth = (holds: boolean): Piece => (holds ? ALWAYS : NEVER);

/** Joins conditions; an empty list is true for AND and false for OR. */
export const join = (word: 'AND' | 'OR', pieces: readonly Piece[]): Piece =>
  pieces.length === 0
    ? truth(word === 'AND')
    : {
        text: `(${pieces.map((p) => p.text).join(` ${word} `)})`,
        values: pieces.flatMap((p) => p.values),
      };

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const MIRROR: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const compareConstants = (operator: Comparison, a: Constant, b: Constant): boolean => {
  if (a.rank === 0 || b.rank === 0) return false;
  const equal = a.rank === b.rank && a.value === b.value;
  if (operator === '=' || operator === '!=') return equal === (operator === '=');
  if (a.rank !== b.rank) return false;
  if (equal) return operator === '<=' || operator === '>=';
  const [x, y] = [a.value ?? 0, b.value ?? 0];
  const less =
    typeof x === 'string' && typeof y === 'string'
      ? Buffer.compare(Buffer.from(x), Buffer.from(y)) < 0
      : x < y;
  return less === operator.startsWith('<');
};

const comparePath = (operator: Comparison, path: Path, right: Constant): Piece => {
  const rank = rankOf(path);
  const { value } = right;
  if (right.rank === RANK.absent) return NEVER;
  if (operator === '!=') {
    if (value === null) return piece(`${rank} > 1`);
    return piece(`(${rank} > 0 AND NOT (${rank} = ${right.rank} AND ${valueOf(path)} IS ?))`, value);
  }
  if (value === null) return operator === '<' || operator === '>' ? NEVER : piece(`${rank} = 1`);
  if (operator === '=' && right.rank === RANK.string && isId(path)) return piece('id = ?', value);
  return piece(`(${rank} = ${right.rank} AND ${valueOf(path)} ${operator} ?)`, value);
};

const comparePaths = (operator: Comparison, a: Path, b: Path): Piece => {
  const [ra, rb, va, vb] = [rankOf(a), rankOf(b), valueOf(a), valueOf(b)];
  const same = `(${ra} = ${rb} AND ${va} IS ${vb})`;
  if (operator === '=') return piece(`(${ra} > 0 AND ${same})`);
  if (operator === '!=') return piece(`(${ra} > 0 AND ${rb} > 0 AND NOT ${same})`);
  return piece(`(${ra} = ${rb} AND ${ra} IN (2, 4, 5) AND ${va} ${operator} ${vb})`);
};

const compare = (operator: Comparison, left: Operand, right: Operand): Piece => {
  if (left.kind === 'path')
    return right.kind === 'path'
      ? comparePaths(operator, left.path, right.path)
      : comparePath(operator, left.path, constant(right.value));
  if (right.kind === 'path') return comparePath(MIRROR[operator], right.path, constant(left.value));
  return truth(compareConstants(operator, constant(left.value), constant(right.value)));
};

/** `IN` over constants of one type becomes one indexable list; anything else a chain of equalities. */
const within = (operand: Operand, list: readonly Operand[], negated: boolean): Piece => {
  const constants = list.map((o) => (o.kind === 'value' ? constant(o.value) : undefined));
  const [first] = constants;
  if (!negated && operand.kind === 'path' && first && first.value !== null)
    if (constants.every((k) => k?.rank === first.rank)) {
      const { path } = operand;
      const listed = `IN (${constants.map(() => '?').join(',')})`;
      const text =
        first.rank === RANK.string && isId(path)
          ? `id ${listed}`
          : `(${rankOf(path)} = ${first.rank} AND ${valueOf(path)} ${listed})`;
      return piece(text, ...constants.map((k) => k?.value ?? null));
    }
  return negated
    ? join(
        'AND',
        list.map((o) => compare('!=', operand, o)),
      )
    : join(
        'OR',
        list.map((o) => compare('=', operand, o)),
      );
};

/** The least string above every string with this prefix, or undefined if there is none. */
const afterPrefix = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (s) => s.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop())
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  return undefined;
};

const textArgument = (name: string, operand: Operand | undefined): string => {
  if (operand?.kind !== 'value' || typeof operand.value !== 'string')
    throw unsupported(`${name} with a second argument that is not a string value`);
  return operand.value;
};

const startsWith = (path: Path, prefix: string, negated: boolean): Piece => {
  const [rank, value, end] = [rankOf(path), valueOf(path), afterPrefix(prefix)];
  const inside =
    end === undefined ? piece(`${value} >= ?`, prefix) : piece(`${value} >= ? AND ${value} < ?`, prefix, end);
  return { text: `(${rank} = 5 AND ${negated ? 'NOT ' : ''}(${inside.text}))`, values: inside.values };
};

const arrayContains = (list: Operand, item: Operand, negated: boolean): Piece => {
  if (list.kind === 'value') {
    if (!Array.isArray(list.value)) return truth(false);
    const values = list.value.map((value: unknown): Operand => ({ kind: 'value', value }));
    return within(item, values, negated);
  }
  if (item.kind === 'path') throw unsupported('ARRAY_CONTAINS of two paths');
  const wanted = constant(item.value);
  if (wanted.rank === RANK.absent) return NEVER;
  const types: Readonly<Record<number, string>> = {
    1: "'null'",
    2: "'true','false'",
    4: "'integer','real'",
    5: "'text'",
  };
  const rank = rankOf(list.path);
  const found =
    `EXISTS (SELECT 1 FROM json_each(body,${jsonPath(list.path)}) AS e` +
    ` WHERE e.type IN (${types[wanted.rank]}) AND e.value IS ?)`;
  return negated
    ? piece(`(${rank} > 0 AND NOT (${rank} = 6 AND ${found}))`, wanted.value)
    : piece(`(${rank} = 6 AND ${found})`, wanted.value);
};

const call = (part: Extract<Condition, { kind: 'call' }>, negated: boolean): Piece => {
  const [first, second] = part.operands;
  if (part.name === 'ARRAY_CONTAINS' && first && second) return arrayContains(first, second, negated);
  if (first?.kind !== 'path') throw unsupported(`${part.name} of anything but a path`);
  const rank = rankOf(first.path);
  switch (part.name) {
    case 'IS_DEFINED':
      return piece(`${rank} ${negated ? '=' : '>'} 0`);
    case 'IS_NULL':
      return piece(`${rank} ${negated ? '<>' : '='} 1`);
    case 'STARTSWITH':
      return startsWith(first.path, textArgument(part.name, second), negated);
    case 'CONTAINS':
      return piece(
        `(${rank} = 5 AND instr(${valueOf(first.path)}, ?) ${negated ? '=' : '>'} 0)`,
        textArgument(part.name, second),
      );
    case 'ARRAY_CONTAINS':
      throw unsupported('ARRAY_CONTAINS with these arguments');
  }
};

/**
 * Translates a condition into SQLite text that holds exactly when the condition is true. Cosmos has a third value,
 * undefined, which is not true and whose negation is not true either; so NOT is pushed down to the leaves, and
 * each leaf says when it, or its negation, is true.
 *
 * Ordering comparisons are true only between values of one type; values of different types are unequal.
 */
export function translate(condition: Condition, negated = false): Piece {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return join(
        (condition.kind === 'and') === negated ? 'OR' : 'AND',
        condition.parts.map((p) => translate(p, negated)),
      );
    case 'not':
      return translate(condition.part, !negated);
    case 'compare':
      return compare(
        negated ? OPPOSITE[condition.operator] : condition.operator,
        condition.left,
        condition.right,
      );
    case 'in':
      return within(condition.operand, condition.list, negated);
    case 'between': {
      const { operand, low, high } = condition;
      return negated
        ? join('OR', [compare('<', operand, low), compare('>', operand, high)])
        : join('AND', [compare('>=', operand, low), compare('<=', operand, high)]);
    }
    case 'call':
      return call(condition, negated);
    case 'truth':
      return compare('=', condition.operand, { kind: 'value', value: !negated });
  }
}

/** The paths that a condition reads, for finding and making indexes; `list` marks a search within an array. */
export function pathsIn(condition: Condition): { path: Path; list: boolean }[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(pathsIn);
    case 'not':
      return pathsIn(condition.part);
    case 'compare':
      return [condition.left, condition.right].flatMap(operandPath);
    case 'in':
      return [condition.operand, ...condition.list].flatMap(operandPath);
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(operandPath);
    case 'call':
      return condition.operands
        .flatMap(operandPath)
        .map((p, i) => ({ ...p, list: condition.name === 'ARRAY_CONTAINS' && i === 0 }));
    case 'truth':
      return operandPath(condition.operand);
  }
}

const operandPath = (operand: Operand): { path: Path; list: boolean }[] =>
  operand.kind === 'path' ? [{ path: operand.path, list: false }] : [];
