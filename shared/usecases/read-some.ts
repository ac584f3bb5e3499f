import type { LedgerDocument } from '../core/projections/documents.js';
import type { LedgerList, LedgerStore } from '../ports.js';

type Of<K extends LedgerDocument['kind']> = Extract<LedgerDocument, { kind: K }>;

const pageSize = 200;

/** Documents of a list, page by page, at most so many. `more`: there are others. */
export async function readSome<K extends LedgerDocument['kind']>(
  ledger: LedgerStore,
  query: Omit<LedgerList, 'kind' | 'limit' | 'cursor'> & { kind: K },
  most: number,
): Promise<{ items: Of<K>[]; more: boolean }> {
  const isKind = (document: LedgerDocument): document is Of<K> => document.kind === query.kind;
  const items: Of<K>[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.list({
      ...query,
      limit: Math.min(pageSize, most - items.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items.filter(isKind));
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < most);
  return { items, more: cursor !== undefined };
}
