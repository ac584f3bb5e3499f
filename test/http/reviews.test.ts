import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as archiveHandlers } from '../../functions/archives.js';
import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as reviewHandlers } from '../../functions/reviews.js';
import { archiveRoutes } from '../../functions/routes/archives.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { reviewRoutes } from '../../functions/routes/reviews.js';
import { quarterArchivesSchema, reviewListSchema, reviewViewSchema } from '../../schemas/answers/reviews.js';
import { archiveSignOffs, operatingReviewSections } from '../../schemas/sign-offs.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { findingId, fingerprintOf } from '../../shared/core/projections/keys.js';
import { signOffOwners } from '../../shared/core/reviews/owners.js';
import { cadences } from '../../shared/core/reviews/periods.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { runReviews } from '../reviews/run.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { passedDrill } from '../reviews/signed-off.js';
import {
  acme,
  at,
  caller,
  collect,
  foldAll,
  openDesk,
  start,
  type Asked,
  type Desk,
  type Told,
} from './desk.js';
import { registerSource } from '../register-source.js';

let desk: Desk;
const daily = { cadence: 'daily', period: '2026-06-01' };
const quarter = '2026-Q2';

beforeEach(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
});

const reviews = (name: keyof typeof reviewRoutes, asked: Asked): Promise<Told> =>
  caller(desk, reviewRoutes, reviewHandlers)(name, asked);
const archives = (name: keyof typeof archiveRoutes, asked: Asked): Promise<Told> =>
  caller(desk, archiveRoutes, archiveHandlers)(name, asked);
const acknowledge = (role: string, notes: unknown, params: Record<string, string> = daily): Promise<Told> =>
  reviews('acknowledgeReview', { token: `${role}@acme`, params, body: { notes } });
const read = async (params: Record<string, string> = daily) =>
  reviewViewSchema.parse((await reviews('readReview', { token: 'viewer@acme', params })).json);
/** The daily review of the first day is made an hour after its end. */
async function reviewed(): Promise<void> {
  desk.clock.set(Date.parse('2026-06-02T01:00:00Z'));
  await runReviews(desk, 'daily');
}

