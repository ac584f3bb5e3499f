import canonicalize from 'canonicalize';

import { utf8 } from './bytes.js';

/** A value that JSON can say and RFC 8785 can order. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json | undefined };

/**
 * RFC 8785 canonical text of a value. Members that are `undefined` are absent, as in JSON.stringify.
 * @throws TypeError for what JSON cannot say: NaN, Infinity, lone surrogates, functions, and (guarded here, because the
 * library would turn them into `{}`) Map, Set, Date and other class instances.
 */
export function canonicalText(value: unknown): string {
  refuseExotic(value);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** UTF-8 bytes of the canonical text: what is hashed and signed. */
export const canonicalBytes = (value: unknown): Uint8Array => utf8(canonicalText(value));

function refuseExotic(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value) {
      if (element === undefined) throw new TypeError('undefined in an array has no JSON form');
      refuseExotic(element);
    }
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('only plain objects have a canonical form');
  for (const member of Object.values(value)) refuseExotic(member);
}
