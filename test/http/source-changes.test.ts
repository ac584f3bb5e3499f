import { beforeEach, describe, expect, it } from 'vitest';

import { sourceChangeRoutes } from '../../functions/routes/source-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { sourceChanges } from '../../shared/usecases/tenants/sources/change-requests.js';
import { newSigner, signed, type Signer } from '../ingest/intake.js';
import { acme, at, caller, collect, openDesk, start, type Asked, type Desk, type Told } from './desk.js';

/* One administrator alone never decides whose word counts as evidence; to end that it counts, one is enough. */

const [own, rogue, next] = [newSigner('own'), newSigner('rogue'), newSigner('next')];
const uri = 'urn:agent-runtime:signed';
const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const keyOf = ({ kid, jwk }: Signer, over: object = {}) => ({ kid, jwk, ...window, ...over });
const registered = {
  uri,
  connectorType: 'custom',
  provenance: 'live',
  environments: ['staging', 'production'],
  eventTypes: ['runtime'],
  keys: [keyOf(own), keyOf(next)],
};
const settings = { displayName: 'Acme', timeZone: 'UTC' };

let desk: Desk;
const deps = () => ({ ...desk, stores: desk.stores.open(acme), blobs: desk.blobs.open(acme) });
const routes = { ...tenantRoutes, ...sourceChangeRoutes };
const handlers = { ...tenantHandlers, ...changeHandlers };
/** Two who are what the tenant's own list of members says, and everybody else what the token says. */
const listed = ['member', 'listed-elsewhere'];
const ask = (name: keyof typeof routes, who: string, asked: Asked = {}): Promise<Told> => {
  const token = who.includes('@') || listed.includes(who) ? who : `${who}@acme`;
  return caller(desk, routes, handlers)(name, { token, ...asked });
};
const put = (over: object = {}, role = 'admin', sourceId = 'runtime'): Promise<Told> =>
  ask('putSource', role, { params: { sourceId }, body: { ...registered, ...over } });
type Step = 'approveSourceChange' | 'rejectSourceChange' | 'readSourceChange';
const on = (change: Told | string, step: Step, role = 'approver', body?: object): Promise<Told> =>
  ask(step, role, {
    params: { changeId: typeof change === 'string' ? change : String(at(change.json, 'id')) },
    ...(body === undefined ? {} : { body }),
  });
const approve = (change: Told | string, role?: string) => on(change, 'approveSourceChange', role);
const reject = (change: Told | string, role?: string, body?: object) =>
  on(change, 'rejectSourceChange', role, body);
const said = ({ status, json }: Told) => [
  status,
  at(json, 'code') ?? at(json, 'status') ?? at(json, 'changed'),
];
/** How a post of an event that this key signs, or none, is answered. */
const post = async (signer: Signer | null, over: object = {}): Promise<unknown> => {
  const event = {
    specversion: '1.0',
    id: crypto.randomUUID(),
    source: uri,
    type: 'aispm.session.recorded',
    time: instantOf(desk.clock.now() - hour),
    environment: 'production',
    data: { session: 's1', state: 'started', agent: 'builder' },
    ...over,
  };
  const told = await collect(desk, [signer === null ? event : await signed(event, signer)]);
  return told.status === 202 ? 'accepted' : at(told.json, 'rejected', 0, 'code');
};
/** What the log says of a change, in order. */
const told = async (change: Told) => {
  const subject = `source-change:${String(at(change.json, 'id'))}`;
  const page = await deps().stores.evidence.search({ subject, limit: 20 });
  const steps = page.items.map(({ event }) => event.data);
  return steps.sort((a, b) => Number(at(a, 'revision')) - Number(at(b, 'revision')));
};
const keysNow = async () => {
  const listed = await ask('listSources', 'auditor');
  return at(listed.json, 'items', 0, 'keys') as { kid: string; revokedAt?: string }[];
};

beforeEach(async () => {
  desk = openDesk();
  const members = ['member-1', 'member-2'].map((subject) => ({ subject, roles: ['admin'] }));
  const body = { settings, sources: [{ id: 'runtime', ...registered }], members };
  expect((await ask('putTenant', 'admin', { body })).status).toBe(201);
});

