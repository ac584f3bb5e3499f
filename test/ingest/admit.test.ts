import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import {
  StoreUnavailable,
  type EvidenceStore,
  type StoredEvidence,
  type Stores,
} from '../../shared/ports.js';
import { acme, decisionEvent, openDesk, runtimeUri, source, tenantWith } from './intake.js';

const batch = 'application/cloudevents-batch+json';
const runtime = source({ id: 'runtime', uri: runtimeUri });
const desk = () => openDesk(tenantWith([runtime]));

describe('evidence that keeps every rule is admitted', () => {
  it('under a digest that covers event and admission, and an id of its source and id', async () => {
    const { post, stores } = await desk();
    const receipt = await post(decisionEvent());
    const id = evidenceIdOf(runtimeUri, 'dec-1');
    const stored = await stores.open(acme).evidence.get(id);
    expect(receipt).toEqual({
      status: 202,
      accepted: [{ id, digest: stored?.digest }],
      duplicates: [],
      rejected: [],
    });
    expect(stored?.event).toEqual(decisionEvent());
    expect(stored?.admission).toEqual({
      sourceId: 'runtime',
      provenance: 'live',
      receivedAt: '2026-06-01T12:00:00.000Z',
      signer: null,
      redactions: [],
    });
    expect(stored?.digest).toBe(
      sha256Hex(canonicalBytes({ event: stored?.event, admission: stored?.admission })),
    );
  });

  it('in structured, batch and binary mode and as plain JSON', async () => {
    const { post } = await desk();
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-type': 'aispm.decision.recorded',
      'ce-id': 'caf%C3%A9',
      'ce-source': runtimeUri,
      'ce-time': '2026-06-01T11:00:00Z',
    };
    const binary = await post(decisionEvent()['data'], { contentType: 'application/json', headers });
    expect(binary.accepted[0]?.id).toBe(evidenceIdOf(runtimeUri, 'café'));
    const plain = await post([decisionEvent({ id: 'a' }), decisionEvent({ id: 'b' })], {
      contentType: 'application/json; charset=UTF-8',
    });
    expect(plain.accepted).toHaveLength(2);
    expect((await post([decisionEvent({ id: 'c' })], { contentType: batch })).accepted).toHaveLength(1);
  });

  it('and a batch is admitted in part: each event has its own answer', async () => {
    const { post } = await desk();
    const events = [
      decisionEvent({ id: 'a' }),
      decisionEvent({ id: 'b', source: 'urn:rogue' }),
      decisionEvent({ id: 'c' }),
    ];
    const receipt = await post(events, { contentType: batch });
    expect(receipt.status).toBe(202);
    expect(receipt.accepted.map((a) => a.id)).toEqual(['a', 'c'].map((id) => evidenceIdOf(runtimeUri, id)));
    expect(receipt.rejected).toMatchObject([{ index: 1, code: 'unknown_source', pointer: '/1/source' }]);
  });
});

describe('the same event again', () => {
  it('is a duplicate, whatever the order of its members, and answers 202', async () => {
    const { post } = await desk();
    await post(decisionEvent());
    const reordered = Object.fromEntries(Object.entries(decisionEvent()).reverse());
    const receipt = await post(reordered);
    expect(receipt).toEqual({
      status: 202,
      accepted: [],
      duplicates: [{ id: evidenceIdOf(runtimeUri, 'dec-1') }],
      rejected: [],
    });
  });

  it('with other content is a conflict: refused, recorded, and what was stored stays', async () => {
    const { post, stores, quarantined } = await desk();
    await post(decisionEvent());
    const receipt = await post(decisionEvent({}, { decision: 'allow', ran: true }));
    expect(receipt).toMatchObject({
      status: 422,
      rejected: [{ index: 0, code: 'id_conflict', pointer: '/id' }],
    });
    expect(await quarantined()).toMatchObject([{ code: 'id_conflict', eventId: 'dec-1' }]);
    const stored = await stores.open(acme).evidence.get(evidenceIdOf(runtimeUri, 'dec-1'));
    expect(stored?.event.data).toMatchObject({ decision: 'block' });
  });

  it('within one batch is told the same way', async () => {
    const { post } = await desk();
    const other = decisionEvent({}, { severity: 'low' });
    const receipt = await post([decisionEvent(), decisionEvent(), other], { contentType: batch });
    expect(receipt.accepted).toHaveLength(1);
    expect(receipt.duplicates).toHaveLength(1);
    expect(receipt.rejected).toMatchObject([{ index: 2, code: 'id_conflict' }]);
  });
});

describe('provenance', () => {
  it.each([
    ['live', undefined, 'live'],
    ['live', 'sample', 'sample'],
    ['sample', 'live', 'sample'],
    ['sample', undefined, 'sample'],
  ] as const)('a %s source that claims %s is stored as %s', async (registered, claimed, expected) => {
    const { post, stores } = await openDesk(tenantWith([{ ...runtime, provenance: registered }]));
    await post(decisionEvent(claimed === undefined ? {} : { provenance: claimed }));
    const stored = await stores.open(acme).evidence.get(evidenceIdOf(runtimeUri, 'dec-1'));
    expect(stored?.admission.provenance).toBe(expected);
  });
});

/** Stores whose evidence is created by the given work. */
const storesThatCreate = (
  create: (evidence: StoredEvidence, own: EvidenceStore) => Promise<StoredEvidence | null>,
) => {
  const stores = memoryStores();
  const open: Stores['open'] = (tenantId) => {
    const opened = stores.open(tenantId);
    return { ...opened, evidence: { ...opened.evidence, create: (e) => create(e, opened.evidence) } };
  };
  return { stores, watched: { ...stores, open } };
};

describe('one request', () => {
  it('writes at most sixteen events at a time, so that others get their share of the store', async () => {
    let running = 0;
    let most = 0;
    const { watched } = storesThatCreate(async (evidence, own) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return own.create(evidence);
    });
    const { post } = await openDesk(tenantWith([runtime]), watched);
    const events = Array.from({ length: 100 }, (_, i) => decisionEvent({ id: `e${i}` }));
    expect((await post(events, { contentType: batch })).accepted).toHaveLength(100);
    expect(most).toBe(16);
  });
});

describe('a store that fails in the middle of a batch', () => {
  it('fails the request, and the resend admits the rest and counts nothing twice', async () => {
    let writes = 0;
    const { stores, watched } = storesThatCreate((evidence, own) =>
      ++writes === 3 ? Promise.reject(new StoreUnavailable('throttled', 10)) : own.create(evidence),
    );
    const { post } = await openDesk(tenantWith([runtime]), watched);
    const events = Array.from({ length: 40 }, (_, i) => decisionEvent({ id: `e${i}` }));
    await expect(post(events, { contentType: batch })).rejects.toBeInstanceOf(StoreUnavailable);
    const receipt = await post(events, { contentType: batch });
    expect(receipt.rejected).toEqual([]);
    expect(receipt.accepted.length + receipt.duplicates.length).toBe(40);
    expect(receipt.duplicates.length).toBeGreaterThanOrEqual(2);
    expect((await stores.open(acme).evidence.search({ limit: 100 })).items).toHaveLength(40);
  });
});
