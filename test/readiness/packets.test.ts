import { beforeEach, describe, expect, it } from 'vitest';

import { archiveSignOffs } from '../../schemas/sign-offs.js';
import { packetSchema, type Packet, type Validator } from '../../schemas/packets.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { checkEnvelope, type Trust } from '../../shared/core/log/trust.js';
import { originOf } from '../../shared/core/kernel/note.js';
import type { EventData, EventName } from '../../schemas/events/types.js';
import type { LedgerStore } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { runCheck } from '../../shared/usecases/integrity/run-check.js';
import { archiveBlob } from '../../shared/usecases/archive/open-archive.js';
import { issuePackets, previewPackets, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command, person } from '../posture/told.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { closedArchive, flipped } from '../reviews/signed-off.js';

/* The packets as the log makes them: events in, packets out, and every reference followed. */

let now: number;
let deps: ReadinessDeps;
let trust: Trust;
let told: number;

beforeEach(async () => {
  now = start + hour;
  told = 0;
  const keys = memoryKeyRing('packets');
  deps = {
    stores: memoryStores().open(tenantId),
    blobs: memoryBlobs().open(tenantId),
    keys,
    clock: { now: () => now },
    rehearsal: false,
    telemetry: suiteTelemetry(),
    renderer: reportRenderer,
  };
  trust = { tenantId, origin: originOf(tenantId), keys: [await keys.ensure(tenantId)] };
});

type How = Parameters<typeof evidenceOf>[4];
async function tell<N extends EventName>(name: N, data: EventData<N>, how: How = {}): Promise<string> {
  const evidence = evidenceOf(name, data, now, `told-${told++}`, { environment: 'production', ...how });
  await deps.stores.evidence.create(evidence);
  await foldEvents({ ledger: deps.stores.ledger, now: () => now }, [{ evidence }]);
  return evidence.id;
}
const packet = async (validator: Validator): Promise<Packet> => {
  const found = (await previewPackets(deps)).find((one) => one.validator === validator);
  if (found === undefined) throw new Error('there is a packet for each validator');
  return found;
};
const failing = ({ checks }: Packet): string[] =>
  checks.filter(({ status }) => status !== 'pass').map(({ name }) => name);

describe('the packet of the runtime workflow', () => {
  type Told = Partial<EventData<'decision.recorded'>>;
  const acts: Record<string, Told> = {
    file_read: {
      surface: 'file',
      operation: 'read',
      risks: [],
      severity: 'low',
      decision: 'allow',
      ran: true,
    },
    file_write: {
      surface: 'file',
      operation: 'write',
      risks: [],
      severity: 'low',
      decision: 'allow',
      ran: true,
    },
    high_risk_command: {},
    git_branch: { surface: 'git', target: 'git switch -c fix', risks: [], decision: 'allow', ran: true },
    pull_request: { surface: 'git', target: 'open pull request', risks: [], decision: 'allow', ran: true },
    mcp_call: { surface: 'mcp', tool: 'files', risks: [], decision: 'allow', ran: true },
    approval_routed: { decision: 'require_approval', approval: 'ap-1', ran: true },
    bypass_attempt: { target: 'sh -c "$(printf rm)"' },
  };

  /** A whole exercise through the runtime; what a test is about is changed by element. */
  async function exercise(how: How = {}, change: Record<string, Told> = {}): Promise<void> {
    await tell('session.recorded', { session: 'ses-1', agent: 'builder', state: 'started' }, how);
    const approval = { approval: 'ap-1', requestedBy: person(1), expiresAt: instantOf(now + day) };
    await tell('approval.requested', { ...approval, agent: 'builder' }, how);
    await tell('approval.decided', { approval: 'ap-1', outcome: 'approved', decidedBy: person(2) }, how);
    const elements = [];
    for (const [element, act] of Object.entries(acts)) {
      const data = command({ session: 'ses-1', ...act, ...change[element] });
      elements.push({ element, evidenceIds: [await tell('decision.recorded', data, how)] });
    }
    await tell('workflow.exercised', { exercise: 'ex-1', session: 'ses-1', elements }, how);
  }

  it('is ready after a live session, signed by its runtime, that touched every element', async () => {
    await exercise();
    const found = await packet('runtime_workflow');
    expect(failing(found)).toEqual([]);
    expect(found).toMatchObject({ ready: true, evidence_mode: 'live' });
    expect(found.checks.every(({ evidenceIds }) => evidenceIds.length > 0)).toBe(true);
  });

  it('is not ready after the same in sample evidence, or unsigned: fixtures never suffice', async () => {
    await exercise({ provenance: 'sample' });
    await exercise({ signed: false });
    expect(await packet('runtime_workflow')).toMatchObject({ ready: false, evidence_mode: 'none' });
  });

  it('names the one element that its evidence does not show', async () => {
    await exercise({}, { bypass_attempt: { decision: 'allow', ran: true } });
    expect(failing(await packet('runtime_workflow'))).toEqual(['bypass_attempt']);
  });
});

