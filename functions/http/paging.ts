import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../shared/core/kernel/bytes.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';

/*
 * A cursor as callers see it is bound to what it was issued for: route, tenant, path and filters. A cursor of another
 * tenant or another list is refused and never read as a place in this one. It grants nothing, so it carries no key.
 */

const tagOf = (scope: unknown): string => sha256Hex(canonicalText(scope)).slice(0, 16);

/** The store's cursor inside a caller's. @throws Refusal `invalid_request` for one that this list did not issue. */
export function openCursor(scope: unknown, cursor: string): string {
  try {
    const [tag, inner, ...rest] = fromUtf8(fromBase64Url(cursor)).split('.');
    if (tag === tagOf(scope) && inner !== undefined && rest.length === 0) return inner;
  } catch {
    // Not base64url or not UTF-8: refused below like any other.
  }
  throw new Refusal('invalid_request', 'the cursor is not one of this list');
}

/** The body with its `cursor`, if it has one, as the caller will see it. */
export function sealCursor(scope: unknown, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('cursor' in body)) return body;
  const { cursor } = body;
  return typeof cursor === 'string'
    ? { ...body, cursor: toBase64Url(utf8(`${tagOf(scope)}.${cursor}`)) }
    : body;
}
