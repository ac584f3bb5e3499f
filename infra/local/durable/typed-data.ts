import type { TypedData } from '../host/worker.js';

/** The JSON value of what a function returned; null for nothing. */
export function jsonValue(data: TypedData | null): unknown {
  if (data === null) return null;
  if (data.json !== undefined) return JSON.parse(data.json) as unknown;
  if (data.bytes !== undefined) return Buffer.from(data.bytes).toString('base64');
  return data.string ?? data.int ?? data.double ?? null;
}

/**
 * An activity's input as it reaches the handler. The real host turns a bare `true` into the string "True" and null
 * into undefined; code that works here must not have relied on anything else.
 */
export function activityInput(text: string): TypedData {
  const value = JSON.parse(text) as unknown;
  if (typeof value === 'boolean') return { json: value ? '"True"' : '"False"' };
  return value === null ? {} : { json: text };
}
