import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { z } from 'zod';

import { connectorNonceSchema, connectorValidationSchema } from '../../schemas/connectors.js';
import { controlDetailSchema } from '../../schemas/answers/posture.js';
import {
  evidenceRowSchema,
  logKeysSchema,
  proofSchema,
  quarantineRowSchema,
  receiptSchema,
} from '../../schemas/answers/evidence.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { postureSchema } from '../../schemas/posture.js';
import { problemSchema } from '../../schemas/problem.js';
import { routes } from '../../functions/routes/all-routes.js';
import { fromBase64, fromHex, toBase64Url } from '../../shared/core/kernel/bytes.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { noteKeyHash } from '../../shared/core/kernel/note.js';
import { parseNote } from '../../shared/core/log/parse-note.js';
import { verifyInclusion } from '../../shared/core/log/verify.js';
import { zoneAtNoon } from '../noon.js';
import { decisionEvent, newSigner, signed, signerUri } from '../ingest/intake.js';
import { at } from './desk.js';
import { runningBuild, startStack, type Stack } from './stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.close());

type Told = { status: number; headers: Headers; json: unknown };

async function send(
  method: string,
  path: string,
  role?: string,
  body?: unknown,
  type?: string,
): Promise<Told> {
  const claims = { sub: `${role}-1`, roles: [role ?? ''], tenants: ['acme'] };
  const token = role === undefined ? undefined : await stack.issuer.token(claims);
  const response = await fetch(path.startsWith('/api') ? new URL(path, stack.url) : `${stack.url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  };
}

/** What a viewer reads there, in the form that the contract promises. */
const read = async <S extends z.ZodType>(schema: S, path: string, role = 'viewer'): Promise<z.output<S>> =>
  schema.parse((await send('GET', path, role)).json);

const batchType = 'application/cloudevents-batch+json';
const post = async (
  body: unknown,
  type: string,
): Promise<{ status: number } & z.infer<typeof receiptSchema>> => {
  const { status, json } = await send('POST', '/tenants/acme/evidence', 'collector', body, type);
  return { status, ...receiptSchema.parse(json) };
};

async function eventually<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 500; tries++) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing after 50 s; the host said:\n${stack.lines.slice(-20).join('\n')}`);
}

/** The key of the runtime that the story registers. */
const signer = newSigner('runtime-key');

/** Delivers as Event Grid does: its own header, its own key, CloudEvents in a batch. */
const deliver = (events: unknown[]): Promise<Response> =>
  fetch(`${stack.eventGrid}ingestEvidenceEvents`, {
    method: 'POST',
    headers: { 'content-type': batchType, 'aeg-event-type': 'Notification' },
    body: JSON.stringify(events),
  });

