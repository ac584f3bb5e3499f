import { beforeEach, describe, expect, it } from 'vitest';

import { operatingReviewSections } from '../../schemas/sign-offs.js';
import { verdictOf } from '../../shared/cli/verdict.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { advisoryDrill } from '../../shared/core/reviews/drill.js';
import { sectionOwners } from '../../shared/core/reviews/owners.js';
import { archiveFile, readArchives } from '../../shared/usecases/archive/read-archives.js';
import {
  closeDrill,
  doDrillStep,
  listDrills,
  readDrill,
  startDrill,
} from '../../shared/usecases/reviews/run-drill.js';
import { command, person } from '../posture/told.js';
import { plantedWorld, start, type PlantedWorld } from './planted.js';
import { allSignedOff, signedOff } from './signed-off.js';

let world: PlantedWorld;
const own = { sourceId: 'aispm', signed: false };
beforeEach(async () => {
  world = await plantedWorld();
});
const at = (instant: string): void => world.at(Date.parse(instant));

describe('the weekly review', () => {
  const weekly = () => {
    at('2026-11-09T01:00:00Z');
    return world.review('weekly');
  };

  it('says of each control how many items it covers, and how many of the controls were observed', async () => {
    await world.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(1) }] });
    at('2026-11-08T12:00:00Z');
    await world.tell('decision.recorded', command({ mode: 'shadow' }));
    const { controlCoverage } = await weekly();
    const commands = controlCoverage.controls.find(({ id }) => id === 'destructive-commands');
    expect(commands).toMatchObject({ state: 'shadowed', inScope: 1 });
    expect(controlCoverage.observed).toBeGreaterThan(0);
    expect(controlCoverage.observed).toBeLessThan(controlCoverage.applicable);
  });

  it('counts open findings by age and severity, and names the oldest', async () => {
    await world.tell('integrity.checked', { outcome: 'failed', size: 1, failed: 1, parts: ['entries'] }, own);
    const young = (await weekly()).openFindingsByAge;
    expect(young.upTo7.critical).toBe(1);
    expect(young.oldest).toMatchObject({ subject: 'tenant:log', severity: 'critical' });
    at('2026-11-16T01:00:00Z');
    const { openFindingsByAge: older } = await world.review('weekly');
    expect([older.upTo7.critical, older.upTo30.critical, older.complete]).toEqual([0, 1, true]);
  });

  it('says how approvals went, beside how they stood when the week began', async () => {
    const ask = (approval: string) =>
      world.tell('approval.requested', {
        approval,
        requestedBy: person(1),
        expiresAt: instantOf(world.now() + hour),
      });
    const answer = (approval: string, by: number) =>
      world.tell('approval.decided', { approval, outcome: 'approved', decidedBy: person(by) });
    await ask('a1');
    await answer('a1', 2);
    await weekly();
    for (const approval of ['a2', 'a3', 'a4']) await ask(approval);
    await answer('a2', 2);
    await answer('a3', 1);
    at('2026-11-16T01:00:00Z');
    const { approvals } = await world.review('weekly');
    expect(approvals.before).toMatchObject({ requested: 1, approved: 1, expired: 0, selfApproved: 0 });
    expect(approvals.now).toMatchObject({ requested: 4, approved: 2, expired: 1, selfApproved: 1 });
  });

  it('says of all eight reports whether they can be had, and what each waits for', async () => {
    await world.tell('intent.declared', { session: 's', agent: 'builder', intent: 'nothing yet' });
    const { reports } = await weekly();
    expect(reports).toHaveLength(8);
    const waiting = Object.fromEntries(reports.map(({ type, waitingFor }) => [type, waitingFor]));
    expect(waiting['cso']).toEqual([]);
    expect(waiting['incident']).toEqual(['an incident: none is in the log']);
    expect(waiting['production-readiness']?.length).toBeGreaterThan(0);
  });
});

