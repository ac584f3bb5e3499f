import type { z } from 'zod';
import { eventNameOf, eventSchemas, type EvidenceEvent } from '../../../schemas/evidence.js';
import type { EventName } from '../../../schemas/events/types.js';
import { canonicalText } from '../kernel/canonical.js';
import { Refusal } from '../kernel/refusal.js';
import { admissionLimits } from './cloud-events.js';
import { faultsOf } from './faults.js';

/** An event that matches its schema. `text` is canonical (RFC 8785) and lacks `signature`: what is signed and compared. */
export type ParsedEvent = { name: EventName; event: EvidenceEvent; text: string };

/** Most faults of one event that are listed; the first one is the answer, the others save the sender a round trip. */
const maxErrors = 10;

/**
 * Checks a value against the strict schema of the type it names.
 * @param at JSON pointer of the value from the body's root.
 * @throws Refusal with `unknown_type`, `schema_invalid` or `body_too_large`.
 */
export function parseEvent(value: unknown, at: string): ParsedEvent {
  const name = nameOf(value, at);
  const result = eventSchemas[name].safeParse(value);
  if (!result.success) throw schemaRefusal(result.error, at, 'the event does not match its schema');
  const event: EvidenceEvent = result.data;
  const { signature: _signature, ...unsigned } = event;
  const text = canonicalText(event.signature === undefined ? event : unsigned);
  if (byteLength(text) > admissionLimits.eventBytes)
    throw new Refusal('body_too_large', `an event holds at most ${admissionLimits.eventBytes} bytes`, {
      pointer: at,
    });
  return { name, event, text };
}

function nameOf(value: unknown, at: string): EventName {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('schema_invalid', 'an event is a JSON object', { pointer: at });
  const type: unknown = 'type' in value ? value.type : undefined;
  if (typeof type !== 'string')
    throw new Refusal('schema_invalid', 'type is missing or not a string', { pointer: `${at}/type` });
  const name = eventNameOf(type);
  if (name === null)
    throw new Refusal('unknown_type', 'the type is not one of this service', { pointer: `${at}/type` });
  return name;
}

/** A refusal that points to the first offending member and lists up to ten. Messages name members and rules, never values. */
export function schemaRefusal(error: z.ZodError, at: string, detail: string): Refusal {
  const errors = faultsOf(error, at, maxErrors);
  const [first] = errors;
  return new Refusal('schema_invalid', first === undefined ? detail : `${detail}: ${first.detail}`, {
    pointer: first?.pointer ?? at,
    errors,
  });
}

/** UTF-8 length; only a text that could exceed the limit is measured exactly. */
const byteLength = (text: string): number =>
  text.length * 3 <= admissionLimits.eventBytes ? text.length : new TextEncoder().encode(text).length;
