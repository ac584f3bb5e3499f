import { isIndexed, type IndexingPolicy } from './indexing-policy.js';
import { pathSegments } from './partition-key.js';

/**
 * The model of request units, in one table. The service publishes only anchor points; between them this is an
 * assumption, good for comparing designs and not for a bill.
 *
 * Anchors (Microsoft Learn, "Request Units in Azure Cosmos DB" and "Plan capacity"): a point read of 1 KB is 1 and of
 * 100 KB is 10; a write of 1 KB without indexing is about 5 and of 100 KB about 50; a query starts at about 2.3.
 * Assumptions: growth is linear between the anchors and beyond; each index term written or removed costs 0.2, a
 * composite index counting as one; a
 * document that a query returns costs 0.05 and 0.03 for each KB; one that it only scans costs 0.03.
 */
export const CHARGES = {
  readFirstKilobyte: 1,
  readEachFurtherKilobyte: 9 / 99,
  writeToRead: 5,
  indexTerm: 0.2,
  queryBase: 2.3,
  queryDocument: 0.05,
  queryKilobyte: 0.03,
  scannedDocument: 0.03,
  feedBase: 1,
  feedDocument: 0.05,
  control: 1,
} as const;

const round = (units: number): number => Math.round(units * 100) / 100;

/** A point read of that many bytes; one that finds nothing, or 304, costs the first kilobyte. */
export const readCharge = (bytes: number): number =>
  round(CHARGES.readFirstKilobyte + CHARGES.readEachFurtherKilobyte * Math.max(0, bytes / 1024 - 1));

/** A create, replace, upsert or delete of that many bytes that writes or removes that many index terms. */
export const writeCharge = (bytes: number, terms: number): number =>
  round(CHARGES.writeToRead * readCharge(bytes) + CHARGES.indexTerm * terms);

/** A page of a query: what it returned, and how many documents it looked at without an index. */
export const queryCharge = (documents: number, bytes: number, scanned: number): number =>
  round(
    CHARGES.queryBase +
      CHARGES.queryDocument * documents +
      (CHARGES.queryKilobyte * bytes) / 1024 +
      CHARGES.scannedDocument * scanned,
  );

/** A page of the change feed. */
export const feedCharge = (documents: number, bytes: number): number =>
  round(
    CHARGES.feedBase + CHARGES.feedDocument * documents + (CHARGES.readEachFurtherKilobyte * bytes) / 1024,
  );

const walk = (value: unknown, path: readonly string[], policy: IndexingPolicy, terms: Set<string>): void => {
  if (Array.isArray(value)) for (const item of value) walk(item, [...path, '[]'], policy, terms);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name], policy, terms);
  else if (isIndexed(policy, path)) terms.add(`${path.join('/')}=${JSON.stringify(value)}`);
};

const at = (body: unknown, path: string): unknown =>
  pathSegments(path).reduce<unknown>(
    // as: a JSON object read by name
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    body,
  );

/**
 * The index terms of a document under a policy: path and value for each indexed property, and one for each composite
 * index. Each distinct one is written once.
 */
export function indexTerms(body: unknown, policy: IndexingPolicy): ReadonlySet<string> {
  const terms = new Set<string>();
  if (policy.indexingMode !== 'consistent') return terms;
  walk(body, [], policy, terms);
  for (const [i, index] of (policy.compositeIndexes ?? []).entries())
    terms.add(`composite ${i}=${JSON.stringify(index.map((entry) => at(body, entry.path) ?? null))}`);
  return terms;
}

/** How many terms a replacement must write and remove. */
export function changedTerms(before: ReadonlySet<string>, after: ReadonlySet<string>): number {
  let changed = 0;
  for (const term of before) if (!after.has(term)) changed += 1;
  for (const term of after) if (!before.has(term)) changed += 1;
  return changed;
}
