import { beforeEach, describe, expect, it } from 'vitest';

import { sourceSchema } from '../../schemas/tenant.js';
import { day as dayMs, hour, instantOf } from '../../shared/core/kernel/time.js';
import { findingId } from '../../shared/core/projections/keys.js';
import { actOnFinding } from '../../shared/usecases/governance/act-on-finding.js';
import { command, person } from '../posture/told.js';
import { plantedWorld, start, type PlantedWorld } from './planted.js';

let world: PlantedWorld;
const own = { sourceId: 'aispm', signed: false };
/** An hour after the end of the n-th day. */
const after = (n: number): number => Date.parse('2026-11-02T01:00:00Z') + n * dayMs;
const dailyAfter = async (n: number) => {
  world.at(after(n));
  return world.review('daily');
};
const integrityFails = () =>
  world.tell('integrity.checked', { outcome: 'failed', size: 1, failed: 1, parts: ['entries'] }, own);
const ids = (blockers: readonly { id: string }[]): string[] => blockers.map(({ id }) => id);

beforeEach(async () => {
  world = await plantedWorld();
  await world.tell('intent.declared', { session: 's', agent: 'builder', intent: 'nothing yet' });
});

describe('the daily review', () => {
  it('of a day on which nothing happened names nothing', async () => {
    await dailyAfter(1);
    const quiet = await dailyAfter(2);
    expect(quiet.newBlockers).toEqual([]);
    expect(quiet.blockers.length).toBeGreaterThan(0);
    for (const list of [quiet.failedConnectors, quiet.criticalFindings, ...Object.values(quiet.expired)])
      expect(list).toEqual({ items: [], more: false });
    expect(quiet.overdueEscalations.items.filter(({ kind }) => kind !== 'review')).toEqual([]);
  });

  it('names blockers that the day before did not have, and not those that it had', async () => {
    const first = await dailyAfter(1);
    expect(ids(first.newBlockers)).toEqual(ids(first.blockers));
    world.at(after(1) + hour);
    await integrityFails();
    const second = await dailyAfter(2);
    expect(ids(second.newBlockers)).toContain('critical_finding_open');
    expect(ids(second.newBlockers)).not.toContain('ga_archive_not_closed');
    expect(ids((await dailyAfter(3)).newBlockers)).toEqual([]);
  });

  it('names a connector that failed', async () => {
    const validated = { connector: 'codex', nonceDigest: 'd'.repeat(64), issuedAt: instantOf(start) };
    await world.tell('connector.validated', { ...validated, outcome: 'failed' }, own);
    expect((await dailyAfter(1)).failedConnectors.items).toMatchObject([
      { connector: 'codex', state: 'blocked' },
    ]);
    world.at(after(1) + hour);
    await world.tell('connector.validated', { ...validated, outcome: 'passed' }, own);
    expect((await dailyAfter(2)).failedConnectors.items).toEqual([]);
  });

  it('names a critical finding with its subject and that nobody owns it', async () => {
    await integrityFails();
    const { criticalFindings } = await dailyAfter(1);
    expect(criticalFindings.items).toMatchObject([{ severity: 'critical', owner: null, overdue: false }]);
  });

  it('names an acceptance that ended, on the day it did', async () => {
    await integrityFails();
    const { stores } = world.deps;
    const found = (await stores.ledger.list({ kind: 'finding', where: { severity: 'critical' }, limit: 1 }))
      .items[0];
    const fingerprint = found?.id.slice(findingId('').length) ?? '';
    const expiresAt = instantOf(after(1) + hour);
    const asking = { reason: 'known', owner: 'ada', expiresAt };
    const ask = { subject: 'op', roles: ['operator'] };
    await actOnFinding(world.deps, fingerprint, { command: 'accept', body: asking }, ask, 'n1');
    const { items } = await stores.evidence.search({ type: 'aispm.finding.requested', limit: 1 });
    const approves = items[0]?.id ?? '';
    const agree = { subject: 'ap', roles: ['approver'] };
    const body = { reason: 'agreed', approves };
    await actOnFinding(world.deps, fingerprint, { command: 'accept', body }, agree, 'n2');
    expect((await dailyAfter(1)).expired.grants.items).toEqual([]);
    expect((await dailyAfter(2)).expired.grants.items).toMatchObject([
      { finding: fingerprint, change: 'acceptance', expiredAt: expiresAt },
    ]);
    expect((await dailyAfter(3)).expired.grants.items).toEqual([]);
  });

  it('names an approval that nobody answered in time, and an exception that ended', async () => {
    const expiresAt = instantOf(start + 2 * hour);
    await world.tell('approval.requested', {
      approval: 'a1',
      requestedBy: person(1),
      expiresAt,
      agent: 'builder',
    });
    await world.tell('exception.granted', {
      exception: 'e1',
      owner: person(1),
      requestedBy: person(1),
      approvedBy: person(2),
      expiresAt,
      scope: 'one tool',
    });
    const { expired } = await dailyAfter(1);
    expect(expired.approvals.items).toEqual([{ approval: 'a1', expiredAt: expiresAt, agent: 'builder' }]);
    expect(expired.exceptions.items).toEqual([{ exception: 'e1', expiredAt: expiresAt, owner: person(1) }]);
    const next = (await dailyAfter(2)).expired;
    expect([next.approvals.items, next.exceptions.items]).toEqual([[], []]);
  });

  it('names a source and an agent that went silent, since when, and one that was never heard', async () => {
    const source = (id: string) =>
      sourceSchema.parse({
        id,
        uri: `urn:${id}`,
        connectorType: 'custom',
        provenance: 'live',
        environments: ['production'],
        eventTypes: ['runtime'],
        keys: [],
      });
    await world.change({}, { sources: [source('runtime'), source('spare')] });
    await world.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(1) }] });
    world.at(start + 12 * hour);
    await world.tell('decision.recorded', command());
    const heard = instantOf(start + 12 * hour);
    const first = (await dailyAfter(1)).silent;
    expect(first.sources.items).toEqual([{ source: 'spare', lastHeardAt: null }]);
    expect(first.agents.items).toEqual([]);
    const second = (await dailyAfter(2)).silent;
    expect(second.sources.items).toContainEqual({ source: 'runtime', lastHeardAt: heard });
    expect(second.agents.items).toEqual([{ agent: 'builder', lastHeardAt: heard }]);
  });

  it('names what waits too long for a person: a finding, break-glass, a review, an incident', async () => {
    await integrityFails();
    await world.tell('incident.opened', { incident: 'i1', title: 'Planted', severity: 'critical' });
    const expiresAt = instantOf(start + hour);
    const glass = { breakGlass: true, breakGlassReason: 'outage' };
    await world.tell('approval.requested', { approval: 'bg', requestedBy: person(1), expiresAt, ...glass });
    const decided = { approval: 'bg', outcome: 'approved', decidedBy: person(2), breakGlass: true } as const;
    await world.tell('approval.decided', decided);
    await dailyAfter(1);
    const { overdueEscalations } = await dailyAfter(9);
    const kinds = new Set(overdueEscalations.items.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['break_glass', 'finding', 'incident', 'review']);
    expect(overdueEscalations.items).toContainEqual(
      expect.objectContaining({ kind: 'review', subject: 'review:daily-2026-11-02' }),
    );
    expect(overdueEscalations.items).toContainEqual(
      expect.objectContaining({ kind: 'break_glass', subject: 'approval:bg' }),
    );
  });
});
