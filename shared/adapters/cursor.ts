import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../core/kernel/bytes.js';
import { Refusal } from '../core/kernel/refusal.js';
import type { Page } from '../ports.js';

/*
 * Cursors name the sort key of the last item shown. A page therefore starts where the last one ended, whatever was
 * inserted or deleted in between: nothing is shown twice, and nothing that stood still is skipped.
 */

export const encodeCursor = (key: readonly string[]): string => toBase64Url(utf8(JSON.stringify(key)));

/** @throws Refusal `invalid_request` for a cursor that this list did not issue. */
export function decodeCursor(cursor: string | undefined, length: number): string[] | null {
  if (cursor === undefined) return null;
  try {
    const key: unknown = JSON.parse(fromUtf8(fromBase64Url(cursor)));
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string'))
      return key;
  } catch {
    // Not base64url, not UTF-8 or not JSON: refused below, all alike.
  }
  throw new Refusal('invalid_request', 'the cursor is not one of this list');
}

/** A page from up to `limit` + 1 rows: the row too many only tells that another page exists. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => T,
  key: (row: Row) => readonly string[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(item);
  return rows.length > limit && last !== undefined ? { items, cursor: encodeCursor(key(last)) } : { items };
}
