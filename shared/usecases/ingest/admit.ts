import type { Admission } from '../../../schemas/evidence.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { admit, compareWithTwin, type Admitted, type Candidate } from '../../core/ingest/admission.js';
import { candidatesOf } from '../../core/ingest/candidates.js';
import { readEvents, type RawEvent } from '../../core/ingest/cloud-events.js';
import { keyToVerify, signerOf } from '../../core/ingest/signature.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { keptDays } from '../../core/ingest/retention.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { hmacSha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Millis } from '../../core/kernel/time.js';
import type { BlobStore, KeyRing, SignatureVerifier, Telemetry, TenantStores } from '../../ports.js';
import { inParallel } from '../parallel.js';
import { jsonBytes, memberOf, quarantineRecord, shownOf } from './quarantine.js';
import { spannedFor, traceOf } from './traces.js';

export type AdmitDependencies = {
  stores: TenantStores;
  keys: KeyRing;
  signatures: SignatureVerifier;
  blobs: BlobStore;
  telemetry: Telemetry;
};

export type AdmitRequest = {
  caller: { subject: string };
  contentType: string | null;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  receivedAt: Millis;
  /** The tenant's document, as authorisation read it. */
  tenant: Tenant;
  /** Asked before any event is looked at; throws where the tenant sends more than its share. */
  allow?: (events: number) => void;
};

/** The receipt: 422 where nothing could be admitted. What is a duplicate is in the log, so only duplicates is 202. */
export type AdmitReceipt = {
  status: 202 | 422;
  accepted: { id: string; digest: string }[];
  duplicates: { id: string }[];
  rejected: { index: number; code: Refusal['code']; detail: string; pointer?: string }[];
};

/** The tenant that is admitted into, and what arrived: from whom, when, which bytes. */
export type Intake = {
  tenant: Tenant;
  macKey: Uint8Array;
  sender: string;
  body: Uint8Array;
  /** Keyed digest of the body, made when first asked for: a body of good events needs none, one of bad events needs one. */
  fingerprint: () => string;
  receivedAt: Millis;
};

type Decision = { raw: RawEvent; admitted: Admitted } | { raw: RawEvent; refusal: Refusal };
type Outcome =
  | { kind: 'accepted' | 'duplicate'; admitted: Admitted }
  | { kind: 'rejected'; raw: RawEvent; refusal: Refusal };

/** Stands for the sender of what comes without a token. */
export const gridSender = 'event-grid';

/** Writes at a time for one request: enough to hide latency, too few to starve others of the store's budget. */
const concurrency = 16;

/**
 * Admits the evidence of one HTTP request. What is refused is recorded in quarantine before the answer leaves.
 * @throws Refusal where the body as a whole cannot be read.
 * @throws StoreUnavailable where something could not be stored; a resend is safe, for what was stored is then a duplicate.
 */
export async function admitHttp(deps: AdmitDependencies, request: AdmitRequest): Promise<AdmitReceipt> {
  const { body, receivedAt } = request;
  const arrival = { sender: request.caller.subject, body, receivedAt };
  const intake = await openIntake(deps, request.tenant, arrival);
  const raws = await readOrQuarantine(deps, intake, request);
  request.allow?.(raws.length);
  return receiptOf(await admitEvents(deps, intake, raws));
}

/** Everything that admission into a tenant needs. */
export async function openIntake(
  deps: AdmitDependencies,
  tenant: Tenant,
  arrival: Pick<Intake, 'sender' | 'body' | 'receivedAt'>,
): Promise<Intake> {
  const macKey = await deps.keys.macKey(deps.stores.tenantId);
  let made: string | undefined;
  const fingerprint = (): string => (made ??= hmacSha256Hex(macKey, arrival.body));
  return { tenant, macKey, fingerprint, ...arrival };
}

async function readOrQuarantine(
  deps: AdmitDependencies,
  intake: Intake,
  request: AdmitRequest,
): Promise<RawEvent[]> {
  try {
    return readEvents(request);
  } catch (error) {
    if (error instanceof Refusal)
      await quarantine(deps, intake, { index: 0, value: undefined }, error, request.body.length);
    throw error;
  }
}

/** Decides on each event, then saves all. The outcomes stand in the order of the events. */
export async function admitEvents(
  deps: AdmitDependencies,
  intake: Intake,
  raws: readonly RawEvent[],
): Promise<Outcome[]> {
  const decisions = (await inParallel(raws, concurrency, (raw) => decide(deps, intake, raw))).flat();
  const people = decisions.flatMap((d) => ('admitted' in d ? d.admitted.people : []));
  // Before the events: a name lost here could never be found again, a name without an event harms nobody.
  if (people.length > 0) await deps.stores.tenant.remember(people);
  const [first, again] = splitTwins(decisions);
  const outcomes = new Map<Decision, Outcome>();
  for (const part of [first, again])
    await inParallel(part, concurrency, async (d) => void outcomes.set(d, await save(deps, intake, d)));
  const inOrder = decisions.flatMap((d) => outcomes.get(d) ?? []);
  tell(deps.telemetry, intake, inOrder);
  return inOrder;
}

/** What was admitted, counted, and told to each trace that an event of it goes on in. */
function tell(telemetry: Telemetry, intake: Intake, outcomes: readonly Outcome[]): void {
  const count = (kind: Outcome['kind']): number => outcomes.filter((o) => o.kind === kind).length;
  telemetry.measure('aispm.evidence.admitted', count('accepted'), {});
  telemetry.measure('aispm.evidence.duplicates', count('duplicate'), {});
  const named = outcomes.map((o) =>
    o.kind === 'accepted' ? o.admitted.evidence.event.traceparent : undefined,
  );
  const attributes = { tenantId: intake.tenant.tenantId };
  spannedFor(telemetry, { name: 'admitEvidence', from: intake.receivedAt, attributes }, named);
}

