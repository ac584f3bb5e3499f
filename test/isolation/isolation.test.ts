import { beforeAll, describe, expect, it } from 'vitest';

import { routes } from '../../functions/routes/all-routes.js';
import { admitEventGrid } from '../../shared/usecases/ingest/admit-event-grid.js';
import type { Asked } from '../http/desk.js';
import { decisionEvent, signed } from '../ingest/intake.js';
import { linkOf, openAttack, seen, unknownLike, type Attack } from './attacker.js';
import { a, b, guarded, routeNamed, sourceUri, type NamedRoute } from './world.js';

/*
 * Two tenants live, and A tries to get at B through every route there is. Whatever A asks, the answer is the one that it
 * would get if B did not exist; nothing of B is opened while A asks, and nothing of B is different afterwards.
 */

let attack: Attack;
let secrets: string[];
let before: string;
const ask: Attack['ask'] = (name, asked) => attack.ask(name, asked);
const askTwin: Attack['askTwin'] = (name, asked) => attack.askTwin(name, asked);

beforeAll(async () => {
  attack = await openAttack();
  secrets = attack.secrets;
  before = await attack.fingerprint();
}, 60_000);

const may = { from: '2026-05-01T00:00:00Z', until: '2026-06-01T00:00:00Z' };
const samples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  putTenant: { settings: { displayName: 'A', timeZone: 'UTC' } },
  putSource: {
    uri: 'urn:other',
    connectorType: 'custom',
    // In force at once: of what waits, the second answer would follow from A's first.
    provenance: 'sample',
    environments: ['dev'],
    eventTypes: ['runtime'],
    keys: [],
  },
  requestSourceRetirement: { reason: 'r' },
  putMember: { roles: ['viewer'] },
  putIssuer: { issuer: 'https://other.example', jwksUri: 'https://other.example/k', subjects: ['s'] },
  requestReport: { type: 'ciso' },
  requestRotation: { reason: 'r' },
  requestDeliveryChange: {
    change: { kind: 'schedule_removed', schedule: 'some' },
    reason: 'r',
  },
  readiness: { target: 'trial' },
  requestAppetite: {
    limits: { K04: { target: 95, limit: 90 } },
    setBy: 'b',
    setOn: '2026-05-01',
    expiresAt: '2026-12-01T00:00:00Z',
    reason: 'r',
  },
  recordResponse: { ...may, stance: 'disagrees', owner: 'o', cause: 'c', action: 'a' },
  putPipelineKey: { expiresAt: '2026-07-01T00:00:00Z' },
  validateConnector: { connector: 'x' },
  confirmStep: { step: 'trial_access_approved' },
  stepBack: { step: 'trial_access_approved', reason: 'r' },
  proposePilot: {
    scope: { agents: ['x'] },
    from: '2026-06-01T00:00:00Z',
    until: '2026-07-01T00:00:00Z',
    sponsor: 's',
    goal: 'g',
  },
  requestGrant: { purpose: 'trial', subject: 's', roles: ['viewer'], until: '2026-07-01T00:00:00Z' },
};
const rolesOf = (route: (typeof guarded)[number]): string =>
  `${route.roles.includes('admin') ? 'admin' : route.roles[0]}@${a}`;

/** Path parameters of a route with values that its schema takes: one of B's for the named one, or any. */
function candidates(route: NamedRoute, param: string): string[] {
  const schema = route.params?.shape[param];
  return secrets.filter((text) => schema?.safeParse(text).success === true).slice(0, 25);
}
const paramsOf = (route: NamedRoute): string[] =>
  Object.keys(route.params?.shape ?? {}).filter((name) => name !== 'tenantId');
const anyFor = (route: NamedRoute, param: string): string =>
  ['pdf', 'ciso', 'daily', '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11', 'f'.repeat(64), 'some'].find(
    (text) => route.params?.shape[param]?.safeParse(text).success,
  ) ?? 'some';
const someParams = (route: NamedRoute): Record<string, string> =>
  Object.fromEntries(
    paramsOf(route).map((param) => [param, candidates(route, param)[0] ?? anyFor(route, param)]),
  );

