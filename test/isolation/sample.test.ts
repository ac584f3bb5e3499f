import { beforeAll, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/sample.js';
import { sampleRoutes } from '../../functions/routes/all-routes.js';
import type { Services } from '../../shared/services.js';
import { caller, type Asked, type Told } from '../http/desk.js';
import { openAttack, unknownLike, type Attack } from './attacker.js';
import { a, b } from './world.js';

/*
 * Nothing of a live tenant can be reached through the public sample: while it is asked, every port that holds or reaches
 * anything of a live tenant breaks at the first touch, and what a live tenant's ids and cursors are answered with is what
 * ids that nobody has are answered with.
 */

let attack: Attack;
let ask: (name: string, asked: Asked) => Promise<Told>;

/** A port that must not be touched. */
const untouchable = (port: string): never =>
  // as: whatever is asked of it is the failure.
  new Proxy(
    {},
    {
      get: () => {
        throw new Error(`the sample touched ${port}`);
      },
    },
  ) as never;

beforeAll(async () => {
  attack = await openAttack();
  const { desk } = attack.world;
  const ports = [
    'stores',
    'blobs',
    'keys',
    'secrets',
    'box',
    'tokens',
    'mail',
    'azure',
    'github',
    'publicSide',
  ];
  const broken: Services = { ...desk, ...Object.fromEntries(ports.map((port) => [port, untouchable(port)])) };
  ask = (name, asked) => caller(broken, sampleRoutes, handlers)(name, asked);
  // The first question makes the sample: its own evidence, reports and reviews, which no single question waits for here.
  expect((await ask('sampleReadPosture', {})).status).toBe(200);
}, 240_000);

const names = Object.keys(sampleRoutes);
const paramsOf = (name: string): string[] => Object.keys(sampleRoutes[name]?.params?.shape ?? {});
const theirs = (name: string, param: string): string[] =>
  attack.secrets
    .filter((text) => sampleRoutes[name]?.params?.shape[param]?.safeParse(text).success === true)
    .slice(0, 25);
const any = (name: string, param: string): string =>
  ['pdf', '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11', 'f'.repeat(64), 'some'].find(
    (text) => sampleRoutes[name]?.params?.shape[param]?.safeParse(text).success,
  ) ?? 'some';
const withAny = (name: string): Record<string, string> =>
  Object.fromEntries(paramsOf(name).map((param) => [param, any(name, param)]));

describe.each(names)('%s', (name) => {
  it('answers a live tenant’s ids in its path as ids that nobody has', async () => {
    for (const param of paramsOf(name))
      for (const text of theirs(name, param)) {
        const nobodys = unknownLike(text);
        if (sampleRoutes[name]?.params?.shape[param]?.safeParse(nobodys).success !== true) continue;
        const [told, absent] = [
          await ask(name, { params: { ...withAny(name), [param]: text } }),
          await ask(name, { params: { ...withAny(name), [param]: nobodys } }),
        ];
        expect([text, told.status, told.text]).toEqual([text, absent.status, absent.text]);
        expect(told.status).toBeLessThan(500);
      }
  });

  it('takes no live tenant’s name or cursor in its query, and no header changes the answer', async () => {
    const params = withAny(name);
    const plain = await ask(name, { params });
    for (const query of ['tenantId', 'tenant', 'ledgerId', 'where'])
      expect((await ask(name, { params, query: { [query]: b } })).status).toBe(400);
    for (const header of ['x-tenant-id', 'tenantid', 'ce-tenantid', 'x-original-url', 'x-forwarded-host'])
      expect(await ask(name, { params, headers: { [header]: b } })).toEqual(plain);
    for (const token of [`admin@${a}`, `viewer@${b}`, 'nonsense'])
      expect(await ask(name, { params, token })).toEqual(plain);
    for (const [member, schema] of Object.entries(sampleRoutes[name]?.query?.shape ?? {}))
      for (const text of attack.secrets.filter((one) => schema.safeParse(one).success).slice(0, 25)) {
        const nobodys = unknownLike(text);
        if (!schema.safeParse(nobodys).success) continue;
        const told = await ask(name, { params, query: { [member]: text } });
        const absent = await ask(name, { params, query: { [member]: nobodys } });
        expect([member, text, told.status, told.text]).toEqual([member, text, absent.status, absent.text]);
      }
  });

  it('answers with nothing that a live tenant has', async () => {
    const told = await ask(name, { params: withAny(name) });
    expect(told.status).toBeLessThan(500);
    const distinct = attack.secrets.filter((text) => /^[0-9a-f]{64}$|globex|^psn:/.test(text));
    expect(distinct.length).toBeGreaterThan(20);
    expect(distinct.filter((text) => told.text.includes(text))).toEqual([]);
  });
});

it('after all of this nothing of a live tenant was opened or is different', async () => {
  expect(attack.opened).toEqual([]);
  const stores = attack.world.desk.stores;
  expect((await stores.tenantIds({ limit: 10 })).items).toEqual([a, b]);
});
