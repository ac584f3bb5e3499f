import { readFileSync } from 'node:fs';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { jsonTelemetry } from '../../shared/adapters/telemetry.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import type { Stores } from '../../shared/ports.js';
import { admitHttp, type AdmitDependencies } from '../../shared/usecases/ingest/admit.js';
import { newSigner, signed, signerUri, source, tenantWith } from '../ingest/intake.js';
import { rate } from './rate.js';
import { decisionData, eventOf, narrow, runtimeUri, start, tenantId } from './workload.js';

/** One line of the table: how many a second of one core, and how that compares with the bare work on the same bytes. */
export type BenchRow = { name: string; bytes: number; perSecond: number; ratio: number };

const signer = newSigner('bench-1');
const key = {
  kid: signer.kid,
  jwk: signer.jwk,
  validFrom: '2026-01-01T00:00:00.000Z',
  validUntil: '2027-01-01T00:00:00.000Z',
};

/** A tenant with a runtime that does not sign, one that does, and a CAVRA connector. */
export const tenant = tenantWith(
  [
    source({ id: 'bench', uri: runtimeUri, environments: ['dev'] }),
    source({ id: 'signing', uri: signerUri, environments: ['dev'], keys: [key] }),
    source({ id: 'cavra', uri: 'urn:cavra:cc-build-1', connectorType: 'claude_code', environments: ['dev'] }),
  ],
  {},
  tenantId,
);

const decision = (n: number) => eventOf('decision.recorded', `dec-${n}`, start, decisionData(n, narrow));
const hundred = <T>(make: (n: number) => T): T[] => Array.from({ length: 100 }, (_, n) => make(n));

/** Stores that take everything and keep nothing: what is measured is admission, not a map. */
async function boundless(): Promise<Stores> {
  const stores = memoryStores();
  await stores.open(tenantId).tenant.put(tenant, null);
  return {
    ...stores,
    open: (id) => {
      const opened = stores.open(id);
      return { ...opened, evidence: { ...opened.evidence, create: () => Promise.resolve(null) } };
    },
  };
}

type Subject = { name: string; contentType: string; events: number; body: Uint8Array };

async function subjects(): Promise<Subject[]> {
  const fixture = new URL('test/fixtures/cavra/envelope-blocked-command.json', `file://${process.cwd()}/`);
  const one = { contentType: 'application/cloudevents+json', events: 1 };
  const many = { contentType: 'application/cloudevents-batch+json', events: 100 };
  const signedEvent = (n: number) => signed({ ...decision(n), source: signerUri }, signer);
  const bodyOf = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
  return [
    { name: 'one event a request', ...one, body: bodyOf(decision(1)) },
    { name: '100 events a request', ...many, body: bodyOf(hundred(decision)) },
    { name: 'one signed event a request (Ed25519)', ...one, body: bodyOf(await signedEvent(1)) },
    {
      name: '100 signed events a request (Ed25519)',
      ...many,
      body: bodyOf(await Promise.all(hundred(signedEvent))),
    },
    {
      name: 'one CAVRA envelope a request',
      contentType: 'application/json',
      events: 1,
      body: bodyOf(JSON.parse(readFileSync(fixture, 'utf8'))),
    },
  ];
}

const request = ({ contentType, body }: Subject) => ({
  tenant,
  caller: { subject: 'bench' },
  contentType,
  headers: {},
  body,
  receivedAt: start,
});

async function admitAll(deps: AdmitDependencies, subject: Subject): Promise<void> {
  const { rejected } = await admitHttp(deps, request(subject));
  if (rejected.length > 0) throw new Error(`refused: ${JSON.stringify(rejected[0])}`);
}

/**
 * Admission in process on one core, beside bare JSON.parse and SHA-256 of the same bytes. The goal is 10,000 unsigned
 * 1.5 KB events a second.
 */
export async function admissionBench(milliseconds = 2000): Promise<BenchRow[]> {
  const deps = {
    stores: (await boundless()).open(tenantId),
    keys: memoryKeyRing('bench'),
    signatures: joseSignatures(),
    blobs: memoryBlobs().open(tenantId),
    telemetry: jsonTelemetry(),
  };
  const decoder = new TextDecoder();
  const rows: BenchRow[] = [];
  for (const subject of await subjects()) {
    const { name, events, body } = subject;
    const bare = await rate(events, milliseconds / 2, () => {
      JSON.parse(decoder.decode(body));
      sha256Hex(body);
    });
    const perSecond = await rate(events, milliseconds, () => admitAll(deps, subject));
    if (rows.length === 0)
      rows.push({ name: 'bare JSON.parse + SHA-256', bytes: body.length, perSecond: bare, ratio: 1 });
    rows.push({ name, bytes: body.length / events, perSecond, ratio: perSecond / bare });
  }
  return rows;
}