describe.each(guarded)('$name', (route) => {
  const token = rolesOf(route);
  const isRead = route.method === 'GET';
  const body = route.body === undefined ? {} : { body: samples[route.name] ?? {} };

  it('at B’s path answers A as at the path of a tenant that does not exist', async () => {
    const params = someParams(route);
    const absent = await ask(route.name, { token, ...body, params: { ...params, tenantId: 'nobody' } });
    expect(absent.status).toBe(404);
    for (const role of ['collector', 'viewer', 'operator', 'approver', 'auditor', 'admin', 'pipeline'])
      expect(
        await ask(route.name, { token: `${role}@${a}`, ...body, params: { ...params, tenantId: b } }),
      ).toEqual(absent);
  });

  it.each([
    ['null', 'null'],
    ['undefined', 'undefined'],
    ['empty', ''],
    ['a space', ' '],
    ['an array', `${b},${a}`],
    ['an array in brackets', `["${b}"]`],
    ['another case', b.toUpperCase()],
    ['an encoded letter', '%67lobex'],
    ['a doubly encoded letter', '%2567lobex'],
    ['a look-alike', 'gl\u043ebex'],
    ['a full-width look-alike', '\uff47lobex'],
    ['a zero-width space', 'glo\u200bbex'],
    ['a path into it', `${a}/../${b}`],
    ['an encoded path into it', `${a}%2f..%2f${b}`],
    ['a matrix parameter', `${b};x=1`],
    ['a null byte', `${b}\u0000`],
    ['a line break', `${b}\n`],
    ['a trailing dot', `${b}.`],
    ['a wildcard', '*'],
    ['a number', '0'],
    ['the service’s own partition', 'x-unknown'],
    ['a query', `${b}' OR '1'='1`],
  ])('with a tenant id that is %s answers A as for one that does not exist', async (_, tenantId) => {
    const params = someParams(route);
    const absent = await ask(route.name, { token, ...body, params: { ...params, tenantId: 'nobody' } });
    expect(await ask(route.name, { token, ...body, params: { ...params, tenantId } })).toEqual(absent);
  });

  it.each(paramsOf(route))('at A’s path with B’s %s answers as with one that nobody has', async (param) => {
    for (const theirs of candidates(route, param)) {
      const nobodys = unknownLike(theirs);
      if (route.params?.shape[param]?.safeParse(nobodys).success !== true) continue;
      const asked = (value: string): Asked => ({
        token,
        ...body,
        params: { ...someParams(route), [param]: value, tenantId: a },
      });
      const told = await ask(route.name, asked(theirs));
      const absent = await askTwin(route.name, asked(nobodys));
      expect([theirs, seen(told, theirs, isRead)]).toEqual([theirs, seen(absent, nobodys, isRead)]);
    }
  });

  it('with B’s names and cursors in its query answers as with ones that nobody has', async () => {
    const params = { ...someParams(route), tenantId: a };
    for (const [name, schema] of Object.entries(route.query?.shape ?? {}))
      for (const theirs of secrets.filter((text) => schema.safeParse(text).success).slice(0, 25)) {
        const nobodys = unknownLike(theirs);
        if (!schema.safeParse(nobodys).success) continue;
        const told = await ask(route.name, { token, ...body, params, query: { [name]: theirs } });
        const absent = await askTwin(route.name, { token, ...body, params, query: { [name]: nobodys } });
        expect([name, theirs, seen(told, theirs, isRead)]).toEqual([
          name,
          theirs,
          seen(absent, nobodys, isRead),
        ]);
      }
  });

  it.each(['tenantId', 'tenant', 'tenantid', 'ledgerId', 'filter', '$filter', 'where', 'partitionKey'])(
    'takes no filter %s of the caller’s own, in query or body',
    async (name) => {
      const params = { ...someParams(route), tenantId: a };
      const query = await ask(route.name, { token, ...body, params, query: { [name]: b } });
      expect(query.status).toBe(400);
      if (route.body === undefined || route.body === 'bytes') return;
      const told = await ask(route.name, {
        token,
        params,
        body: { ...samples[route.name], [name]: b },
      });
      expect([name, told.status]).toEqual([name, 400]);
    },
  );

  it('with headers that name B answers as without', async () => {
    const asked = { token, ...body, params: { ...someParams(route), tenantId: a }, query: { unknown: '1' } };
    const plain = await ask(route.name, asked);
    for (const header of [
      'x-tenant-id',
      'tenantid',
      'ce-tenantid',
      'x-forwarded-host',
      'x-original-url',
      'x-rewrite-url',
      'x-ms-client-principal',
      'x-ms-client-principal-id',
      'x-http-method-override',
    ])
      expect(await ask(route.name, { ...asked, headers: { [header]: b } })).toEqual(plain);
  });

  if (route.body !== undefined && route.body !== 'bytes')
    it('with B’s ids in its body answers as with ones that nobody has', async () => {
      const params = { ...someParams(route), tenantId: a };
      const sample = samples[route.name] ?? {};
      for (const member of Object.keys(sample))
        for (const theirs of secrets.filter((text) => /^[\w:.@-]{3,80}$/.test(text)).slice(0, 40)) {
          const nobodys = unknownLike(theirs);
          const told = await ask(route.name, {
            token,
            params,
            body: { ...sample, [member]: theirs },
          });
          const absent = await askTwin(route.name, {
            token,
            params,
            body: { ...sample, [member]: nobodys },
          });
          expect([member, theirs, told.status]).toEqual([member, theirs, absent.status]);
        }
    });
});

