import type { z } from 'zod';

import { checkpointSchema, consistencySchema, logKeysSchema } from '../../schemas/answers/evidence.js';
import { dsseEnvelopeSchema } from '../../schemas/dsse.js';
import { packetListSchema, packetSchema, type Packet } from '../../schemas/packets.js';
import { exportPageSchema } from '../../schemas/export.js';
import { readinessSchema } from '../../schemas/readiness.js';
import { fromUtf8 } from '../core/kernel/bytes.js';
import { givenEventSchema, givenProofSchema } from '../core/log/verify-event.js';
import { repeatedName } from '../core/kernel/repeated-name.js';
import { unmarked } from '../core/log/sample-mark.js';
import type { PacketFile } from '../core/reports/manifest.js';

type Malformed = { kind: 'malformed'; name: string; what: string; detail: string };

/** One form of document: the members that tell it from all others, and how it is read. */
const form = <Kind extends string, Value>(
  kind: Kind,
  members: readonly string[],
  schema: z.ZodType<Value>,
) => ({
  members,
  read(name: string, json: object): { kind: Kind; name: string; value: Value } | Malformed {
    const result = schema.safeParse(json);
    if (result.success) return { kind, name, value: result.data };
    const [issue] = result.error.issues;
    const where = (issue?.path ?? []).map((step) => `${String(step)}: `).join('');
    return { kind: 'malformed', name, what: kind, detail: `${where}${issue?.message ?? 'not of its form'}` };
  },
});

const forms = [
  form('keys', ['origin', 'keys'], logKeysSchema),
  form('envelope', ['payloadType', 'payload'], dsseEnvelopeSchema),
  form('page', ['export', 'part', 'items'], exportPageSchema),
  form('event', ['event', 'admission'], givenEventSchema),
  form('proof', ['entry', 'hashes'], givenProofSchema),
  form('answer', ['blockers', 'checks'], readinessSchema),
  form('packet', ['validator', 'evidence_mode'], packetSchema),
  form('checkpoint', ['note', 'root'], checkpointSchema),
  form('consistency', ['from', 'to', 'hashes'], consistencySchema),
] as const;

/** What a file is, by its content and never by its name. */
export type Recognised =
  | ReturnType<(typeof forms)[number]['read']>
  | { kind: 'note'; name: string; value: string }
  | { kind: 'packets'; name: string; value: Packet[] }
  | { kind: 'other'; name: string; value: PacketFile };

/** The recognised documents of one kind. */
export type Of<Kind extends Recognised['kind']> = Extract<Recognised, { kind: Kind }>;

/** Tells what a file is. What looks like a known document and is not one is `malformed`, never passed over. */
export function recognise(file: PacketFile): Recognised {
  const { name } = file;
  const text = textOf(file.bytes);
  if (text !== null && /^aispm\/[^\n]*\n[0-9]+\n/.test(text)) return { kind: 'note', name, value: text };
  const json = text === null ? null : jsonOf(text);
  const found = json === null ? undefined : documentIn(name, json);
  if (text === null || found === undefined) return { kind: 'other', name, value: file };
  const repeated = repeatedName(text);
  if (repeated === null || found.kind === 'malformed') return found;
  // Whoever opens the file with another reader may be shown the first, and what is verified here is the last.
  return { kind: 'malformed', name, what: found.kind, detail: `${repeated} stands there twice` };
}

function documentIn(name: string, json: object): Exclude<Recognised, { kind: 'note' | 'other' }> | undefined {
  // The four packets as the service answers them: a list like any other, told by what is in it.
  const packets = packetListSchema.safeParse(json);
  if (packets.success && packets.data.items.length > 0)
    return { kind: 'packets', name, value: packets.data.items };
  return forms
    .find(({ members }) => members.every((member) => Object.hasOwn(json, member)))
    ?.read(name, json);
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}

function jsonOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? unmarked(value) : null;
  } catch {
    return null;
  }
}
