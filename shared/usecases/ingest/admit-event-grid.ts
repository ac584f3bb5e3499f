import { tenantIdSchema } from '../../../schemas/primitives.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { requireIjson } from '../../core/ingest/faults.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { sourceOf } from '../../core/ingest/rules.js';
import { keyToVerify } from '../../core/ingest/signature.js';
import type { Millis } from '../../core/kernel/time.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { Tenant } from '../../../schemas/tenant.js';
import type { Blobs, Clock, KeyRing, SignatureVerifier, Stores, Telemetry } from '../../ports.js';
import { admitEvents, openIntake } from './admit.js';
import { jsonBytes, unknownRecord } from './quarantine.js';

/** Stands for the sender in quarantine: Event Grid's own key says nothing about who published. */
const sender = 'event-grid';

export type EventGridDeps = {
  stores: Stores;
  blobs: Blobs;
  keys: KeyRing;
  signatures: SignatureVerifier;
  clock: Clock;
  telemetry: Telemetry;
};

/**
 * Admits one event that Event Grid delivered. There is no path and no token, so the event itself must prove its tenant:
 * by a signature of a source that is registered there. What cannot prove it is quarantined under no tenant; what can, and
 * is refused later, under its tenant. Resolves when the outcome is recorded, whichever it is.
 * @throws StoreUnavailable, so that Event Grid delivers again.
 */
export async function admitEventGrid(deps: EventGridDeps, event: unknown): Promise<void> {
  const receivedAt = deps.clock.now();
  const body = jsonBytes(event);
  try {
    const { tenantId, tenant } = await authenticate(deps, event, receivedAt);
    const own = { ...deps, stores: deps.stores.open(tenantId), blobs: deps.blobs.open(tenantId) };
    const intake = await openIntake(own, tenant, { sender, body, receivedAt });
    await admitEvents(own, intake, [{ index: 0, pointer: '', format: 'cloudevent', value: event }]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = { refusal: error, index: 0, bytes: body.length, value: event };
    await deps.stores.unknownQuarantine.add(unknownRecord(refused, sender, receivedAt));
    deps.telemetry.measure('aispm.evidence.quarantined', 1, { code: error.code });
  }
}

/** The tenant that the event proves to belong to. Nothing of it but names and signature is looked at before. */
async function authenticate(
  deps: EventGridDeps,
  event: unknown,
  receivedAt: Millis,
): Promise<{ tenantId: VerifiedTenant; tenant: Tenant }> {
  requireIjson(event);
  const { tenantid, source: uri, signature, ...rest } = membersOf(event);
  const tenantId = tenantIdSchema.safeParse(tenantid);
  if (!tenantId.success)
    throw new Refusal('tenant_missing', 'the event names no tenant', { pointer: '/tenantid' });
  const found = await deps.stores.document(tenantId.data);
  // An unknown tenant and an unknown source answer alike: who asks has proven nothing.
  if (found === null)
    throw new Refusal('unknown_source', 'no source is registered under this uri', { pointer: '/source' });
  const source = sourceOf(found.tenant, typeof uri === 'string' ? uri : '', '');
  const jws = typeof signature === 'string' ? signature : undefined;
  const kid = jws === undefined ? null : deps.signatures.keyId(jws);
  const key = keyToVerify(source, jws, kid, receivedAt, '');
  if (key === null || jws === undefined)
    throw new Refusal('signature_missing', 'only a source with a key can send over Event Grid', {
      pointer: '/signature',
    });
  if (!(await deps.signatures.verify(jws, canonicalBytes({ ...rest, tenantid, source: uri }), key.jwk)))
    throw new Refusal('signature_invalid', 'the signature does not verify', { pointer: '/signature' });
  return { tenantId: verifiedTenant(tenantId.data), tenant: found.tenant };
}

const membersOf = (event: unknown): Record<string, unknown> =>
  typeof event === 'object' && event !== null && !Array.isArray(event) ? { ...event } : {};
