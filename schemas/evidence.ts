import { z } from 'zod';
import { eventDataSchemas, type EventData, type EventName } from './events/types.js';
import type { evidenceIdSchema, sha256Schema } from './primitives.js';
import {
  environmentSchema,
  instantSchema,
  nameSchema,
  provenanceSchema,
  tenantIdSchema,
} from './primitives.js';

export const eventTypePrefix = 'aispm.';

/** Members of an event's data that evidence is searched by, beside its subject. */
export const searchedMembers = ['agent', 'repository', 'workflow', 'tool', 'session', 'incident'] as const;

/** CloudEvents 1.0 context attributes and our extensions, without `type` and `data`. */
export const envelopeShape = {
  specversion: z.literal('1.0'),
  /** Unique within `source` (CloudEvents 1.0, 3.1.1). The pair is the identity of the event. */
  id: nameSchema,
  source: z
    .string()
    .min(1)
    .max(300)
    .regex(/^[^\s\p{Cc}\p{Cs}]+$/u, 'source is a URI reference'),
  /** When it happened. Not older than retention, not more than five minutes ahead of the service's clock. */
  time: instantSchema,
  subject: nameSchema.optional(),
  datacontenttype: z.literal('application/json').optional(),
  dataschema: z.string().max(300).optional(),
  /** The tenant. Over HTTP optional, and equal to the path's; over Event Grid required. */
  tenantid: tenantIdSchema.optional(),
  environment: environmentSchema.optional(),
  /** A sender may lower its own provenance to `sample`; it can never raise it. */
  provenance: provenanceSchema.optional(),
  /** W3C Trace Context. */
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional(),
  /** Detached JWS (RFC 7515, appendix F) over the canonical bytes (RFC 8785) of the event without this member. */
  signature: z
    .string()
    .max(2000)
    .regex(/^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$/)
    .optional(),
} as const;

export const envelopeSchema = z.strictObject(envelopeShape);

/** One evidence event of a given type in its wire form. */
export type EvidenceEvent<N extends EventName = EventName> = {
  [K in N]: z.infer<typeof envelopeSchema> & { type: `aispm.${K}`; data: EventData<K> };
}[N];

const isEventName = (name: string): name is EventName => Object.hasOwn(eventDataSchemas, name);

/** The event name of a wire type, or null for one that is not ours. */
export function eventNameOf(type: string): EventName | null {
  if (!type.startsWith(eventTypePrefix)) return null;
  const name = type.slice(eventTypePrefix.length);
  return isEventName(name) ? name : null;
}

/** The strict schema of one whole event, by name. Built once per name: compiling a schema costs more than using it. */
export const eventSchemas: { readonly [N in EventName]: z.ZodType<EvidenceEvent<N>> } = Object.fromEntries(
  Object.entries(eventDataSchemas).map(([name, data]) => [
    name,
    z.strictObject({ ...envelopeShape, type: z.literal(`${eventTypePrefix}${name}`), data }),
  ]),
) as unknown as { readonly [N in EventName]: z.ZodType<EvidenceEvent<N>> };

/** What admission established about an event. Part of the digest: a change of it is found like a change of the event. */
export const admissionSchema = z.strictObject({
  /** Registered source the event was attributed to; `aispm` for the service's own. */
  sourceId: nameSchema,
  provenance: provenanceSchema,
  receivedAt: instantSchema,
  /** Which key signed, and whether it was valid at `time` and at `receivedAt`. Null: unsigned. */
  signer: z
    .strictObject({ kid: nameSchema, validAtTime: z.boolean(), validAtReceipt: z.boolean() })
    .nullable(),
  /** What was removed: JSON pointer and kind, never the value. */
  redactions: z.array(z.strictObject({ path: z.string(), kind: nameSchema })).max(200),
  /** Format the sender used, where it was not ours. */
  normalisedFrom: nameSchema.optional(),
});
export type Admission = z.infer<typeof admissionSchema>;

/** An admitted event: what is stored, digested, folded and proven. The digest covers `event` and `admission`. */
export type Evidence<N extends EventName = EventName> = {
  id: z.infer<typeof evidenceIdSchema>;
  digest: z.infer<typeof sha256Schema>;
  event: EvidenceEvent<N>;
  admission: Admission;
};

/** Narrows evidence to one event name. */
export function isEvidenceOf<N extends EventName>(evidence: Evidence, name: N): evidence is Evidence<N> {
  return evidence.event.type === `${eventTypePrefix}${name}`;
}
