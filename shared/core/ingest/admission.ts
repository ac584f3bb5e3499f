import type { Admission, Evidence, EvidenceEvent } from '../../../schemas/evidence.js';
import type { DirectoryEntry, Source, Tenant } from '../../../schemas/tenant.js';
import { canonicalText } from '../kernel/canonical.js';
import { utf8 } from '../kernel/bytes.js';
import { hmacSha256Hex, sha256Hex } from '../kernel/hash.js';
import { evidenceIdOf } from '../kernel/ids.js';
import { Refusal } from '../kernel/refusal.js';
import { instantOf, type Millis } from '../kernel/time.js';
import type { ParsedEvent } from './parse.js';
import { redactEvent, type Redacted } from './redact.js';
import { provenanceOf } from './rules.js';

/** A parsed event that kept every rule, with the source it is attributed to. */
export type Candidate = ParsedEvent & { source: Source; pointer: string; normalisedFrom?: string };

/** Raw content for the `payloads` container. */
export type Payload = { name: string; bytes: Uint8Array };

/** What is to be stored. `bodyMac` tells a duplicate from a conflict and stays outside the canonical form. */
export type Admitted = {
  evidence: Evidence;
  bodyMac: string;
  people: DirectoryEntry[];
  payloads: Payload[];
};

/** References of `decision.recorded` are bounded by its schema. */
const maxReferences = 32;

/**
 * Turns a candidate into evidence: redacts, attributes, digests. Pure: the same event received at the same instant is the
 * same evidence.
 * @param signer of the verified signature; null for a source without keys.
 * @param macKey the tenant's key for pseudonyms and duplicate detection.
 * @throws Refusal `redaction_required` where a signed event would have to be changed.
 */
export function admit(
  candidate: Candidate,
  signer: Admission['signer'],
  tenant: Tenant,
  macKey: Uint8Array,
  receivedAt: Millis,
): Admitted {
  const { source, pointer } = candidate;
  const id = evidenceIdOf(candidate.event.source, candidate.event.id);
  const redacted = redactEvent(candidate, macKey, pointer);
  if (signer !== null) refuseChanged(redacted, pointer);
  const { event, text, payloads } = keepRaw(redacted, tenant, id);
  const admission: Admission = {
    sourceId: source.id,
    provenance: provenanceOf(source, event),
    receivedAt: instantOf(receivedAt),
    signer,
    redactions: redacted.redactions,
    ...(candidate.normalisedFrom === undefined ? {} : { normalisedFrom: candidate.normalisedFrom }),
  };
  return {
    evidence: { id, digest: digestOf(event, admission, text), event, admission },
    bodyMac: hmacSha256Hex(macKey, candidate.text),
    people: redacted.people,
    payloads,
  };
}

/** A stored signature must stay checkable, so a signed event is stored as it is or not at all. */
function refuseChanged({ redactions, people }: Redacted, pointer: string): void {
  const [first] = redactions;
  if (first !== undefined)
    throw new Refusal('redaction_required', `a signed event holds content to be removed: ${first.kind}`, {
      pointer: `${pointer}${first.path}`,
    });
  if (people.length > 0)
    throw new Refusal('redaction_required', 'a signed event names people by pseudonym only', { pointer });
}

/** Raw content that the tenant opted into goes to its own container; the event carries reference and digest of it. */
function keepRaw(
  redacted: Redacted,
  tenant: Tenant,
  id: string,
): { event: EvidenceEvent; text: string; payloads: Payload[] } {
  const { event, text, raw } = redacted;
  if (raw === null || !tenant.settings.keepRawPayloads || event.type !== 'aispm.decision.recorded')
    return { event, text, payloads: [] };
  const bytes = utf8(canonicalText(raw));
  const digest = sha256Hex(bytes);
  const references = [`payload://${id}#${digest}`, ...(event.data.evidence ?? [])].slice(0, maxReferences);
  const changed = { ...event, data: { ...event.data, evidence: references } };
  return {
    event: changed,
    text: canonicalText(changed),
    payloads: [{ name: `${tenant.tenantId}/${id}/${digest}.json`, bytes }],
  };
}

/**
 * Digest of stored evidence: SHA-256 over the canonical form (RFC 8785) of `{admission, event}`. `text` is the event's
 * canonical form less `signature`, so that an unsigned event is canonicalised once: this is the dearest step of admission.
 */
function digestOf(event: EvidenceEvent, admission: Admission, text: string): string {
  const eventText = event.signature === undefined ? text : canonicalText(event);
  return sha256Hex(`{"admission":${canonicalText(admission)},"event":${eventText}}`);
}

/** What another event under the same (`source`, `id`) is: the same content again, or other content. */
export const compareWithTwin = (twin: { bodyMac: string }, bodyMac: string): 'duplicate' | 'id_conflict' =>
  twin.bodyMac === bodyMac ? 'duplicate' : 'id_conflict';
