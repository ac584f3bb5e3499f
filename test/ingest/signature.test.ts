import { describe, expect, it } from 'vitest';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { admitEventGrid } from '../../shared/usecases/ingest/admit-event-grid.js';
import type { Source } from '../../schemas/tenant.js';
import { StoreUnavailable } from '../../shared/ports.js';
import {
  acme,
  decisionEvent,
  newSigner,
  openDesk,
  runtimeUri,
  signed,
  signerUri,
  source,
  tenantWith,
} from './intake.js';
import type { Desk, Signer } from './intake.js';
import { tenantNamed } from '../tenants.js';

const signer = newSigner('2026-a');
const stranger = newSigner('stranger');
const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
type Key = Source['keys'][number];
const keyOf = ({ kid, jwk }: Signer, over: Partial<Key> = {}): Key => ({ kid, jwk, ...window, ...over });

const deskWith = (keys: Key[]): Promise<Desk> =>
  openDesk(
    tenantWith([
      source({ id: 'signed', uri: signerUri, eventTypes: ['runtime', 'exception.granted'], keys }),
      source({ id: 'runtime', uri: runtimeUri }),
    ]),
  );
const event = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  decisionEvent({ source: signerUri, ...over });
const storedSigner = async (desk: Desk): Promise<unknown> =>
  (await desk.stores.open(acme).evidence.get(evidenceIdOf(signerUri, 'dec-1')))?.admission.signer;

describe('a source with a key signs each event', () => {
  it('a good signature is kept with the event, and who signed stands in the admission', async () => {
    const desk = await deskWith([keyOf(signer)]);
    const sent = await signed(event(), signer);
    expect((await desk.post(sent)).status).toBe(202);
    expect(await storedSigner(desk)).toEqual({ kid: '2026-a', validAtTime: true, validAtReceipt: true });
    const stored = await desk.stores.open(acme).evidence.get(evidenceIdOf(signerUri, 'dec-1'));
    expect(stored?.event).toEqual(sent);
  });

  it('an event from before the key was valid is admitted, and says so', async () => {
    const desk = await deskWith([keyOf(signer, { validFrom: '2026-06-01T11:59:30Z' })]);
    await desk.post(await signed(event(), signer));
    expect(await storedSigner(desk)).toEqual({ kid: '2026-a', validAtTime: false, validAtReceipt: true });
  });

  it('the same content signed again is a duplicate', async () => {
    const second = newSigner('2026-b', 'ES256');
    const desk = await deskWith([keyOf(signer), keyOf(second)]);
    await desk.post(await signed(event(), signer));
    expect((await desk.post(await signed(event(), second))).duplicates).toHaveLength(1);
  });

  const refusals: [string, Key[], () => Promise<unknown>, string][] = [
    ['no signature', [keyOf(signer)], () => Promise.resolve(event()), 'signature_invalid'],
    ['a key nobody registered', [keyOf(signer)], () => signed(event(), stranger), 'signature_invalid'],
    [
      'a registered kid over a stranger’s key',
      [keyOf(signer)],
      () => signed(event(), { ...stranger, kid: signer.kid }),
      'signature_invalid',
    ],
    [
      'one changed member',
      [keyOf(signer)],
      async () => ({ ...(await signed(event(), signer)), time: '2026-06-01T11:58:00.000Z' }),
      'signature_invalid',
    ],
    [
      'no readable header',
      [keyOf(signer)],
      () => Promise.resolve(event({ signature: 'AAAA..AAAA' })),
      'signature_invalid',
    ],
    [
      'a key revoked before receipt, whatever time the event claims',
      [keyOf(signer, { revokedAt: '2026-06-01T11:59:30Z' })],
      () => signed(event(), signer),
      'signature_invalid',
    ],
    [
      'a key that has expired',
      [keyOf(signer, { validUntil: '2026-06-01T12:00:00Z' })],
      () => signed(event(), signer),
      'signature_invalid',
    ],
    [
      'a key that is not valid yet',
      [keyOf(signer, { validFrom: '2026-06-01T12:00:01Z' })],
      () => signed(event(), signer),
      'signature_invalid',
    ],
    [
      'content that would have to be removed',
      [keyOf(signer)],
      () =>
        signed({ ...event(), data: { ...(event()['data'] as object), target: 'password=hunter2' } }, signer),
      'redaction_required',
    ],
    [
      'raw content',
      [keyOf(signer)],
      () =>
        signed({ ...event(), data: { ...(event()['data'] as object), raw: { prompt: 'hello' } } }, signer),
      'redaction_required',
    ],
    [
      'a person by name',
      [keyOf(signer)],
      () =>
        signed(
          {
            ...event({ type: 'aispm.exception.granted' }),
            data: { exception: 'x', scope: 'all', owner: 'Rosa Lind' },
          },
          signer,
        ),
      'redaction_required',
    ],
  ];
  it.each(refusals)('refused: %s', async (_name, keys, make, code) => {
    const desk = await deskWith(keys);
    expect(await desk.post(await make())).toMatchObject({ status: 422, rejected: [{ code }] });
    expect(await desk.quarantined()).toMatchObject([{ code }]);
  });

  it('a revocation that lies ahead does not refuse what arrives before it', async () => {
    const desk = await deskWith([keyOf(signer, { revokedAt: '2026-06-02T00:00:00Z' })]);
    expect((await desk.post(await signed(event(), signer))).status).toBe(202);
  });

  it('a signature of a source without keys proves nothing: the signer stays unknown', async () => {
    const desk = await deskWith([keyOf(signer)]);
    await desk.post(await signed(decisionEvent(), stranger));
    const stored = await desk.stores.open(acme).evidence.get(evidenceIdOf(runtimeUri, 'dec-1'));
    expect(stored?.admission.signer).toBeNull();
  });
});

