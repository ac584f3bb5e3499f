import type { ProblemCode } from '../../../schemas/problem.js';

/** Deepest nesting accepted: our deepest schema needs 6; more only serves attackers of recursive code. */
export const maxDepth = 16;

const forbiddenMembers = new Set(['__proto__', 'constructor', 'prototype']);

export type JsonFault = { code: ProblemCode; pointer: string; detail: string };

/**
 * First place where a parsed value leaves I-JSON (RFC 7493), is nested too deeply, or names a prototype member.
 * JSON.parse rounds integers beyond 2^53 silently; every rounded one is itself unsafe, so it is found here.
 * @returns null when there is none. The pointer is RFC 6901.
 */
export function ijsonFault(value: unknown, pointer = '', depth = 0): JsonFault | null {
  if (typeof value === 'string') {
    return value.isWellFormed()
      ? null
      : { code: 'text_not_unicode', pointer, detail: 'a string holds a lone surrogate' };
  }
  if (typeof value === 'number') {
    const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return exact
      ? null
      : {
          code: 'number_out_of_range',
          pointer,
          detail: 'an integer beyond 2^53 or a number beyond double range',
        };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= maxDepth) return { code: 'too_deep', pointer, detail: `nested more than ${maxDepth} levels` };
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((v, i) => [i, v])
    : Object.entries(value);
  for (const [name, member] of entries) {
    const at = `${pointer}/${pointerToken(name)}`;
    if (typeof name === 'string') {
      if (forbiddenMembers.has(name))
        return { code: 'forbidden_member', pointer: at, detail: 'prototype members are not allowed' };
      if (!name.isWellFormed())
        return { code: 'text_not_unicode', pointer, detail: 'a member name holds a lone surrogate' };
    }
    const fault = ijsonFault(member, at, depth + 1);
    if (fault) return fault;
  }
  return null;
}

/** One reference token of a JSON pointer, escaped (RFC 6901, 3) and cut so that a hostile name cannot flood an error. */
export const pointerToken = (name: string | number): string =>
  String(name).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
