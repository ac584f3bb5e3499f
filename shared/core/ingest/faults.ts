import type { z } from 'zod';

import { ijsonFault, pointerToken } from '../kernel/ijson.js';
import { Refusal } from '../kernel/refusal.js';
import { removedMark, removeSecretsAndAddresses } from './secrets.js';

/** An offending member (RFC 6901) and what is wrong with it. */
export type Fault = { pointer: string; detail: string };

const asName = /^[\w$.:-]{1,64}$/;

/**
 * A member or parameter as an answer may name it. A name is the sender's own text too: what is no plain name, or holds
 * what looks like a secret or an address, is not said back.
 */
export const shownName = (name: string): string =>
  asName.test(name) && removeSecretsAndAddresses(name).text === name ? pointerToken(name) : removedMark;

/** A pointer whose every member is one that an answer may name. */
export const shownPointer = (pointer: string): string =>
  pointer
    .split('/')
    .map((token) => (token === '' ? '' : shownName(token.replaceAll('~1', '/').replaceAll('~0', '~'))))
    .join('/');

/** What a schema found wrong, at most `most` of it. It names members and rules, never values. @param at pointer of the whole */
export const faultsOf = ({ issues }: z.ZodError, at: string, most: number): Fault[] =>
  issues.slice(0, most).map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    return {
      pointer: [at, ...[...issue.path, ...unknown].map((step) => shownName(String(step)))].join('/'),
      detail: issue.code === 'unrecognized_keys' ? 'the member is not known here' : issue.message,
    };
  });

/** Refuses a value that leaves I-JSON. @param at its own pointer. @throws Refusal that points to the first fault */
export function requireIjson(value: unknown, at = ''): void {
  const fault = ijsonFault(value, at);
  if (fault !== null) throw new Refusal(fault.code, fault.detail, { pointer: shownPointer(fault.pointer) });
}
