import { murmur128 } from './murmur.js';
import { badRequest } from './problem.js';

/** One level of a partition key. `{}` on the wire is the absent value; here it is `undefined`. */
export type KeyValue = string | number | boolean | null | undefined;

export type PartitionKeyDefinition = { paths: string[]; kind: 'Hash' | 'MultiHash'; version: 2 };

/** A contiguous interval of effective partition keys, upper-case hex, as `pkranges` lists it. */
export type KeyRange = { id: string; minInclusive: string; maxExclusive: string; parents: string[] };

/** Splits a path such as `/a/"b c"/[]/?` into its segments. */
export function pathSegments(path: string): string[] {
  const segments = path.match(/"(?:[^"\\]|\\.)*"|[^/]+/g) ?? [];
  return segments.map((s) => (s.startsWith('"') ? s.slice(1, -1) : s));
}

const keyValue = (value: unknown): KeyValue => {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return undefined;
  throw badRequest('Partition key values must be a string, a number, a boolean, null or absent.');
};

/**
 * Reads the `x-ms-documentdb-partitionkey` header: a JSON array with one value per level, fewer for a prefix.
 * Throws 400 if it is not such an array.
 */
export function parseKeyHeader(header: string, definition: PartitionKeyDefinition): KeyValue[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(header);
  } catch {
    throw badRequest('Partition key header is not JSON.');
  }
  if (!Array.isArray(parsed) || parsed.length === 0 || parsed.length > definition.paths.length)
    throw badRequest(
      'Partition key provided either does not correspond to definition in the collection.',
      1001,
    );
  return parsed.map(keyValue);
}

/** The partition key that a document's body carries. */
export function keyOf(
  body: Readonly<Record<string, unknown>>,
  definition: PartitionKeyDefinition,
): KeyValue[] {
  return definition.paths.map((path) => {
    let value: unknown = body;
    for (const segment of pathSegments(path))
      value =
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[segment] // as: a JSON object read by name
          : undefined;
    return keyValue(value);
  });
}

/** The text under which a logical partition is stored; a prefix of levels is a prefix of this text. */
export const keyText = (key: readonly KeyValue[]): string =>
  `[${key.map((v) => (v === undefined ? '{}' : JSON.stringify(v))).join(',')}]`;

const encodeNumber = (value: number): Buffer => {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x05;
  bytes.writeDoubleLE(value, 1);
  return bytes;
};

const encode = (value: KeyValue): Buffer => {
  if (value === undefined) return Buffer.from([0x00]);
  if (value === null) return Buffer.from([0x01]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0x03 : 0x02]);
  if (typeof value === 'number') return encodeNumber(value);
  return Buffer.concat([Buffer.from([0x08]), Buffer.from(value, 'utf8'), Buffer.from([0xff])]);
};

const known = new Map<KeyValue, string>();

const hash = (value: KeyValue): string => {
  const cached = known.get(value);
  if (cached !== undefined) return cached;
  const [h1, h2] = murmur128(encode(value));
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(h1, 0);
  bytes.writeBigUInt64LE(h2, 8);
  bytes.reverse();
  bytes.writeUInt8(bytes.readUInt8(0) & 0x3f, 0);
  const text = bytes.toString('hex').toUpperCase();
  if (known.size > 100_000) known.clear();
  known.set(value, text);
  return text;
};

/**
 * The effective partition key, upper-case hex: the hash of each level, concatenated, so that a prefix of levels
 * is a contiguous range. Source: partition key definition version 2, kinds Hash and MultiHash, as the SDK computes it.
 */
export const effectiveKey = (key: readonly KeyValue[]): string => key.map(hash).join('');

/** The four ranges that every container starts with. Effective keys start with a byte below 0x40. */
export const INITIAL_RANGES: readonly KeyRange[] = [
  { id: '0', minInclusive: '', maxExclusive: '10', parents: [] },
  { id: '1', minInclusive: '10', maxExclusive: '20', parents: [] },
  { id: '2', minInclusive: '20', maxExclusive: '30', parents: [] },
  { id: '3', minInclusive: '30', maxExclusive: 'FF', parents: [] },
];

/** The range that an effective key falls into. */
export function rangeOf(ranges: readonly KeyRange[], epk: string): KeyRange {
  const range = ranges.find((r) => r.minInclusive <= epk && epk < r.maxExclusive);
  if (!range) throw new Error(`no range holds ${epk}`);
  return range;
}

/** How many ranges splits may make of a container: enough for several tenants, few enough to poll. */
const MOST_RANGES = 8;

/**
 * Splits the range that holds a first-level key in the middle of that key's own interval, so that the tenant
 * lies on two physical ranges as a large one does in the service. Returns the ranges unchanged if it is already
 * split or the container has enough.
 */
export function splitWithin(ranges: readonly KeyRange[], first: KeyValue): readonly KeyRange[] {
  const middle = `${hash(first)}20`;
  const old = rangeOf(ranges, middle);
  if (ranges.length >= MOST_RANGES || ranges.some((r) => r.minInclusive === middle)) return ranges;
  const next = Math.max(...ranges.map((r) => Number(r.id))) + 1;
  const parents = [...old.parents, old.id];
  return ranges.flatMap((r) =>
    r === old
      ? [
          { id: String(next), minInclusive: old.minInclusive, maxExclusive: middle, parents },
          { id: String(next + 1), minInclusive: middle, maxExclusive: old.maxExclusive, parents },
        ]
      : [r],
  );
}
