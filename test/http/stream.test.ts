import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/changes.js';
import { handlers as sampleHandlers } from '../../functions/sample.js';
import { changeRoutes } from '../../functions/routes/changes.js';
import { sampleRoutes } from '../../functions/routes/all-routes.js';
import { postureEventSchema } from '../../schemas/answers/changes.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { watchPosture } from '../../shared/usecases/posture/watch-posture.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { acme, caller, collect, foldAll, openDesk, type Asked, type Desk, type Told } from './desk.js';
import { registerSource } from '../register-source.js';

/* The stream tells of each change of posture, and a reader goes on where it stopped, on whatever instance. */

let desk: Desk;
const asked = (event: string | undefined, wait: string): Asked => ({
  token: 'viewer@acme',
  query: { wait },
  ...(event === undefined ? {} : { headers: { 'last-event-id': event } }),
});
const read = (event: string | undefined, wait = '0', services: Desk = desk): Promise<Told> =>
  caller(services, changeRoutes, handlers)('streamPosture', asked(event, wait));

const fieldOf = (told: Told, name: string): string | undefined =>
  told.text
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

async function post(id: string): Promise<void> {
  const told = await collect(desk, [decisionEvent({ id }, { agent: id })]);
  expect(told.status).toBe(202);
  await foldAll(desk);
}

beforeEach(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime'] }), 'root');
});

describe('the stream', () => {
  it('tells a new reader how the posture stands, under an id to go on from', async () => {
    const told = await read(undefined);
    expect([told.status, told.headers['Content-Type'], told.text.endsWith('\n\n')]).toEqual([
      200,
      'text/event-stream',
      true,
    ]);
    expect(fieldOf(told, 'id')).toMatch(/^\d+:\d{4}-[^:]+:\d\d:[\d.]+Z:[0-9a-f]{16}$/);
    const data = postureEventSchema.parse(JSON.parse(fieldOf(told, 'data') ?? ''));
    expect(data.verdict).toBe('not_enough_evidence');
  });

  it('says nothing again to who has seen it, and tells the next change with the way to what changed', async () => {
    const first = fieldOf(await read(undefined), 'id');
    const none = await read(first);
    expect([fieldOf(none, 'id'), none.text]).toEqual([undefined, 'retry: 3000\n: no change\n\n']);
    await post('builder');
    const next = await read(first);
    expect(fieldOf(next, 'id')).not.toBe(first);
    const { links, position } = postureEventSchema.parse(JSON.parse(fieldOf(next, 'data') ?? ''));
    expect(position).toBeGreaterThan(0);
    expect(links['changes']).toContain('/posture/diff?from=');
  });

  it('is resumed on another instance by the id alone', async () => {
    const first = fieldOf(await read(undefined), 'id');
    const other = openDesk({ stores: desk.stores, keys: desk.keys });
    expect(fieldOf(await read(first, '0', other), 'id')).toBeUndefined();
    await post('builder');
    expect(fieldOf(await read(first, '0', other), 'id')).toBe(fieldOf(await read(first), 'id'));
  });

  it('does not take the passing of time alone for a change', async () => {
    const stores = desk.stores.open(acme);
    const seen = await watchPosture({ stores, pause: () => Promise.resolve() }, null, 0);
    const [position = '', rest = ''] = (seen?.id ?? '').split(/:(.*)/s);
    const [, clock = '', digest = ''] = /^(.*):([0-9a-f]{16})$/.exec(rest) ?? [];
    const last = { position: Number(position), clock, digest };
    await foldUntil({ ledger: stores.ledger, now: () => 0 }, desk.clock.now() + 60_000);
    expect(await watchPosture({ stores, pause: () => Promise.resolve() }, last, 0)).toBeNull();
  });

  it('looks at the head alone while nothing happens, waits as long as asked, and ends at the change', async () => {
    const stores = desk.stores.open(acme);
    const reads: string[] = [];
    const watched = {
      ...stores,
      ledger: {
        ...stores.ledger,
        head: () => (reads.push('head'), stores.ledger.head()),
        read: (ids: readonly string[]) => (reads.push('read'), stores.ledger.read(ids)),
      },
    };
    const first = await watchPosture({ stores, pause: () => Promise.resolve() }, null, 0);
    const last = { position: 0, clock: '', digest: first?.id.slice(-16) ?? '' };
    const pauses: number[] = [];
    const pause = async (ms: number): Promise<void> => {
      pauses.push(ms);
      if (pauses.length === 3) await post('builder');
    };
    const found = await watchPosture({ stores: watched, pause }, last, 200_000);
    expect(found).not.toBeNull();
    expect([pauses, reads]).toEqual([
      [5_000, 5_000, 5_000],
      ['head', 'read', 'head', 'head', 'head', 'read'],
    ]);
    const quiet: number[] = [];
    const seen = { position: 0, clock: '', digest: found?.id.slice(-16) ?? '' };
    const nothing = (ms: number): Promise<void> => (quiet.push(ms), Promise.resolve());
    expect(await watchPosture({ stores, pause: nothing }, seen, 12_000)).toBeNull();
    expect(quiet).toEqual([5_000, 5_000, 2_000]);
  });

  it('refuses an id that no event had, and more readers of one tenant than an instance holds', async () => {
    expect((await read('elsewhere')).status).toBe(400);
    const id = fieldOf(await read(undefined), 'id');
    const waiting = Array.from({ length: 20 }, () => read(id, '1'));
    const late = await read(id, '1');
    expect([late.status, late.headers['Retry-After']]).toEqual([429, '30']);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await read(id)).status).toBe(200);
  });

  it('of the sample tells its posture once, and to who has seen it that it stands', async () => {
    const ask = (event: string | undefined): Promise<Told> =>
      caller(desk, sampleRoutes, sampleHandlers)('sampleStreamPosture', asked(event, '200'));
    const first = await ask(undefined);
    expect(fieldOf(first, 'data')).toContain('"sample":true');
    expect(fieldOf(first, 'data')).toContain('/api/sample/posture?position=');
    const again = await ask(fieldOf(first, 'id'));
    expect(again.text).toBe('retry: 300000\n: no change\n\n');
  }, 60_000);
});