describe('an event from Event Grid proves its tenant by its signature', () => {
  const unknown = async (desk: Desk): Promise<unknown[]> =>
    (await desk.stores.unknownQuarantine.list({ limit: 50 })).items;

  it('and is then admitted, once however often it is delivered', async () => {
    const desk = await deskWith([keyOf(signer)]);
    const sent = await signed(event({ tenantid: 'acme' }), signer);
    await admitEventGrid(desk, sent);
    await admitEventGrid(desk, sent);
    expect((await desk.stores.open(acme).evidence.search({ limit: 5 })).items).toHaveLength(1);
    expect(await unknown(desk)).toEqual([]);
    expect(await desk.quarantined()).toEqual([]);
  });

  const strangers: [string, () => Promise<unknown>, string][] = [
    ['names no tenant', () => signed(event(), signer), 'tenant_missing'],
    [
      'names a tenant that does not exist',
      () => signed(event({ tenantid: 'globex' }), signer),
      'unknown_source',
    ],
    [
      'comes from no registered source',
      () => signed(event({ tenantid: 'acme', source: 'urn:x' }), signer),
      'unknown_source',
    ],
    [
      'comes from a source without keys',
      () => signed(decisionEvent({ tenantid: 'acme' }), signer),
      'signature_missing',
    ],
    ['is not signed', () => Promise.resolve(event({ tenantid: 'acme' })), 'signature_invalid'],
    ['is signed by a stranger', () => signed(event({ tenantid: 'acme' }), stranger), 'signature_invalid'],
    ['is no event', () => Promise.resolve('hello'), 'tenant_missing'],
    ['is nothing', () => Promise.resolve(null), 'tenant_missing'],
  ];
  it.each(strangers)('one that %s is quarantined under no tenant, once', async (_name, make, code) => {
    const desk = await deskWith([keyOf(signer)]);
    const sent = await make();
    await admitEventGrid(desk, sent);
    await admitEventGrid(desk, sent);
    expect(await unknown(desk)).toMatchObject([{ code, sender: 'event-grid' }]);
    expect(await desk.quarantined()).toEqual([]);
    expect((await desk.stores.open(acme).evidence.search({ limit: 5 })).items).toEqual([]);
  });

  it('one that was signed for one tenant proves nothing to another with the same source', async () => {
    const desk = await deskWith([keyOf(signer)]);
    const globex = tenantWith(
      [source({ id: 'signed', uri: signerUri, keys: [keyOf(stranger)] })],
      {},
      'globex',
    );
    await desk.stores.open(tenantNamed('globex')).tenant.put(globex, null);
    const sent = await signed(event({ tenantid: 'acme' }), signer);
    await admitEventGrid(desk, { ...sent, tenantid: 'globex' });
    expect(await unknown(desk)).toMatchObject([{ code: 'signature_invalid' }]);
    expect((await desk.stores.open(tenantNamed('globex')).evidence.search({ limit: 5 })).items).toEqual([]);
  });

  it('one that proves its tenant and breaks a rule is quarantined there', async () => {
    const desk = await deskWith([keyOf(signer)]);
    await admitEventGrid(
      desk,
      await signed(event({ tenantid: 'acme', type: 'aispm.weather.changed' }), signer),
    );
    expect(await desk.quarantined()).toMatchObject([{ code: 'unknown_type', sender: 'event-grid' }]);
    expect(await unknown(desk)).toEqual([]);
  });

  it('nesting that could end the process is quarantined like anything else', async () => {
    const desk = await deskWith([keyOf(signer)]);
    await admitEventGrid(desk, JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`));
    expect(await unknown(desk)).toMatchObject([{ code: 'too_deep' }]);
  });

  it('a store that cannot take it makes Event Grid deliver again', async () => {
    const desk = await deskWith([keyOf(signer)]);
    const stores = {
      ...desk.stores,
      open: () => {
        throw new StoreUnavailable('throttled', 10);
      },
    };
    const sent = await signed(event({ tenantid: 'acme' }), signer);
    await expect(admitEventGrid({ ...desk, stores }, sent)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