describe('the monthly review', () => {
  const monthly = () => {
    at('2026-12-01T01:00:00Z');
    return world.review('monthly');
  };

  it('shows the posture of each day that the log saw end', async () => {
    await world.tell('intent.declared', { session: 's', agent: 'builder', intent: 'nothing yet' });
    at('2026-11-20T12:00:00Z');
    await world.tell('integrity.checked', { outcome: 'failed', size: 1, failed: 1, parts: ['entries'] }, own);
    const { trend } = await monthly();
    expect(trend.map((point) => point.day)).toEqual(
      Array.from({ length: 29 }, (_, n) => instantOf(start + n * day).slice(0, 10)),
    );
    const critical = (date: string) => trend.find((point) => point.day === date)?.openFindings.critical;
    expect([critical('2026-11-19'), critical('2026-11-20')]).toEqual([0, 1]);
  });

  it('says how old exceptions are, which is the oldest, and which has no owner', async () => {
    const grant = (exception: string, days: number, more: object = {}) =>
      world.tell(
        'exception.granted',
        {
          exception,
          requestedBy: person(1),
          approvedBy: person(2),
          expiresAt: instantOf(start + 300 * day),
          scope: 'one tool',
          ...more,
        },
        { time: start - days * day },
      );
    await grant('young', 1, { owner: person(1) });
    await grant('old', 200, { owner: person(1) });
    await grant('orphan', 60);
    const { exceptions } = await monthly();
    expect(exceptions).toMatchObject({ active: 2, unowned: 1, complete: true });
    expect(exceptions.age).toEqual({ upTo30: 1, upTo90: 1, upTo180: 0, over180: 1 });
    expect(exceptions.oldest.items.map(({ exception }) => exception)).toEqual(['old', 'orphan', 'young']);
    expect(exceptions.oldest.items[0]?.ageDays).toBeGreaterThan(200);
  });

  it('names an agent that works under a superseded policy, and a control that fell to shadow', async () => {
    const rules = [{ rule: 'commands', controls: ['destructive-commands'] }];
    const publish = (version: string) =>
      world.tell('policy.published', { policy: 'baseline', version, mode: 'enforce', rules });
    await publish('1');
    world.at(start + hour);
    await world.tell('decision.recorded', command());
    world.at(start + 2 * hour);
    await publish('2');
    at('2026-11-30T20:00:00Z');
    await world.tell('decision.recorded', command());
    await world.tell(
      'decision.recorded',
      command({ agent: 'other', policy: { id: 'baseline', version: '2', rule: 'commands' } }),
    );
    at('2026-11-30T21:00:00Z');
    await world.tell(
      'decision.recorded',
      command({ agent: 'other', mode: 'shadow', policy: { id: 'baseline', version: '2', rule: 'commands' } }),
    );
    const { policyDrift } = await monthly();
    expect(policyDrift.drifted.items).toContainEqual(
      expect.objectContaining({ name: 'builder', policy: 'baseline', version: '1', why: 'superseded' }),
    );
    expect(policyDrift.fallen.items).toContainEqual(
      expect.objectContaining({ control: 'destructive-commands', name: 'other' }),
    );
  });
});

describe('the quarterly review', () => {
  const quarterly = () => {
    at('2027-01-01T01:00:00Z');
    return world.review('quarterly');
  };

  it('builds the archive of the quarter, which aispm verify accepts, and says which sign-offs are missing', async () => {
    await world.tell('intent.declared', { session: 's', agent: 'builder', intent: 'nothing yet' });
    const { archive, archiveFault } = await quarterly();
    expect(archiveFault).toBeNull();
    expect(archive).toMatchObject({ archive: '2026-Q4', closed: false });
    expect(archive?.missingSignOffs).toContain('documentation_sync');
    const { bytes } = await archiveFile(world.deps, '2026-Q4');
    const files = (await world.deps.renderer.unpack(bytes)) ?? [];
    expect(verdictOf([{ name: 'archive.zip', files }], null).verdict).toBe('verified');
  });

  it('closes the archive at once where the quarter is signed off already', async () => {
    at('2026-12-30T12:00:00Z');
    const tenant = (await world.deps.stores.tenant.get())?.tenant;
    if (tenant === undefined) throw new Error('there is no tenant');
    await allSignedOff(world.deps, tenant);
    expect((await quarterly()).archive).toMatchObject({ closed: true, missingSignOffs: [] });
    const { archives } = await readArchives(world.deps.stores, tenant, '2026-Q4');
    expect(archives).toMatchObject([{ archive: '2026-Q4', closed: true, onDemand: false }]);
  });

  it('shows the drill by its script: each step with its time, and the follow-ups', async () => {
    at('2026-12-10T09:00:00Z');
    const drill = await startDrill(world.deps, 'op', 'k');
    for (const { step } of advisoryDrill) {
      world.at(world.now() + 10 * 60_000);
      await doDrillStep(world.deps, drill, step, { notes: 'done', evidenceIds: [] }, 'op');
    }
    await closeDrill(world.deps, drill, { followUps: ['name a deputy for the tool owner'] });
    const { drill: shown } = await quarterly();
    expect(shown).toMatchObject({
      drill,
      outcome: 'passed',
      followUps: ['name a deputy for the tool owner'],
    });
    expect(shown?.steps.map(({ step, inTime }) => [step, inTime])).toEqual(
      advisoryDrill.map(({ step }) => [step, true]),
    );
    expect(shown?.steps[0]?.at).toBe('2026-12-10T09:10:00.000Z');
  });

  it('shows a drill that took too long as failed, and no drill as none', async () => {
    expect((await quarterly()).drill).toBeNull();
    at('2027-01-10T09:00:00Z');
    const drill = await startDrill(world.deps, 'op', 'k');
    world.at(world.now() + 31 * 60_000);
    await doDrillStep(world.deps, drill, 'advisory_read', { notes: 'late', evidenceIds: [] }, 'op');
    await closeDrill(world.deps, drill, { followUps: [] });
    at('2027-04-01T01:00:00Z');
    const { drill: shown } = await world.review('quarterly');
    expect(shown?.outcome).toBe('failed');
    expect(shown?.steps.map(({ inTime }) => inTime)).toEqual(advisoryDrill.map(() => false));
  });

  it('gives each section of the operating review its owner, and its sign-off once given', async () => {
    at('2026-12-30T12:00:00Z');
    const tenant = (await world.deps.stores.tenant.get())?.tenant;
    if (tenant === undefined) throw new Error('there is no tenant');
    await signedOff(world.deps, tenant, 'posture', []);
    const { operatingReview } = await quarterly();
    expect(operatingReview.map(({ section, owner }) => [section, owner])).toEqual(
      operatingReviewSections.map((section) => [section, sectionOwners[section]]),
    );
    const signed = operatingReview.filter(({ signOff }) => signOff !== null);
    expect(signed.map(({ section }) => section)).toEqual(['posture']);
  });

  it('names what the owner of a section must look at: each planted defect in its own section', async () => {
    const section = async (name: string) => {
      const { operatingReview } = await world.review('quarterly');
      return operatingReview.find((one) => one.section === name);
    };
    await world.change({ renewalOn: '2027-02-01' });
    await world.tell('incident.opened', { incident: 'i1', title: 'Planted', severity: 'critical' });
    await world.tell('exception.granted', { exception: 'endless', scope: 'one tool' });
    await world.tell('decision.recorded', command());
    at('2027-01-01T01:00:00Z');
    const sla = await section('support_sla');
    expect(sla?.metrics.find(({ name }) => name === 'incidents_in_time')).toMatchObject({
      value: 0,
      met: false,
    });
    expect(sla?.metrics.find(({ name }) => name === 'reviews_in_time')?.met).toBeNull();
    const freshness = await section('evidence_freshness');
    expect(freshness?.metrics.find(({ name }) => name === 'fresh')).toMatchObject({ value: 0, met: false });
    const exclusions = await section('open_exclusions');
    expect(exclusions?.metrics.find(({ name }) => name === 'without_end')).toMatchObject({
      value: 1,
      met: false,
    });
    const renewal = await section('renewal_checkpoint');
    expect(renewal?.metrics).toMatchObject([{ name: 'days_to_renewal', value: 31, met: false }]);
    expect((await section('success_metrics'))?.attention).toContain('control score in tenths of a point');
    expect((await section('posture'))?.metrics.map(({ name }) => name)).toEqual([
      'critical_open',
      'overdue',
      'blocked',
    ]);
    const { openExclusions } = await world.review('quarterly');
    expect(openExclusions.items).toEqual([{ kind: 'exception', name: 'endless', until: null }]);
  });

  it('without a renewal date says that none is set', async () => {
    const { operatingReview } = await quarterly();
    const renewal = operatingReview.find(({ section }) => section === 'renewal_checkpoint');
    expect(renewal?.attention).toEqual(['no renewal date is set']);
  });
});