describe('the compiled app under the local host', () => {
  it('serves every route of the table, and only those', () => {
    for (const { name } of routes) expect(stack.functions).toContain(name);
    expect(stack.functions).toEqual(
      expect.arrayContaining(['ingestEvidence', 'ingestEvidenceEvents', 'foldEvidence']),
    );
    expect(stack.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('says that it is up, and hands out its contract', async () => {
    expect((await send('GET', '/health')).json).toMatchObject({
      status: 'up',
      release: runningBuild,
      telemetry: 'local',
    });
    const contract = await send('GET', '/openapi.json');
    expect(at(contract.json, 'openapi')).toBe('3.1.0');
    expect(contract.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('takes a tenant from onboarding to a verified proof in three calls from its score', async () => {
    const settings = { displayName: 'Acme', timeZone: zoneAtNoon() };
    expect((await send('PUT', '/tenants/acme', 'admin', { settings })).status).toBe(201);
    const source = {
      uri: signerUri,
      connectorType: 'custom',
      provenance: 'live',
      environments: ['production'],
      eventTypes: ['runtime'],
      keys: [
        {
          kid: signer.kid,
          jwk: signer.jwk,
          validFrom: '2026-01-01T00:00:00Z',
          validUntil: '2099-01-01T00:00:00Z',
        },
      ],
    };
    const asked = await send('PUT', '/tenants/acme/sources/runtime', 'admin', source);
    expect([asked.status, at(asked.json, 'status')]).toEqual([202, 'pending']);
    const approve = `/tenants/acme/source-changes/${String(at(asked.json, 'id'))}/approve`;
    expect(at((await send('POST', approve, 'approver')).json, 'status')).toBe('approved');

    const time = new Date().toISOString();
    const inventory = {
      ...decisionEvent({ id: 'inv-1', source: signerUri, time, type: 'aispm.inventory.declared' }),
      data: { items: [{ kind: 'agent', id: 'build-agent' }] },
    };
    const events = [
      inventory,
      ...[1, 2, 3].map((n) => decisionEvent({ id: `dec-${n}`, source: signerUri, time })),
    ];
    const batch = await Promise.all(events.map((event) => signed(event, signer)));
    const receipt = await post(batch, batchType);
    expect([receipt.status, receipt.accepted.length, receipt.rejected]).toEqual([202, 4, []]);
    expect((await post(batch, batchType)).duplicates).toHaveLength(4);

    const posture = await eventually(async () => {
      const now = await read(postureSchema, '/tenants/acme/posture');
      return now.layers.evidence.decisions === 3 ? now : undefined;
    });
    expect(posture.score.tenths).toBeGreaterThan(0);
    const destructive = posture.controls.find((control) => control.id === 'destructive-commands');
    expect(destructive?.counts.enforced).toBe(1);

    const { items } = await read(controlDetailSchema, `${destructive?.link}?state=enforced`);
    expect(items.map((item) => item.name)).toEqual(['build-agent']);
    const proof = await read(proofSchema, items[0]?.links['proof'] ?? '');
    await verified(proof, items[0]?.evidenceId ?? '');
  }, 60_000);

  it('takes evidence from Event Grid by its signature alone, and nothing without one', async () => {
    const time = new Date().toISOString();
    const event = (id: string) => ({ ...decisionEvent({ id, source: signerUri, time }), tenantid: 'acme' });
    const good = await signed(event('grid-1'), signer);
    const forged = {
      ...(await signed(event('grid-2'), signer)),
      time: new Date(Date.now() - 1000).toISOString(),
    };
    // Delivered twice, as Event Grid may: at least once is its promise, once is ours.
    for (let times = 0; times < 2; times++) {
      expect((await deliver([good, forged, event('grid-3')])).status).toBe(202);
    }
    await eventually(async () => {
      const now = await read(postureSchema, '/tenants/acme/posture');
      return now.layers.evidence.decisions === 4 ? now : undefined;
    });
    const rows = (await read(pageOf(evidenceRowSchema), '/tenants/acme/evidence')).items;
    const ids = rows.map((row) => row.id);
    expect(['grid-1', 'grid-2', 'grid-3'].map((id) => ids.includes(evidenceIdOf(signerUri, id)))).toEqual([
      true,
      false,
      false,
    ]);
    expect(
      (await fetch(`${stack.eventGrid.replace('code=', 'code=x')}ingestEvidenceEvents`, { method: 'POST' }))
        .status,
    ).toBe(401);
  }, 60_000);

  it('keeps what it could not admit in quarantine, by reason and without the bytes', async () => {
    const unsigned = decisionEvent({ id: 'dec-9', source: signerUri, time: new Date().toISOString() });
    const refused = await post(unsigned, 'application/cloudevents+json');
    expect([refused.status, refused.rejected.map((one) => one.code)]).toEqual([422, ['signature_invalid']]);
    const quarantine = await read(pageOf(quarantineRowSchema), '/tenants/acme/quarantine', 'auditor');
    expect(quarantine.items.map((row) => row.code)).toEqual(['signature_invalid']);
  });

  it('names what is wrong with a body, however it comes', async () => {
    // duplex: the library demands it of a stream, and its types do not know it.
    const bodies: [RequestInit & { duplex?: 'half' }, string][] = [
      [{ method: 'POST', body: '{"specversion":' }, 'malformed_json'],
      [{ method: 'POST' }, 'empty_body'],
      [{ method: 'POST', body: new Uint8Array(1024 * 1024 + 1) }, 'body_too_large'],
      [{ method: 'POST', body: new Blob(['[]']).stream(), duplex: 'half' }, 'empty_body'],
    ];
    const token = await stack.issuer.token({ sub: 'collector-1', roles: ['collector'], tenants: ['acme'] });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (const [init, code] of bodies) {
      const response = await fetch(`${stack.url}/tenants/acme/evidence`, { ...init, headers });
      const problem = problemSchema.parse(await response.json());
      expect([problem.code, problem.status]).toEqual([code, response.status]);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it('proves a connector live by a nonce that comes back in its own signed event', async () => {
    const asked = await send('POST', '/tenants/acme/validations/connectors', 'operator', {
      connector: 'runtime',
    });
    const { nonce, links } = connectorNonceSchema.parse(asked.json);
    const time = new Date().toISOString();
    const event = decisionEvent({ id: nonce, source: signerUri, time });
    expect((await post(await signed(event, signer), 'application/cloudevents+json')).status).toBe(202);
    const outcome = await eventually(async () => {
      const view = await read(connectorValidationSchema, links['self'] ?? '');
      return view.status === 'waiting' ? undefined : view;
    });
    expect(outcome).toMatchObject({ status: 'passed', returned: evidenceIdOf(signerUri, nonce) });
  }, 60_000);

  it('runs the reviews by four timers, one for each cadence', async () => {
    const said = vi.spyOn(process.stdout, 'write');
    for (const name of ['Daily', 'Weekly', 'Monthly', 'Quarterly']) {
      expect(await stack.start(`review${name}`)).toBe(202);
      // The tenant is minutes old, and it is noon there: no period of it has ended.
      const run = `"event":"reviews_run","cadence":"${name.toLowerCase()}","count":0`;
      await eventually(() => Promise.resolve(said.mock.calls.find(([line]) => String(line).includes(run))));
    }
    said.mockRestore();
  }, 60_000);

  it('answers the posture of a past position as it was', async () => {
    const now = await read(postureSchema, '/tenants/acme/posture');
    const then = await read(postureSchema, '/tenants/acme/posture?position=1');
    expect([then.position, then.layers.evidence.decisions]).toEqual([1, 0]);
    const past = `/tenants/acme/posture?position=${now.position}&asOf=${now.asOf}`;
    expect(await read(postureSchema, past)).toEqual(now);
  });
});

/** Checks a proof with what an outsider has: the proof, the public keys, and RFC 6962. */
async function verified(proof: z.infer<typeof proofSchema>, evidenceId: string): Promise<void> {
  const { keys, origin } = logKeysSchema.parse((await send('GET', '/tenants/acme/keys')).json);
  const note = parseNote(proof.checkpoint.note);
  if (note === null) throw new Error('no note');
  const leaf = fromBase64(proof.leaf);
  expect(at(JSON.parse(new TextDecoder().decode(leaf)), 'id')).toBe(evidenceId);
  const { size, root } = note.checkpoint;
  const hashes = proof.hashes.map(fromBase64);
  expect(verifyInclusion(leaf, proof.entry.position, size, hashes, root)).toBe(true);
  expect(fromHex(proof.checkpoint.root)).toEqual(root);
  const key = fromBase64(keys[0]?.publicKey ?? '');
  const [line] = note.signatures;
  expect(line?.keyHash).toEqual(noteKeyHash(origin, key));
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key) },
    format: 'jwk',
  });
  expect(verify(null, Buffer.from(note.text), publicKey, line?.signature ?? new Uint8Array())).toBe(true);
}
