import { tenantIdSchema } from '../../schemas/primitives.js';
import { canonicalBytes } from '../core/kernel/canonical.js';
import { ijsonFault } from '../core/kernel/ijson.js';
import { Refusal } from '../core/kernel/refusal.js';
import { sourceOf } from '../core/ingest/rules.js';
import { keyToVerify } from '../core/ingest/signature.js';
import type { Clock } from '../ports.js';
import { admitEvents, openIntake, type AdmitDependencies, type Intake } from './admit.js';
import { jsonBytes, unknownRecord } from './quarantine.js';

/** Stands for the sender in quarantine: Event Grid's own key says nothing about who published. */
const sender = 'event-grid';

/**
 * Admits one event that Event Grid delivered. There is no path and no token, so the event itself must prove its tenant:
 * by a signature of a source that is registered there. What cannot prove it is quarantined under no tenant; what can, and
 * is refused later, under its tenant. Resolves when the outcome is recorded, whichever it is.
 * @throws StoreUnavailable, so that Event Grid delivers again.
 */
export async function admitEventGrid(
  deps: AdmitDependencies & { clock: Clock },
  event: unknown,
): Promise<void> {
  const receivedAt = deps.clock.now();
  const body = jsonBytes(event);
  try {
    const intake = await authenticate(deps, event, { sender, body, receivedAt });
    await admitEvents(deps, intake, [{ index: 0, pointer: '', format: 'cloudevent', value: event }]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = { refusal: error, index: 0, bytes: body.length, value: event };
    await deps.stores.unknownQuarantine.add(unknownRecord(refused, sender, receivedAt));
  }
}

/** The tenant that the event proves to belong to. Nothing of it but names and signature is looked at before. */
async function authenticate(
  deps: AdmitDependencies,
  event: unknown,
  arrival: Pick<Intake, 'sender' | 'body' | 'receivedAt'>,
): Promise<Intake> {
  const fault = ijsonFault(event);
  if (fault !== null) throw new Refusal(fault.code, fault.detail, { pointer: fault.pointer });
  const { tenantid, source: uri, signature, ...rest } = membersOf(event);
  const tenantId = tenantIdSchema.safeParse(tenantid);
  if (!tenantId.success)
    throw new Refusal('tenant_missing', 'the event names no tenant', { pointer: '/tenantid' });
  const intake = await openIntake(deps, tenantId.data, arrival);
  // An unknown tenant and an unknown source answer alike: who asks has proven nothing.
  if (intake === null)
    throw new Refusal('unknown_source', 'no source is registered under this uri', { pointer: '/source' });
  const source = sourceOf(intake.tenant, typeof uri === 'string' ? uri : '', '');
  const jws = typeof signature === 'string' ? signature : undefined;
  const kid = jws === undefined ? null : deps.signatures.keyId(jws);
  const key = keyToVerify(source, jws, kid, arrival.receivedAt, '');
  if (key === null || jws === undefined)
    throw new Refusal('signature_missing', 'only a source with a key can send over Event Grid', {
      pointer: '/signature',
    });
  if (!(await deps.signatures.verify(jws, canonicalBytes({ ...rest, tenantid, source: uri }), key.jwk)))
    throw new Refusal('signature_invalid', 'the signature does not verify', { pointer: '/signature' });
  return intake;
}

const membersOf = (event: unknown): Record<string, unknown> =>
  typeof event === 'object' && event !== null && !Array.isArray(event) ? { ...event } : {};