describe('a drill', () => {
  const step = (drill: string, name: string, notes = 'done') =>
    doDrillStep(world.deps, drill, name, { notes, evidenceIds: [] }, 'op');

  it('goes step by step in the order of its script, each once', async () => {
    const drill = await startDrill(world.deps, 'op', 'k');
    await expect(step(drill, 'exposure_known')).rejects.toMatchObject({ code: 'conflict' });
    await step(drill, 'advisory_read');
    await step(drill, 'advisory_read');
    await expect(step(drill, 'advisory_read', 'otherwise')).rejects.toMatchObject({ code: 'conflict' });
    const unknown = { notes: 'see', evidenceIds: ['0'.repeat(64)] };
    await expect(doDrillStep(world.deps, drill, 'exposure_known', unknown, 'op')).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect((await readDrill(world.deps.stores, drill)).links['next']).toMatch(/steps\/exposure_known$/);
  });

  it('is listed with every other that was started, page by page', async () => {
    const started = [await startDrill(world.deps, 'op', 'k1'), await startDrill(world.deps, 'op', 'k2')];
    const first = await listDrills(world.deps.stores, { limit: 1 });
    const rest = await listDrills(world.deps.stores, { limit: 1, cursor: first.cursor ?? '' });
    expect([...first.items, ...rest.items].map(({ drill }) => drill)).toEqual(started.sort());
    expect(rest.cursor).toBeUndefined();
  });

  it('closed once is over: closed again alike it is the same, otherwise a conflict', async () => {
    const drill = await startDrill(world.deps, 'op', 'k');
    expect(await startDrill(world.deps, 'op', 'k')).toBe(drill);
    await closeDrill(world.deps, drill, { followUps: ['one'] });
    world.at(world.now() + hour);
    await closeDrill(world.deps, drill, { followUps: ['one'] });
    await expect(closeDrill(world.deps, drill, { followUps: ['two'] })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(step(drill, 'advisory_read')).rejects.toMatchObject({ code: 'conflict' });
    expect(await readDrill(world.deps.stores, drill)).toMatchObject({
      outcome: 'failed',
      endedAt: instantOf(start),
    });
  });
});
