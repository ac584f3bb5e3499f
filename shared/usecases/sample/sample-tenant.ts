import { tenantSettingsSchema } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { toBase64Url, utf8 } from '../../core/kernel/bytes.js';
import { canonicalBytes, canonicalText } from '../../core/kernel/canonical.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { sampleTenantId } from '../../core/kernel/sample-tenant.js';
import { day, instantOf, type Millis } from '../../core/kernel/time.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { findingId, fingerprintOf } from '../../core/projections/keys.js';
import type {
  Blobs,
  BlobStore,
  KeyRing,
  MailProvider,
  Renderer,
  SignatureVerifier,
  Stores,
  Telemetry,
  TenantStores,
} from '../../ports.js';
import { actOnFinding, type FindingOrder } from '../governance/act-on-finding.js';
import { admitHttp } from '../ingest/admit.js';
import { foldEvents, foldUntil } from '../log/fold.js';
import { sealBundles, signCheckpoint } from '../log/checkpoints.js';
import { putTenant } from '../tenants/manage-tenants.js';
import { acknowledgeReview } from '../reviews/acknowledge.js';
import { makeReview } from '../reviews/make-review.js';
import { reviewPage } from '../reviews/review-page.js';
import { putSource } from '../tenants/sources/put-source.js';
import {
  sampleActs,
  sampleEnd,
  sampleEvents,
  sampleName,
  samplePeople,
  sampleRecipient,
  sampleReports,
  sampleReviews,
  sampleSources,
  sampleStart,
  type SampleAct,
  type SampleEvent,
  type SampleSource,
} from './fixture.js';
import { produceSample } from './sample-reports.js';

/*
 * The sample tenant, made of its static evidence by the same steps as any tenant: posted, verified, admitted, sequenced,
 * folded; what people do is commanded. It is made in stores of its own, which hold nothing else.
 */

/** Empty stores, and a clock that goes where it is set. `runtimeKeys` sign for the sample's sources. */
export type SampleDeps = {
  stores: Stores;
  blobs: Blobs;
  keys: KeyRing;
  runtimeKeys: KeyRing;
  signatures: SignatureVerifier;
  clock: { now(): Millis; set(at: Millis): void };
  telemetry: Telemetry;
  mail: MailProvider;
  exporter: MailProvider;
  mailRate: { perMinute: number; perHour: number };
  renderer: Renderer;
};

type Making = Omit<SampleDeps, 'stores' | 'blobs'> & {
  all: Stores;
  stores: TenantStores;
  blobs: BlobStore;
};

/** Makes it, with the clock left at its end. @returns the tenant, as verified as these stores are its own. */
export async function makeSample(deps: SampleDeps): Promise<VerifiedTenant> {
  const tenantId = verifiedTenant(sampleTenantId);
  const { stores, blobs } = deps;
  const own: Making = { ...deps, all: stores, stores: stores.open(tenantId), blobs: blobs.open(tenantId) };
  deps.clock.set(sampleStart);
  await openTenant(own);
  const macKey = await own.keys.macKey(tenantId);
  const people = Object.values(samplePeople).map((name) => ({ pseudonym: pseudonymOf(macKey, name), name }));
  await own.stores.tenant.remember(people);
  const events = sampleEvents({
    person: (name) => pseudonymOf(macKey, samplePeople[name]),
    evidence: (from, id) => evidenceIdOf(sampleSources[from].uri, id),
  });
  let told = 0;
  for (const { at, act } of deeds(own)) {
    for (; told < events.length && (events[told]?.at ?? at) <= at; told += 1) await tell(own, events[told]);
    await act();
  }
  deps.clock.set(sampleEnd);
  await foldUntil({ ledger: own.stores.ledger, now: () => sampleEnd }, sampleEnd);
  await signCheckpoint(own);
  await sealBundles(own);
  return tenantId;
}

/** What people did, with what asks nothing of anybody at the end, so that all is told by then. */
function deeds(own: Making): { at: Millis; act: () => Promise<void> }[] {
  const commands = sampleActs.map((act) => ({ at: act.at, act: () => command(own, act) }));
  const reports = sampleReports.map((report) => ({
    at: report.at,
    act: () => produceSample(own, report),
  }));
  const reviews = sampleReviews.map(({ at, by, week, notes }) => ({
    at,
    act: async () => {
      own.clock.set(at);
      // Nothing is sent of a sample's reviews.
      const produce = () => Promise.resolve();
      const blobs = { open: () => own.blobs };
      const deps = { ...own, stores: own.all, blobs, produce, rehearsal: true };
      await reviewPage(deps, { cadence: 'weekly' }, makeReview);
      const person = { subject: samplePeople[by], roles: ['operator'] };
      if (notes !== null) await acknowledgeReview(own, { cadence: 'weekly', period: week }, notes, person);
    },
  }));
  const end = { at: sampleEnd, act: () => Promise.resolve() };
  return [...commands, ...reports, ...reviews, end].sort((a, b) => a.at - b.at);
}