describe('a review', () => {
  it('waits to be acknowledged by its owner, and then says who did and what they noted', async () => {
    await reviewed();
    expect(await read()).toMatchObject({ status: 'waiting', owner: 'operator', acknowledged: null });
    expect((await acknowledge('operator', ' Two agents silent; restarted. ')).status).toBe(200);
    const { status, acknowledged, people, document } = await read();
    expect(status).toBe('acknowledged');
    expect(acknowledged?.notes).toBe('Two agents silent; restarted.');
    expect(people?.[acknowledged?.by ?? '']).toBe('operator-1');
    expect(document.period.id).toBe('2026-06-01');
  });

  it('is acknowledged by the role that owns its cadence and by nobody else', async () => {
    desk.clock.set(Date.parse('2026-07-02T01:00:00Z'));
    for (const cadence of cadences) await runReviews(desk, cadence);
    const due: Record<string, [string, string]> = {
      daily: ['2026-06-01', 'operator'],
      weekly: ['2026-W23', 'operator'],
      monthly: ['2026-06', 'approver'],
      quarterly: ['2026-Q2', 'admin'],
    };
    for (const [cadence, [period, owner]] of Object.entries(due))
      for (const role of ['viewer', 'operator', 'approver', 'auditor', 'admin', 'pipeline', 'collector']) {
        const told = await acknowledge(role, 'read', { cadence, period });
        expect(told.status, `${cadence} by ${role}`).toBe(role === owner ? 200 : 403);
      }
  });

  it('is acknowledged once: the same again changes nothing, and other words are a conflict', async () => {
    await reviewed();
    await acknowledge('operator', 'read');
    desk.clock.set(desk.clock.now() + hour);
    expect((await acknowledge('operator', 'read')).status).toBe(200);
    const again = await acknowledge('operator', 'read again');
    expect([again.status, at(again.json, 'code')]).toEqual([409, 'conflict']);
    const events = await desk.stores
      .open(acme)
      .evidence.search({ type: 'aispm.review.acknowledged', limit: 9 });
    expect(events.items).toHaveLength(1);
  });

  it('that was never made, or whose name is no period, is not found or refused; notes are not optional', async () => {
    expect((await acknowledge('operator', 'read')).status).toBe(404);
    expect((await acknowledge('operator', 'read', { cadence: 'daily', period: 'yesterday' })).status).toBe(
      400,
    );
    await reviewed();
    for (const notes of ['', '   ', undefined, 'x'.repeat(2001)])
      expect((await acknowledge('operator', notes)).status).toBe(400);
  });

  it('keeps no secret and no address that somebody noted', async () => {
    await reviewed();
    await acknowledge('operator', 'asked ada@acme.example about AKIAIOSFODNN7EXAMPLE');
    const { acknowledged } = await read();
    expect(acknowledged?.notes).not.toMatch(/ada@|AKIA/);
  });

  it('unacknowledged past its due is a finding about it, closed by the acknowledgement', async () => {
    await reviewed();
    const { ledger } = desk.stores.open(acme);
    const id = findingId(fingerprintOf('control_unmet', 'review:daily-2026-06-01', 'reviews-acknowledged'));
    const finding = async () => (await ledger.read([id])).get(id);
    const passTo = async (now: number): Promise<void> => {
      desk.clock.set(now);
      await foldUntil({ ledger, now: () => now }, now);
    };
    const { dueAt } = await read();
    await passTo(Date.parse(dueAt) - 1);
    expect(await finding()).toBeUndefined();
    await passTo(Date.parse(dueAt));
    expect(await finding()).toMatchObject({ state: 'open', severity: 'medium' });
    const list = reviewListSchema.parse((await reviews('listReviews', { token: 'viewer@acme' })).json);
    expect(list.items.map(({ period, status }) => [period, status])).toEqual([['2026-06-01', 'overdue']]);
    await acknowledge('operator', 'late, and read');
    expect(await finding()).toMatchObject({ state: 'closed' });
  });

  it('is acknowledged by no sender of evidence: only the service writes what its command says', async () => {
    await reviewed();
    const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
    await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
    const said: [string, object][] = [
      ['review.acknowledged', { review: 'daily-2026-06-01', actor: 'ada', notes: 'read' }],
      [
        'signoff.recorded',
        { signOff: 'posture', period: quarter, role: 'approver', actor: 'ada', notes: 'ok', evidenceIds: [] },
      ],
      [
        'archive.closed',
        { archive: quarter, periodEnd: instantOf(start), digest: 'd'.repeat(64), signOffs: [] },
      ],
    ];
    for (const [type, data] of said) {
      const event = {
        ...decisionEvent({ id: type, type: `aispm.${type}`, time: instantOf(desk.clock.now()) }),
        data,
      };
      const told = await collect(desk, [event]);
      expect([told.status, at(told.json, 'rejected', 0, 'code')], type).toEqual([422, 'reserved_type']);
    }
    await foldAll(desk);
    expect((await read()).status).toBe('waiting');
  });

  it('is not acknowledged by the service itself, however often its timers run', async () => {
    await reviewed();
    for (let tick = 0; tick < 4; tick++) {
      desk.clock.set(desk.clock.now() + day);
      for (const cadence of cadences) await runReviews(desk, cadence);
    }
    const { evidence } = desk.stores.open(acme);
    expect((await evidence.search({ type: 'aispm.review.acknowledged', limit: 9 })).items).toEqual([]);
  });
});

