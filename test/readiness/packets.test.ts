import { beforeEach, describe, expect, it } from 'vitest';

import { packetSchema, type Packet, type Validator } from '../../schemas/packets.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { checkEnvelope, type Trust } from '../../shared/core/log/trust.js';
import { originOf } from '../../shared/core/kernel/note.js';
import { signOffs } from '../../shared/core/readiness/validators/archive.js';
import type { EventData, EventName } from '../../schemas/events/types.js';
import { foldEvents } from '../../shared/usecases/fold.js';
import { archiveBlob } from '../../shared/usecases/gather-validators.js';
import { issuePackets, previewPackets, type ReadinessDeps } from '../../shared/usecases/readiness.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command, person } from '../posture/told.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

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
  };
  trust = { tenantId, origin: originOf(tenantId), keys: [await keys.ensure(tenantId)] };
});

type How = Parameters<typeof evidenceOf>[4];
async function tell<N extends EventName>(name: N, data: EventData<N>, how: How = {}): Promise<string> {
  const evidence = evidenceOf(name, data, now, `told-${told++}`, how);
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
  const zip = new Uint8Array([80, 75, 5, 6]);
  async function close(change: Partial<EventData<'archive.closed'>> = {}): Promise<void> {
    const signedOff = await tell('drill.recorded', {
      drill: 'd',
      startedAt: instantOf(now),
      endedAt: instantOf(now),
      outcome: 'passed',
    });
    const reference = `evidence://${signedOff}`;
    await tell('archive.closed', {
      archive: '2026-Q3',
      periodEnd: instantOf(now - 10 * day),
      digest: sha256Hex(zip),
      signOffs: signOffs.map((name) => ({ name, reference })),
      ...change,
    });
  }

  it('is ready while the stored archive is the recorded one and each sign-off leads to an event', async () => {
    await deps.blobs.create('reports', archiveBlob(tenantId, sha256Hex(zip)), zip, 'application/zip');
    await close();
    expect(failing(await packet('ga_operating_archive'))).toEqual([]);
  });

  it('is not, without the archive itself, or where a sign-off leads nowhere', async () => {
    await close({ signOffs: [{ name: 'documentation_sync', reference: `evidence://${'0'.repeat(64)}` }] });
    const names = failing(await packet('ga_operating_archive'));
    expect(names).toContain('archive_verified');
    expect(names).toContain('signed_off_documentation_sync');
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