describe('what lets a source say more', () => {
  it.each([
    ['all its keys taken, so that anybody could speak for it', { keys: [] }, ['/keys']],
    ['a key of one’s own', { keys: [keyOf(own), keyOf(next), keyOf(rogue)] }, ['/keys/2']],
    ['the same key under another name', { keys: [keyOf({ ...own, kid: 'other' })] }, ['/keys/0']],
    ['a key that ends later', { keys: [keyOf(own, { validUntil: '2028-01-01T00:00:00Z' })] }, ['/keys/0']],
    ['a key that begins earlier', { keys: [keyOf(own, { validFrom: '2025-01-01T00:00:00Z' })] }, ['/keys/0']],
    ['sample, so that nothing it says counts', { provenance: 'sample' }, ['/provenance']],
    ['a type that needs registration', { eventTypes: ['runtime', 'exception.granted'] }, ['/eventTypes/1']],
    ['a further environment', { environments: ['staging', 'production', 'dev'] }, ['/environments/2']],
    ['one environment for what names none', { environments: ['production'] }, ['/environments']],
    ['another uri', { uri: 'urn:other' }, ['/uri']],
    ['another connector', { connectorType: 'claude_code' }, ['/connectorType']],
    [
      'a key behind a harmless change',
      { keys: [keyOf(rogue)], environments: ['production', 'staging'], eventTypes: ['decision.recorded'] },
      ['/keys/0'],
    ],
  ])('waits for a second person: %s', async (_, over, widens) => {
    const asked = await put(over);
    expect(said(asked)).toEqual([202, 'pending']);
    expect(at(asked.json, 'widens')).toEqual(widens);
    expect(await post(own)).toBe('accepted');
    expect([await post(rogue), await post(null)]).toEqual(['signature_invalid', 'signature_invalid']);
    expect(said(await approve(asked, 'admin'))).toEqual([403, 'separation_of_duties']);
    expect(said(await approve(asked))).toEqual([200, 'approved']);
    const { items } = (await ask('listSources', 'auditor')).json as { items: object[] };
    expect(items).toEqual([{ id: 'runtime', ...registered, ...over }]);
  });

  it('is what a new source is, unless nothing that it says counts', async () => {
    const other = { uri: 'urn:other', keys: [keyOf(rogue)] };
    const asked = await put(other, 'admin', 'other');
    expect([...said(asked), at(asked.json, 'kind'), at(asked.json, 'registered')]).toEqual([
      202,
      'pending',
      'registration',
      null,
    ]);
    expect(await post(rogue, { source: 'urn:other' })).toBe('unknown_source');
    expect(said(await put({ uri: 'urn:rehearsal', provenance: 'sample' }, 'admin', 'rehearsal'))).toEqual([
      200,
      true,
    ]);
    await approve(asked);
    expect(await post(rogue, { source: 'urn:other' })).toBe('accepted');
    // What was never counted is compared with nothing once it is to count.
    const raised = await put({ uri: 'urn:rehearsal' }, 'admin', 'rehearsal');
    expect(at(raised.json, 'widens')).toContain('/keys/0');
  });

  it('stands in the log step by step: who, what, why, and who agreed; people and secrets do not', async () => {
    const asked = await put({ keys: [keyOf(rogue)], reason: 'moved, says ada@acme.example' });
    await approve(asked);
    const [first, second] = await told(asked);
    expect(first).toMatchObject({
      change: 'source_requested',
      subject: 'runtime',
      sourceChange: { kind: 'change', state: 'requested', widens: ['/keys/0'] },
    });
    expect(second).toMatchObject({ change: 'source', actor: at(first, 'actor') });
    expect(at(second, 'sourceChange', 'content')).toBe(at(first, 'sourceChange', 'content'));
    expect(at(second, 'approvedBy')).not.toBe(at(first, 'actor'));
    expect(at(first, 'reason')).toContain('moved');
    const shown = await on(asked, 'readSourceChange', 'auditor');
    expect(JSON.stringify([first, second, shown.json])).not.toContain('ada@');
    expect(Object.values(at(shown.json, 'people') as object).sort()).toEqual(['admin-1', 'approver-1']);
  });
});