describe('the packet of the operating archive', () => {
  it('is ready while the stored archive is the recorded one, verifies and carries its sign-offs', async () => {
    await closedArchive(deps, () => now);
    const found = await packet('ga_operating_archive');
    expect(failing(found)).toEqual([]);
    expect(found).toMatchObject({ ready: true, evidence_mode: 'live' });
    now += 101 * day;
    await issuePackets(deps, null);
    expect(failing(await packet('ga_operating_archive'))).toEqual(['archive_recent']);
  });

  it('is held against its stored bytes when it is issued: one flipped bit is on record, and blocks from then on', async () => {
    const { digest } = await closedArchive(deps, () => now);
    const name = archiveBlob(tenantId, digest);
    const bytes = (await deps.blobs.get('reports', name)) ?? new Uint8Array();
    for (const stored of [flipped(bytes, bytes.length >> 1), null]) {
      now += hour;
      const get: typeof deps.blobs.get = (container, asked) =>
        asked === name ? Promise.resolve(stored) : deps.blobs.get(container, asked);
      const issued = await issuePackets({ ...deps, blobs: { ...deps.blobs, get } }, null);
      const found = issued.find(({ validator }) => validator === 'ga_operating_archive');
      expect(found && failing(found)).toEqual(['archive_verified']);
      // The decision opens no archive: it rests on what was put on record.
      expect(failing(await packet('ga_operating_archive'))).toEqual(['archive_verified']);
    }
    now += hour;
    await issuePackets(deps, null);
    expect(failing(await packet('ga_operating_archive'))).toEqual([]);
    const told = await deps.stores.evidence.search({ type: 'aispm.archive.verified', limit: 10 });
    expect(
      told.items.map(({ event }) => event.type === 'aispm.archive.verified' && event.data.outcome),
    ).toEqual(['passed', 'failed', 'failed', 'passed']);
  });

  it('that is gone from where it was stored blocks at once', async () => {
    await closedArchive(deps, () => now);
    const blobs = { ...deps.blobs, list: () => Promise.resolve([]) };
    const found = (await previewPackets({ ...deps, blobs })).find(
      ({ validator }) => validator === 'ga_operating_archive',
    );
    expect(found && failing(found)).toEqual(['archive_verified']);
  });

  it('changed where it lies is found by the daily check, and blocks although nobody issued a packet', async () => {
    const { digest } = await closedArchive(deps, () => now);
    const changed = archiveBlob(tenantId, digest);
    const get: typeof deps.blobs.get = async (container, asked) => {
      const bytes = await deps.blobs.get(container, asked);
      return bytes !== null && asked === changed ? flipped(bytes, 100) : bytes;
    };
    now += hour;
    const check = async (blobs: typeof deps.blobs) =>
      runCheck({ ...deps, blobs, scratch: (log: LedgerStore) => memoryLedger(log) });
    expect((await check({ ...deps.blobs, get })).faults.map(({ part }) => part)).toEqual(['archives']);
    expect(failing(await packet('ga_operating_archive'))).toEqual(['archive_verified']);
    now += hour;
    expect((await check(deps.blobs)).outcome).toBe('passed');
    expect(failing(await packet('ga_operating_archive'))).toEqual([]);
  });

  it('counts while it was held against its digest within the days that a packet counts', async () => {
    await closedArchive(deps, () => now);
    now += 7 * day + hour;
    await foldUntil({ ledger: deps.stores.ledger, now: () => now }, now);
    expect(failing(await packet('ga_operating_archive'))).toEqual(['archive_verified']);
    await runCheck({ ...deps, scratch: (log: LedgerStore) => memoryLedger(log) });
    expect(failing(await packet('ga_operating_archive'))).toEqual([]);
  });

  it('believes no event about an archive: what it says counts as far as the archive says the same', async () => {
    const { digest } = await closedArchive(deps, () => now);
    now += hour;
    const reference = `evidence://${'0'.repeat(64)}`;
    const signOffs = archiveSignOffs.map((name) => ({ name, reference }));
    await tell('archive.closed', { archive: 'x', periodEnd: instantOf(now), digest, signOffs });
    expect(failing(await packet('ga_operating_archive'))).toEqual(
      archiveSignOffs.map((name) => `signed_off_${name}`),
    );
  });
});

describe('issued packets', () => {
  it('are signed by the tenant’s key and kept by their digest; a preview is neither', async () => {
    for (const found of await issuePackets(deps, null)) {
      expect(packetSchema.parse(found)).toEqual(found);
      if (found.signature === null) throw new Error('an issued packet is signed');
      checkEnvelope(found.signature, trust);
      const kept = await deps.blobs.get('reports', `${tenantId}/packets/${found.digest}.json`);
      expect(JSON.parse(new TextDecoder().decode(kept ?? new Uint8Array()))).toEqual(found);
    }
    for (const found of await previewPackets(deps)) expect(found.signature).toBeNull();
  });

  it('of a tenant with an empty log block on every check', async () => {
    for (const { checks, ready } of await previewPackets(deps)) {
      expect(ready).toBe(false);
      expect(checks.every(({ status }) => status === 'blocker')).toBe(true);
    }
  });
});
