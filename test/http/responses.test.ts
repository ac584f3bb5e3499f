import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as controlHandlers } from '../../functions/controls.js';
import { controlRoutes } from '../../functions/routes/controls.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { responseSchema } from '../../schemas/answers/responses.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { addMember } from '../add-member.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { registerSource } from '../register-source.js';
import { acme, at, caller, collect, foldAll, openDesk, start, type Desk, type Told } from './desk.js';

/* Management answers the exceptions of an auditor's packet; whoever audits does not. */

let desk: Desk;
let evidenceId: string;
const controlId = 'evidence-signed';
const said = {
  from: instantOf(start - 30 * day),
  until: instantOf(start),
  stance: 'agrees',
  owner: 'rosa@acme.example',
  dueAt: instantOf(start + 7 * day),
  cause: 'No key; ask ops@acme.example.',
  action: 'A key for each runtime.',
};
const respond = (over: object = {}, token = 'operator@acme', id = controlId): Promise<Told> =>
  caller(
    desk,
    controlRoutes,
    controlHandlers,
  )('recordResponse', {
    token,
    params: { controlId: id },
    body: { ...said, ...over },
  });
const list = async (query: Record<string, string> = {}, id = controlId) => {
  const asked = { token: 'auditor@acme', params: { controlId: id }, query };
  const told = await caller(desk, controlRoutes, controlHandlers)('listResponses', asked);
  return pageOf(responseSchema).parse(told.json);
};
const fault = ({ status, json }: Told) => [status, at(json, 'code'), at(json, 'pointer')];

beforeEach(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  const told = await collect(desk, [decisionEvent({ id: 'd-1', time: instantOf(start - day) }, {})]);
  evidenceId = String(at(told.json, 'accepted', 0, 'id'));
  await foldAll(desk);
});

describe('a management response', () => {
  it('is evidence that names its author and owner by pseudonym, without addresses, and is listed for the auditor', async () => {
    const told = await respond({ exceptions: [evidenceId] });
    expect(told.status).toBe(200);
    const response = responseSchema.parse(told.json);
    expect(response).toMatchObject({
      control: controlId,
      stance: 'agrees',
      cause: 'No key; ask [redacted].',
      role: 'operator',
      exceptions: [evidenceId],
      people: { [response.actor]: 'operator-1', [response.owner]: 'rosa@acme.example' },
    });
    const stored = await desk.stores.open(acme).evidence.get(response.evidenceId);
    expect(stored?.event).toMatchObject({
      type: 'aispm.response.recorded',
      data: { owner: response.owner, cause: 'No key; ask [redacted].' },
    });
    expect((await list()).items.map((one) => one.evidenceId)).toEqual([response.evidenceId]);
    expect((await list({}, 'approvals-separated')).items).toEqual([]);
  });

  it('is one however often it is repeated under its key, and another without', async () => {
    const first = await respond({ idempotencyKey: 'once' });
    desk.clock.set(start + 8 * day);
    const again = await respond({ idempotencyKey: 'once' });
    expect(again.json).toEqual(first.json);
    expect(fault(await respond({ idempotencyKey: 'once', stance: 'disagrees' }))).toEqual([
      409,
      'conflict',
      undefined,
    ]);
    expect((await respond({ dueAt: instantOf(start + 9 * day) })).status).toBe(200);
    expect((await list({ limit: '1' })).cursor).toBeDefined();
  });

  it('is never given by who audits the tenant, whatever else they are there, nor by who only reads', async () => {
    const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
    await addMember(deps, { subject: 'member-1', roles: ['admin', 'auditor'] }, 'root');
    expect(fault(await respond({}, 'member'))).toEqual([403, 'separation_of_duties', undefined]);
    for (const role of ['auditor', 'viewer', 'collector', 'pipeline'])
      expect(fault(await respond({}, `${role}@acme`))[0]).toBe(403);
    for (const role of ['approver', 'admin'])
      expect(at((await respond({}, `${role}@acme`)).json, 'role')).toBe(role);
  });

  it.each([
    ['of what has not happened yet', { until: instantOf(start + day) }, '/until'],
    [
      'of a time that ends before it begins',
      { from: instantOf(start), until: instantOf(start - day) },
      '/until',
    ],
    ['of more than a year', { from: instantOf(start - 400 * day) }, '/from'],
    ['due in the past', { dueAt: instantOf(start - day) }, '/dueAt'],
    [
      'done in the future',
      { done: { at: instantOf(start + day), evidenceIds: ['f'.repeat(64)] } },
      '/done/at',
    ],
    ['to an event that is not in the log', { exceptions: ['f'.repeat(64)] }, '/exceptions'],
    [
      'done by nothing in the log',
      { done: { at: instantOf(start), evidenceIds: ['f'.repeat(64)] } },
      '/done/evidenceIds',
    ],
  ])('%s is refused, and says where', async (_, over, pointer) => {
    expect(fault(await respond(over))).toEqual([400, 'invalid_request', pointer]);
  });

  it('that agrees says by when or what shows it done; one that disagrees need not', async () => {
    expect(at((await respond({ dueAt: undefined })).json, 'errors', 0, 'pointer')).toBe('/dueAt');
    expect((await respond({ dueAt: undefined, stance: 'disagrees' })).status).toBe(200);
    const done = { at: instantOf(start), evidenceIds: [evidenceId] };
    expect((await respond({ dueAt: undefined, done })).status).toBe(200);
  });

  it('is to a control that a catalogue has', async () => {
    expect(fault(await respond({}, 'operator@acme', 'nothing'))).toEqual([404, 'not_found', undefined]);
  });
});