it('B’s links, replayed by A, answer as the same links of a tenant that does not exist', async () => {
  const links = secrets.flatMap((text) => linkOf(text) ?? []).length;
  expect(links).toBeGreaterThan(10);
  for (const link of secrets.flatMap((text) => [linkOf(text)])) {
    if (link === null || !('roles' in routeNamed(link[0]).access)) continue;
    const [name, asked] = link;
    const told = await ask(name, { ...asked, token: `admin@${a}` });
    expect(told).toEqual(
      await ask(name, { ...asked, token: `admin@${a}`, params: { ...asked.params, tenantId: 'nobody' } }),
    );
  }
});

it('evidence that names B, posted by A, is refused as if it named nobody', async () => {
  const post = async (tenantid: string): Promise<unknown> => {
    const event = { ...decisionEvent({ id: 'claims', source: sourceUri(a) }), tenantid };
    const signer = attack.world.signers[a];
    if (signer === undefined) throw new Error('no signer');
    const contentType = 'application/cloudevents+json';
    const token = `collector@${a}`;
    const told = await ask('ingestEvidence', {
      token,
      contentType,
      body: await signed(event, signer),
      params: { tenantId: a },
    });
    return [told.status, told.json];
  };
  expect(await post(b)).toEqual(await post('nobody'));
  const theirs = decisionEvent({ id: 'claims', source: sourceUri(b) });
  const posted = async (source: string): Promise<unknown> =>
    (
      await ask('ingestEvidence', {
        token: `collector@${a}`,
        contentType: 'application/cloudevents+json',
        body: { ...theirs, source },
        params: { tenantId: a },
      })
    ).json;
  expect(await posted(sourceUri(b))).toEqual(await posted('urn:agent-runtime:nobody'));
});

it('events that Event Grid brings and that claim B without its key leave no trace there', async () => {
  const signer = attack.world.signers[a];
  if (signer === undefined) throw new Error('no signer');
  const claims = (over: object) => signed({ ...decisionEvent({ id: 'grid' }), ...over }, signer);
  const events = [
    await claims({ tenantid: b, source: sourceUri(b) }),
    await claims({ tenantid: b, source: sourceUri(a) }),
    { ...(await claims({ tenantid: a, source: sourceUri(a) })), tenantid: b },
    { ...decisionEvent({ id: 'grid', source: sourceUri(b) }), tenantid: b },
    await claims({ tenantid: [b], source: sourceUri(b) }),
    await claims({ tenantid: b.toUpperCase(), source: sourceUri(b) }),
  ];
  for (const event of events) await admitEventGrid(attack.watched, event);
  const kept = await attack.world.desk.stores.unknownQuarantine.list({ limit: 100 });
  expect(kept.items.length).toBeGreaterThan(0);
});

// Public keys are there for anyone who holds a report; that a tenant has some is no secret.
const unguarded = routes.filter(
  ({ name, access, path }) => 'public' in access && path.includes('{tenantId}') && name !== 'readKeys',
);

describe.each(unguarded)('$name, without a token of its own,', (route) => {
  it('answers A’s token at B’s path as at the path of a tenant that does not exist', async () => {
    const told = (tenantId: string, role: string) =>
      ask(route.name, {
        token: `${role}@${a}`,
        params: { tenantId },
        body: {},
        headers: { 'x-hub-signature-256': 'sha256=00', 'x-aispm-pipeline-key': 'guess' },
      });
    for (const role of ['pipeline', 'admin', 'viewer'])
      expect(await told(b, role)).toEqual(await told('nobody', role));
  });
});

it('no handler is out of reach of this suite', () => {
  expect(Object.keys(attack.world.handlers).sort()).toEqual(routes.map(({ name }) => name).sort());
  for (const known of [
    'evidenceId',
    'reportId',
    'sessionId',
    'sourceId',
    'subject',
    'issuerId',
    'rotationId',
    'changeId',
    'scheduleId',
    'linkId',
    'validationId',
    'findingId',
  ])
    expect([
      known,
      guarded.some((route) => paramsOf(route).includes(known) && candidates(route, known).length > 0),
    ]).toEqual([known, true]);
});

it('after all of this nothing of B was opened, and nothing of B is different, but that a link to its report was refused', async () => {
  // Who names a link that only one mail holds is told of to B: a count, the same one however often they ask.
  expect(attack.opened.filter(({ what, by }) => what !== 'stores' || by !== 'openPack')).toEqual([]);
  expect(await attack.fingerprint()).toBe(before);
  expect((await attack.refusedLinks()).length).toBeLessThanOrEqual(1);
});