describe('what only takes from a source', () => {
  it.each([
    ['a revoked key', { keys: [keyOf(own, { revokedAt: instantOf(start) }), keyOf(next)] }],
    ['one key of two', { keys: [keyOf(next)] }],
    ['a shorter validity', { keys: [keyOf(own, { validUntil: '2026-12-01T00:00:00Z' }), keyOf(next)] }],
    ['some of the types that it had', { eventTypes: ['decision.recorded', 'session.recorded'] }],
    ['the same once more', {}],
  ])('holds at once by one person: %s', async (_, over) => {
    expect((await put(over)).status).toBe(200);
    expect(at((await ask('listSources', 'auditor')).json, 'items', 0)).toEqual({
      id: 'runtime',
      ...registered,
      ...over,
    });
  });

  it('holds at once also where it comes with more: a revocation never waits for its successor', async () => {
    const revokedAt = instantOf(start);
    const asked = await put({ keys: [keyOf(own, { revokedAt }), keyOf(rogue)] });
    expect(asked.status).toBe(202);
    expect([await post(own), await post(rogue), await post(next)]).toEqual([
      'signature_invalid',
      'signature_invalid',
      'accepted',
    ]);
    await approve(asked);
    expect([await post(own), await post(rogue)]).toEqual(['signature_invalid', 'accepted']);
  });

  it('does nothing where the rest of it is refused', async () => {
    await put({ uri: 'urn:other', provenance: 'sample' }, 'admin', 'other');
    const told = await put({ uri: 'urn:other', keys: [keyOf(own, { revokedAt: instantOf(start) })] });
    expect([told.status, at(told.json, 'pointer')]).toEqual([409, '/uri']);
    expect((await keysNow()).map(({ revokedAt }) => revokedAt)).toEqual([undefined, undefined]);
  });
});

describe('a second person', () => {
  it('is another, however the name is spelled, and an approver or administrator at that moment', async () => {
    const asked = await put({ keys: [keyOf(rogue)] });
    const id = String(at(asked.json, 'id'));
    for (const actor of ['admin-1', ' ADMIN-1 ', 'ａdmin-1'])
      await expect(sourceChanges.decide(deps(), 'approved', { id, actor })).rejects.toThrow('cannot agree');
    for (const role of ['viewer', 'operator', 'auditor', 'collector', 'pipeline'])
      expect((await approve(asked, role)).status).toBe(403);
    expect((await approve(asked, 'admin@globex')).status).toBe(404);
    expect(await post(rogue)).toBe('signature_invalid');
  });

  it('who is an approver no longer approves nothing', async () => {
    const asked = await put({ keys: [keyOf(rogue)] });
    await ask('putMember', 'admin', { params: { subject: 'member-1' }, body: { roles: ['viewer'] } });
    expect((await approve(asked, 'member')).status).toBe(403);
    await ask('removeMember', 'admin', { params: { subject: 'member-1' } });
    expect((await approve(asked, 'member')).status).toBe(404);
  });

  it('agrees to exactly what was asked for, or to nothing: not once the source has changed since', async () => {
    const asked = await put({ keys: [keyOf(own), keyOf(next), keyOf(rogue)] });
    expect((await put({ keys: [keyOf(own)] })).status).toBe(200);
    const late = await approve(asked);
    expect([...said(late), at(late.json, 'legal')]).toEqual([409, 'conflict', ['reject']]);
    expect(at((await on(asked, 'readSourceChange')).json, 'status')).toBe('outdated');
    expect((await keysNow()).map(({ kid }) => kid)).toEqual(['own']);
    // It stands in nobody's way, and can be refused.
    expect(said(await put({ keys: [keyOf(own), keyOf(rogue)] }))).toEqual([202, 'pending']);
    expect(said(await reject(asked))).toEqual([200, 'rejected']);
  });

  it('agrees once: a repeat is the same, and brings nothing back that was changed later', async () => {
    const asked = await put({ keys: [keyOf(own), keyOf(rogue)] });
    expect(said(await approve(asked))).toEqual([200, 'approved']);
    expect(said(await put({ keys: [keyOf(own)] }))).toEqual([200, true]);
    expect(said(await approve(asked))).toEqual([200, 'approved']);
    expect((await keysNow()).map(({ kid }) => kid)).toEqual(['own']);
    const other = await approve(asked, 'listed-elsewhere');
    expect([...said(other), at(other.json, 'legal')]).toEqual([409, 'conflict', []]);
    expect(said(await reject(asked))).toEqual([409, 'conflict']);
    expect(await told(asked)).toHaveLength(2);
  });
});

