import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { sourceSchema, tenantSchema, type Source, type Tenant } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryClock } from '../../shared/adapters/memory/clock.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { canonicalBytes } from '../../shared/core/kernel/canonical.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import type { Stores } from '../../shared/ports.js';
import { admitHttp, type AdmitReceipt } from '../../shared/usecases/ingest/admit.js';
import type { EventGridDeps } from '../../shared/usecases/ingest/admit-event-grid.js';
import { tenantNamed } from '../tenants.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

/** The instant that all of these tests receive at. */
export const now = Date.parse('2026-06-01T12:00:00.000Z');
export const acme = tenantNamed('acme');
export const runtimeUri = 'urn:agent-runtime:build-7';
export const signerUri = 'urn:agent-runtime:signed';
export const registrarUri = 'urn:grc:register';

export type Signer = {
  kid: string;
  algorithm: 'EdDSA' | 'ES256';
  privateKey: KeyObject;
  jwk: Source['keys'][number]['jwk'];
};

export function newSigner(kid: string, algorithm: Signer['algorithm'] = 'EdDSA'): Signer {
  const { publicKey, privateKey } =
    algorithm === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const jwk: Signer['jwk'] =
    algorithm === 'EdDSA' ? { kty: 'OKP', crv: 'Ed25519', x } : { kty: 'EC', crv: 'P-256', x, y };
  return { kid, algorithm, privateKey, jwk };
}

/** The event with a detached JWS over its canonical bytes. */
export async function signed(
  event: Record<string, unknown>,
  signer: Signer,
): Promise<Record<string, unknown>> {
  const jws = await new CompactSign(canonicalBytes(event))
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.kid })
    .sign(signer.privateKey);
  const [header, , signature] = jws.split('.');
  return { ...event, signature: `${header}..${signature}` };
}

/** A source as it would be registered; every test names only what it is about. */
export const source = (over: Partial<Source> & { id: string; uri: string }): Source =>
  sourceSchema.parse({
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime'],
    keys: [],
    ...over,
  });

export const tenantWith = (
  sources: Source[],
  settings: Partial<Tenant['settings']> = {},
  tenantId = 'acme',
): Tenant =>
  tenantSchema.parse({
    tenantId,
    revision: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    sample: false,
    settings: { displayName: 'Acme', timeZone: 'UTC', ...settings },
    sources,
    members: [],
    keys: [],
  });

export type Desk = EventGridDeps & {
  clock: ReturnType<typeof memoryClock>;
  post: (
    body: unknown,
    how?: {
      contentType?: string | null;
      headers?: Record<string, string>;
      receivedAt?: number;
    },
  ) => Promise<AdmitReceipt>;
  quarantined: () => Promise<{ code: string; detail: string; id: string }[]>;
};

/** A service with one tenant in memory, and a way to post to it. A string or bytes are posted as they are. */
export async function openDesk(tenant: Tenant, stores: Stores = memoryStores()): Promise<Desk> {
  const id = tenantNamed(tenant.tenantId);
  await stores.open(id).tenant.put(tenant, null);
  const deps = {
    stores,
    keys: memoryKeyRing('seed'),
    signatures: joseSignatures(),
    blobs: memoryBlobs(),
    telemetry: suiteTelemetry(),
    clock: memoryClock(now),
  };
  const own = { ...deps, stores: stores.open(id), blobs: deps.blobs.open(id) };
  return {
    ...deps,
    post: (body, how = {}) =>
      admitHttp(own, {
        tenant,
        caller: { subject: 'collector-1' },
        contentType: how.contentType === undefined ? 'application/cloudevents+json' : how.contentType,
        headers: how.headers ?? {},
        body:
          body instanceof Uint8Array ? body : utf8(typeof body === 'string' ? body : JSON.stringify(body)),
        receivedAt: how.receivedAt ?? now,
      }),
    quarantined: async () => (await own.stores.quarantine.list({ limit: 500 })).items,
  };
}

/** A decision as a runtime would send it. */
export const decisionEvent = (
  over: Record<string, unknown> = {},
  data: Record<string, unknown> = {},
): Record<string, unknown> => ({
  specversion: '1.0',
  type: 'aispm.decision.recorded',
  id: 'dec-1',
  source: runtimeUri,
  time: '2026-06-01T11:59:00.000Z',
  ...over,
  data: {
    decision: 'block',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1.4.0', rule: 'commands.destructive' },
    surface: 'command',
    operation: 'execute',
    risks: ['destructive'],
    agent: 'build-agent',
    repository: 'acme/shop',
    severity: 'high',
    ran: false,
    target: 'rm -rf build',
    ...data,
  },
});
