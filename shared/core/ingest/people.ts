import { personPaths } from '../../../schemas/people.js';
import type { EventName } from '../../../schemas/events/types.js';
import { pseudonymPattern } from '../../../schemas/primitives.js';
import { hmacSha256Hex } from '../kernel/hash.js';

const nobody: ReadonlySet<string> = new Set();

/** Paths of `data` that hold a person, with `*` for an array's elements. */
export const personPathsOf = (name: EventName): ReadonlySet<string> => personPaths.get(name) ?? nobody;

/** Whether the text is a pseudonym already and stays as it is. */
export const isPseudonym = (text: string): boolean => pseudonymPattern.test(text);

/**
 * Keyed pseudonym of a person: `psn:` and 128 bits of HMAC-SHA256 under the tenant's key. Spelling does not matter:
 * case, surrounding space and Unicode composition (NFKC) give the same pseudonym. Without the key nobody can tell by
 * trying names; another tenant's key gives another pseudonym.
 */
export const pseudonymOf = (macKey: Uint8Array, person: string): string =>
  `psn:${hmacSha256Hex(macKey, `person\n${person.normalize('NFKC').trim().toLowerCase()}`).slice(0, 32)}`;

/** The pseudonym of who is named, or is named by one already. */
export const asPseudonym = (macKey: Uint8Array, person: string): string =>
  isPseudonym(person) ? person : pseudonymOf(macKey, person);
