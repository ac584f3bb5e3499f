import { nameSchema } from '../../../schemas/primitives.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { uuidOf } from '../../core/kernel/ids.js';
import type { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, type Millis } from '../../core/kernel/time.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import type { QuarantineRecord } from '../../ports.js';

/** A refused thing, and where it came from. `value` is the parsed event where there is one: only its names are kept. */
export type Refused = { refusal: Refusal; index: number; bytes: number; value?: unknown; sourceId?: string };

/**
 * The record of what an authenticated sender posted and we could not admit. Its id follows from tenant, sender, body,
 * place and reason, so a resend does not multiply it; `fingerprint` is a keyed digest of the body and tells nothing about it.
 */
export function quarantineRecord(
  refused: Refused,
  origin: { scope: string; sender: string; fingerprint: string; receivedAt: Millis },
): QuarantineRecord {
  const { refusal, index } = refused;
  return {
    id: uuidOf('quarantine', origin.scope, origin.sender, origin.fingerprint, String(index), refusal.code),
    ...descriptionOf(refused, origin.receivedAt),
    sender: origin.sender,
  };
}

/**
 * The record of an event that names no tenant we can trust. There is no key to fingerprint it with, so two that claim the
 * same names and have the same length and fault are one record: a flood of them stays small.
 */
export function unknownRecord(refused: Refused, sender: string, receivedAt: Millis): QuarantineRecord {
  const description = descriptionOf(refused, receivedAt);
  const { code, eventId = '', eventType = '', bytes } = description;
  return {
    id: uuidOf('quarantine', sender, code, eventId, eventType, String(bytes)),
    ...description,
    sender,
  };
}

/** JSON of a value, to measure and fingerprint it; empty where it is nested so deeply that it cannot be written. */
export function jsonBytes(value: unknown): Uint8Array {
  try {
    return utf8(JSON.stringify(value) ?? '');
  } catch (error) {
    // The stack is at its end. A look for depth beforehand would miss it behind another fault.
    if (error instanceof RangeError) return new Uint8Array();
    throw error;
  }
}

function descriptionOf(
  { refusal, index, bytes, value, sourceId }: Refused,
  receivedAt: Millis,
): Omit<QuarantineRecord, 'id' | 'sender'> {
  const eventId = nameIn(value, 'id');
  const eventType = nameIn(value, 'type');
  const { pointer } = shownOf(refusal);
  return {
    receivedAt: instantOf(receivedAt),
    code: refusal.code,
    detail: refusal.message,
    index,
    bytes,
    ...(pointer === undefined ? {} : { pointer }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(sourceId === undefined ? {} : { sourceId }),
  };
}

/** Where the fault lies, as it may be shown and kept: a hostile member name could itself be a secret. */
export const shownOf = ({ more }: Refusal): { pointer?: string } =>
  more.pointer === undefined ? {} : { pointer: removeSecretsAndAddresses(more.pointer).text };

/** A claimed name, where it is a well-formed one that holds nothing to be removed. */
function nameIn(value: unknown, member: 'id' | 'type'): string | undefined {
  const parsed = nameSchema.safeParse(memberOf(value, member));
  if (!parsed.success) return undefined;
  return removeSecretsAndAddresses(parsed.data).kinds.length === 0 ? parsed.data : undefined;
}

/** An own member of whatever was sent. */
export const memberOf = (value: unknown, member: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === member)?.[1]
    : undefined;