describe('sign-offs of a quarter', () => {
  const signOff = (
    name: string,
    role = signOffOwners[name as keyof typeof signOffOwners] as string,
    body: object = { notes: 'checked' },
    period = quarter,
  ): Promise<Told> => archives('signOff', { token: `${role}@acme`, params: { period, signOff: name }, body });
  const quarterNow = async () =>
    quarterArchivesSchema.parse(
      (await archives('readArchives', { token: 'viewer@acme', params: { period: quarter } })).json,
    );
  const drilled = async (): Promise<string> => {
    const { stores, blobs, ...rest } = desk;
    return passedDrill({ ...rest, stores: stores.open(acme), blobs: blobs.open(acme) });
  };

  it('are given each by its named role and by no other', async () => {
    const drill = await drilled();
    for (const name of [...operatingReviewSections, ...archiveSignOffs]) {
      const body = { notes: 'checked', evidenceIds: [drill] };
      for (const role of ['viewer', 'operator', 'approver', 'auditor', 'admin', 'pipeline', 'collector'])
        if (role !== signOffOwners[name])
          expect((await signOff(name, role, body)).status, `${name} by ${role}`).toBe(403);
      expect((await signOff(name, undefined, body)).status, name).toBe(200);
    }
    const { signOffs } = await quarterNow();
    expect(signOffs.every(({ given }) => given !== null)).toBe(true);
  });

  it('rest on evidence: a drill that passed, sections signed, events that are in the log', async () => {
    expect((await signOff('documentation_sync')).status).toBe(409);
    expect((await signOff('advisory_drill_closeout')).status).toBe(409);
    const review = await signOff('customer_operating_review');
    expect(at(review.json, 'detail')).toContain('success_metrics, evidence_freshness, support_sla');
    const unknown = await signOff('documentation_sync', 'operator', {
      notes: 'checked',
      evidenceIds: ['0'.repeat(64)],
    });
    expect([unknown.status, at(unknown.json, 'pointer')]).toEqual([400, '/evidenceIds']);
    await drilled();
    expect((await signOff('advisory_drill_closeout')).status).toBe(200);
    desk.clock.set(desk.clock.now() + 101 * day);
    expect((await signOff('advisory_drill_closeout', 'auditor', { notes: 'again' }, '2026-Q3')).status).toBe(
      409,
    );
  });

  it('stand as they were given first, and are repeated without a second event', async () => {
    await signOff('posture');
    expect((await signOff('posture')).status).toBe(200);
    expect((await signOff('posture', 'approver', { notes: 'otherwise' })).status).toBe(409);
    const events = await desk.stores.open(acme).evidence.search({ type: 'aispm.signoff.recorded', limit: 9 });
    expect(events.items).toHaveLength(1);
    const { signOffs } = await quarterNow();
    const id = signOffs.find(({ name }) => name === 'posture')?.given?.evidenceId ?? '';
    const event = await caller(
      desk,
      evidenceRoutes,
      evidenceHandlers,
    )('readEvidence', {
      token: 'viewer@acme',
      params: { evidenceId: id },
    });
    expect(event.status).toBe(200);
  });

  it('are of a quarter that has begun where the tenant is', async () => {
    expect((await signOff('posture', 'approver', { notes: 'early' }, '2026-Q3')).status).toBe(400);
    expect((await signOff('posture', 'approver', { notes: 'odd' }, '2026-Q5')).status).toBe(400);
  });

  it('close the archive on demand, by an operator, and its file leaves as it was stored', async () => {
    const params = { period: quarter };
    const close = (role: string) =>
      archives('closeArchive', { token: `${role}@acme`, params, body: { idempotencyKey: 'k' } });
    expect((await archives('readArchiveFile', { token: 'auditor@acme', params })).status).toBe(404);
    expect((await close('operator')).status).toBe(409);
    const drill = await drilled();
    for (const name of [...operatingReviewSections, ...archiveSignOffs])
      await signOff(name, undefined, { notes: 'checked', evidenceIds: [drill] });
    expect((await close('auditor')).status).toBe(403);
    const closed = await close('operator');
    expect(closed.json).toMatchObject({ closed: true, onDemand: true, period: quarter });
    const file = await archives('readArchiveFile', { token: 'auditor@acme', params });
    expect(file.headers['ETag']).toBe(`"${String(at(closed.json, 'digest'))}"`);
    expect((await close('operator')).json).toEqual(closed.json);
  });
});