describe('requests', () => {
  it('for one source stand one at a time, whoever is first; the same one again is the same', async () => {
    const both = await Promise.all([put({ keys: [keyOf(rogue)] }, 'admin'), put({ keys: [] }, 'member')]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const first = both.find(({ status }) => status === 202) ?? expect.fail('none was asked for');
    const again = await put({ keys: [keyOf(rogue)] });
    const isFirst = both[0].status === 202;
    expect(again.status).toBe(isFirst ? 202 : 409);
    if (isFirst) expect(at(again.json, 'id')).toBe(at(first.json, 'id'));
    const other = await put({ keys: [keyOf(own), keyOf(rogue)] });
    expect([...said(other), at(other.json, 'legal')]).toEqual([409, 'conflict', ['approve', 'reject']]);
    await reject(first);
    expect(said(await put({ keys: [keyOf(own), keyOf(rogue)] }))).toEqual([202, 'pending']);
  });

  it('are withdrawn by who asked and refused by any other who may agree, with why; then nobody agrees any more', async () => {
    const asked = await put({ keys: [keyOf(rogue)] });
    expect(said(await reject(asked, 'admin', { reason: 'a mistake' }))).toEqual([200, 'withdrawn']);
    expect(said(await reject(asked, 'admin'))).toEqual([200, 'withdrawn']);
    expect(said(await reject(asked))).toEqual([409, 'conflict']);
    expect(said(await approve(asked))).toEqual([409, 'conflict']);
    expect(
      (await told(asked)).map((step) => [at(step, 'change'), at(step, 'sourceChange', 'state')]),
    ).toEqual([
      ['source_requested', 'requested'],
      ['source_declined', 'withdrawn'],
    ]);
    const other = await put({ keys: [keyOf(rogue)] });
    expect(said(await reject(other))).toEqual([200, 'rejected']);
    expect(await post(rogue)).toBe('signature_invalid');
  });

  it('end after three days, to the instant, which the next tick puts on record once', async () => {
    const asked = await put({ keys: [keyOf(rogue)] });
    desk.clock.advance(72 * hour - 1);
    expect(at((await on(asked, 'readSourceChange')).json, 'status')).toBe('pending');
    desk.clock.advance(1);
    expect(said(await approve(asked))).toEqual([409, 'conflict']);
    expect(said(await reject(asked))).toEqual([409, 'conflict']);
    expect(at((await on(asked, 'readSourceChange')).json, 'status')).toBe('expired');
    expect([await sourceChanges.end(deps()), await sourceChanges.end(deps())]).toEqual([1, 0]);
    expect(at((await told(asked)).at(-1), 'sourceChange', 'state')).toBe('expired');
    const anew = await put({ keys: [keyOf(rogue)] });
    expect(at(anew.json, 'id')).not.toBe(at(asked.json, 'id'));
    expect(said(await approve(anew))).toEqual([200, 'approved']);
  });

  it('that are over make room for new ones; a hundred that wait do not', async () => {
    const asked: Told[] = [];
    for (let n = 0; n < 100; n++) asked.push(await put({ uri: `urn:${n}` }, 'admin', `s${n}`));
    expect(said(await put({ uri: 'urn:more' }, 'admin', 'more'))).toEqual([409, 'conflict']);
    await reject(asked[7] ?? expect.fail('none'));
    expect(said(await put({ uri: 'urn:more' }, 'admin', 'more'))).toEqual([202, 'pending']);
    const listed = await ask('listSourceChanges', 'approver');
    expect((at(listed.json, 'items') as unknown[]).length).toBe(100);
    expect(at(listed.json, 'items', 0, 'source')).toBe('more');
  });
});