/** Twins of one body are saved after the first of their id, so that they meet it in the store like any later resend. */
function splitTwins(decisions: readonly Decision[]): [Decision[], Decision[]] {
  const seen = new Set<string>();
  const first: Decision[] = [];
  const again: Decision[] = [];
  for (const decision of decisions) {
    const id = 'admitted' in decision ? decision.admitted.evidence.id : null;
    (id !== null && seen.has(id) ? again : first).push(decision);
    if (id !== null) seen.add(id);
  }
  return [first, again];
}

async function decide(deps: AdmitDependencies, intake: Intake, raw: RawEvent): Promise<Decision[]> {
  const { tenant, macKey, receivedAt } = intake;
  try {
    const decisions: Decision[] = [];
    for (const candidate of candidatesOf(raw, tenant, receivedAt)) {
      const signer = await verify(deps.signatures, candidate, receivedAt);
      decisions.push({ raw, admitted: admit(candidate, signer, tenant, macKey, receivedAt) });
    }
    return decisions;
  } catch (error) {
    if (error instanceof Refusal) return [{ raw, refusal: error }];
    throw error;
  }
}

/** Checks the detached signature over the canonical bytes of the event less `signature`, where the source has keys. */
async function verify(
  signatures: SignatureVerifier,
  { event, source, text, pointer }: Candidate,
  receivedAt: Millis,
): Promise<Admission['signer']> {
  const { signature } = event;
  const kid = signature === undefined ? null : signatures.keyId(signature);
  const key = keyToVerify(source, signature, kid, receivedAt, pointer);
  if (key === null || signature === undefined) return null;
  if (!(await signatures.verify(signature, utf8(text), key.jwk)))
    throw new Refusal('signature_invalid', 'the signature does not verify', {
      pointer: `${pointer}/signature`,
    });
  return signerOf(key, event, receivedAt);
}

async function save(deps: AdmitDependencies, intake: Intake, decision: Decision): Promise<Outcome> {
  if ('refusal' in decision) return reject(deps, intake, decision.raw, decision.refusal);
  const { raw, admitted } = decision;
  // Before the event, which names them: a reference without content would be worse than content without a reference.
  for (const { name, bytes } of admitted.payloads)
    await deps.blobs.create('payloads', name, bytes, 'application/json');
  const { evidence, bodyMac } = admitted;
  const { tenantId } = intake.tenant;
  const traceparent = traceOf(deps.telemetry, evidence.event.traceparent);
  const stored = { ...evidence, tenantId, bodyMac, ...(traceparent === undefined ? {} : { traceparent }) };
  const twin = await deps.stores.evidence.create(stored, keptDays(intake.tenant));
  if (twin === null) return { kind: 'accepted', admitted };
  if (compareWithTwin(twin, bodyMac) === 'duplicate') return { kind: 'duplicate', admitted };
  const refusal = new Refusal('id_conflict', 'this source and id were used for other content', {
    pointer: `${raw.pointer}/id`,
  });
  return reject(deps, intake, raw, refusal);
}

async function reject(
  deps: AdmitDependencies,
  intake: Intake,
  raw: RawEvent,
  refusal: Refusal,
): Promise<Outcome> {
  const bytes = raw.pointer === '' ? intake.body.length : jsonBytes(raw.value).length;
  await quarantine(deps, intake, raw, refusal, bytes);
  return { kind: 'rejected', raw, refusal };
}

async function quarantine(
  deps: AdmitDependencies,
  intake: Intake,
  { index, value }: Pick<RawEvent, 'index' | 'value'>,
  refusal: Refusal,
  bytes: number,
): Promise<void> {
  const claimed = memberOf(value, 'source');
  const sourceId = intake.tenant.sources.find((source) => source.uri === claimed)?.id;
  const refused = { refusal, index, bytes, value, ...(sourceId === undefined ? {} : { sourceId }) };
  const { receivedAt, tenant, macKey } = intake;
  // A token's subject may be a person's: it is kept, like every person, where it can be erased.
  const isGrid = intake.sender === gridSender;
  const sender = isGrid ? gridSender : pseudonymOf(macKey, intake.sender);
  if (!isGrid) await deps.stores.tenant.remember([{ pseudonym: sender, name: intake.sender }]);
  const origin = { scope: tenant.tenantId, sender, receivedAt, fingerprint: intake.fingerprint() };
  await deps.stores.quarantine.add(quarantineRecord(refused, origin));
  deps.telemetry.measure('aispm.evidence.quarantined', 1, { code: refusal.code });
}

function receiptOf(outcomes: readonly Outcome[]): AdmitReceipt {
  const accepted = outcomes.flatMap((o) =>
    o.kind === 'accepted' ? [{ id: o.admitted.evidence.id, digest: o.admitted.evidence.digest }] : [],
  );
  const duplicates = outcomes.flatMap((o) =>
    o.kind === 'duplicate' ? [{ id: o.admitted.evidence.id }] : [],
  );
  const rejected = outcomes.flatMap((o) =>
    o.kind === 'rejected'
      ? [{ index: o.raw.index, code: o.refusal.code, detail: o.refusal.message, ...shownOf(o.refusal) }]
      : [],
  );
  return { status: accepted.length + duplicates.length > 0 ? 202 : 422, accepted, duplicates, rejected };
}