async function openTenant(own: Making): Promise<void> {
  const settings = tenantSettingsSchema.parse({
    displayName: sampleName,
    timeZone: 'Europe/Amsterdam',
    reports: {
      recipients: [{ address: sampleRecipient, audience: ['ciso', 'board'] }],
      allowedDomains: ['larkfield.example'],
    },
  });
  await putTenant(own, settings, samplePeople.mei, { sample: true });
  const { keyId, publicKey } = await own.runtimeKeys.ensure(own.stores.tenantId);
  const window = {
    validFrom: instantOf(sampleStart - day),
    validUntil: instantOf(sampleEnd + 365 * day),
  };
  for (const [id, { uri, eventTypes }] of Object.entries(sampleSources))
    await putSource(
      own,
      {
        id,
        uri,
        connectorType: 'custom',
        provenance: 'sample',
        environments: ['dev', 'staging', 'production'],
        eventTypes: [...eventTypes],
        keys: [{ kid: keyId, jwk: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) }, ...window }],
      },
      { id: uuidOf('sample source', id), actor: samplePeople.mei },
    );
}

/** One event, posted a moment after it happened, and folded. @throws Error where the fixture is not admissible. */
async function tell(own: Making, event: SampleEvent | undefined): Promise<void> {
  if (event === undefined) return;
  const receivedAt = event.at + 2_000;
  own.clock.set(receivedAt);
  const found = await own.stores.tenant.get();
  if (found === null) throw new Error('the sample tenant is not there');
  const receipt = await admitHttp(own, {
    caller: { subject: 'sample-collector' },
    contentType: 'application/cloudevents+json',
    headers: {},
    body: await signed(own, event),
    receivedAt,
    tenant: found.tenant,
  });
  const [accepted] = receipt.accepted;
  if (accepted === undefined) throw new Error(`the sample does not hold: ${canonicalText(receipt.rejected)}`);
  const evidence = await own.stores.evidence.get(accepted.id);
  if (evidence === null) throw new Error('what was admitted is not there');
  await foldEvents({ ledger: own.stores.ledger, now: () => receivedAt }, [{ evidence }]);
}

/** The event as its source sends it, with a detached JWS (RFC 7515, appendix F) over its canonical bytes. */
async function signed(
  own: Making,
  { from, id, name, at, data, environment }: SampleEvent,
): Promise<Uint8Array> {
  const event = {
    specversion: '1.0',
    id,
    source: sourceUri(from),
    type: `aispm.${name}`,
    time: instantOf(at),
    provenance: 'sample',
    environment,
    data,
  };
  const { tenantId } = own.stores;
  const { keyId } = await own.runtimeKeys.ensure(tenantId);
  const header = toBase64Url(utf8(canonicalText({ alg: 'EdDSA', kid: keyId })));
  const payload = toBase64Url(canonicalBytes(event));
  const { signature } = await own.runtimeKeys.sign(tenantId, utf8(`${header}.${payload}`));
  return canonicalBytes({ ...event, signature: `${header}..${toBase64Url(signature)}` });
}

const sourceUri = (from: SampleSource): string => sampleSources[from].uri;

async function command(own: Making, { at, by, finding, order, agree }: SampleAct): Promise<void> {
  own.clock.set(at);
  await foldUntil({ ledger: own.stores.ledger, now: () => at }, at);
  const fingerprint = fingerprintOf(finding.rule, finding.subject, finding.control);
  const operator = { subject: samplePeople[by], roles: ['operator', 'approver'] };
  const agreed = agree === true ? await agreeing(own, fingerprint, order) : order;
  await actOnFinding(own, fingerprint, agreed, operator, `sample-${at}`);
}

/** The order, agreeing to what another person asked for. */
async function agreeing(own: Making, fingerprint: string, order: FindingOrder): Promise<FindingOrder> {
  const id = findingId(fingerprint);
  const document = (await own.stores.ledger.read([id])).get(id);
  const approves = document?.kind === 'finding' ? document.request?.evidenceId : undefined;
  return order.command === 'accept' && approves !== undefined
    ? { command: 'accept', body: { ...order.body, approves } }
    : order;
}
