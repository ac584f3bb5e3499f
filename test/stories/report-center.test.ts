import { beforeAll, describe, expect, it } from 'vitest';

import { depsFor } from '../../functions/produce-report.js';
import { servicesOf } from '../../functions/http/tenant-services.js';
import { exportMail } from '../../shared/adapters/mail-export.js';
import type { MemoryMail } from '../../shared/adapters/memory/mail.js';
import { hour } from '../../shared/core/kernel/time.js';
import { deliverMail, planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { at, foldAll, type Told } from '../http/desk.js';
import { decisionEvent, signed } from '../ingest/intake.js';
import { openWorld, sourceUri, type World } from '../isolation/world.js';
import { types } from '../reports/eight.js';
import { tenantNamed } from '../tenants.js';

/*
 * The path of the Report Center, by public routes: choose scope and type, look at freshness and trust roots, have what
 * blocks accepted with owner and expiry, generate, deliver by the provider or export public-safe, and find the delivery in
 * the audit and in the posture. The steps of the durable flow are run here one by one.
 */

const tenant = 'acme';
const acme = tenantNamed(tenant);
const scopes = ['tenant', 'public_safe'] as const;
/** Bad news never waits; these wait, and say for what. */
const waiting: readonly string[] = ['trial-handoff', 'pilot-launch', 'production-readiness'];
const everyone = [
  ...['cso', 'ciso', 'board', 'executive', 'legal', 'auditor', 'evaluator', 'sponsor', 'release_owner'],
];

let world: World;
const ask = (role: string, name: string, asked: Parameters<World['ask']>[1] = {}): Promise<Told> =>
  world.ask(name, { token: `${role}@${tenant}`, ...asked, params: { tenantId: tenant, ...asked.params } });
async function done(role: string, name: string, asked: Parameters<World['ask']>[1] = {}): Promise<unknown> {
  const told = await ask(role, name, asked);
  if (told.status >= 300) throw new Error(`${name}: ${told.status} ${told.text}`);
  return told.json;
}
const deps = () => ({
  ...depsFor(servicesOf(world.desk, acme)),
  mailRate: { perMinute: 30, perHour: 100 },
  exporter: exportMail(world.desk.blobs, 'tls'),
  publicUrl: 'https://aispm.example/api',
});
const listOf = (json: unknown): unknown[] => {
  const items = at(json, 'items');
  return Array.isArray(items) ? items : [];
};

beforeAll(async () => {
  world = await openWorld();
  const current = await done('admin', 'readTenant');
  const settings = at(current, 'settings') as object;
  const added = {
    name: 'acme_score',
    title: 'The board of acme asks for more',
    targets: ['trial', 'pilot', 'production'],
    resolution: 'Ask ada@acme.example',
    owner: 'acme board',
    requires: { kind: 'score', atLeast: 990 },
  };
  const reports = {
    recipients: [{ address: `reader@${tenant}.example`, audience: everyone }],
    allowedDomains: [`${tenant}.example`],
  };
  await done('admin', 'putTenant', {
    body: { settings: { ...settings, reports, readiness: { packetDays: 7, checks: [added] } } },
  });
  const signer = world.signers[tenant];
  if (signer === undefined) throw new Error('no signer');
  const incident = {
    ...decisionEvent({ id: 'incident-1', source: sourceUri(tenant), type: 'aispm.incident.opened' }),
    data: { incident: 'INC-1', severity: 'high', title: 'An agent wrote where it may not' },
  };
  await done('admin', 'putSource', {
    params: { sourceId: `${tenant}-runtime` },
    body: {
      uri: sourceUri(tenant),
      connectorType: 'custom',
      provenance: 'live',
      environments: ['production'],
      eventTypes: ['runtime', 'incident.opened', 'incident.closed'],
      keys: [
        {
          kid: signer.kid,
          jwk: signer.jwk,
          validFrom: '2026-01-01T00:00:00Z',
          validUntil: '2027-01-01T00:00:00Z',
        },
      ],
    },
  });
  await done('collector', 'ingestEvidence', {
    body: [await signed(incident, signer)],
    contentType: 'application/cloudevents-batch+json',
  });
  await foldAll(world.desk);
});

/** Runs what the flow runs until the report waits for a person. */
async function produced(id: string): Promise<void> {
  await freezeReport(deps(), id);
  await renderReport(deps(), id);
}
async function delivered(id: string): Promise<void> {
  const sentBefore = (world.desk.mail as MemoryMail).sent.length;
  const { operationIds } = await planDelivery(deps(), id);
  for (const operation of operationIds)
    for (;;) {
      const { status, afterMs } = await deliverMail(deps(), id, operation);
      if (status === 'done') break;
      world.desk.clock.advance(afterMs);
    }
  for (const { operationId, to } of (world.desk.mail as MemoryMail).sent.slice(sentBefore)) {
    const data = { messageId: operationId, recipient: to.address, status: 'Delivered' };
    await receiveDelivery(world.desk, { id: `event-${operationId}`, data });
  }
}
const deliveredCount = async (): Promise<number> =>
  Number(at(await done('viewer', 'readPosture'), 'layers', 'reports', 'delivered'));

describe('before anything is generated', () => {
  it('the catalogue says of each of the eight whether it is ready or what it waits for', async () => {
    const items = listOf(await done('viewer', 'reportCatalogue'));
    expect(items.map((item) => at(item, 'type'))).toEqual(types);
    for (const item of items) {
      const type = String(at(item, 'type'));
      expect(at(item, 'status'), type).toBe(waiting.includes(type) ? 'waiting' : 'ready');
      const named = at(item, 'waitingFor');
      expect(Array.isArray(named) && named.length > 0, type).toBe(waiting.includes(type));
    }
  });

  it('freshness and trust roots are there to be confirmed', async () => {
    const posture = await done('viewer', 'readPosture');
    expect(at(posture, 'layers', 'evidence', 'live')).toBeGreaterThan(0);
    expect(at(posture, 'layers', 'evidence', 'freshOf')).not.toBeUndefined();
    const [source] = listOf(await done('auditor', 'listSources'));
    expect(at(source, 'keys', 0, 'kid')).toBe('key-a');
  });

  it('what blocks is accepted by a second person, with owner and expiry', async () => {
    const findings = listOf(await done('viewer', 'listFindings'));
    const findingId = String(at(findings[0], 'id') ?? at(findings[0], 'finding'));
    const until = new Date(world.desk.clock.now() + 240 * hour).toISOString();
    const params = { findingId };
    const body = { owner: 'Grace Hopper', reason: 'known and bounded', expiresAt: until };
    const asked = await done('operator', 'acceptFinding', { params, body });
    const agreed = { reason: 'agreed', approves: at(asked, 'request', 'evidenceId') };
    await done('approver', 'acceptFinding', { params, body: agreed });
    expect(at(await done('viewer', 'readFinding', { params }), 'state')).toBe('accepted');
  });
});

describe.each(types.flatMap((type) => scopes.map((scope) => ({ type, scope }))))(
  'the report $type, scope $scope',
  ({ type, scope }) => {
    const isExport = scope === 'public_safe' && !waiting.includes(type);

    it(
      waiting.includes(type)
        ? 'waits, says for what, may be read, and goes to nobody'
        : 'is issued with what qualifies it, approved by another, delivered and found in audit and posture',
      async () => {
        world.desk.clock.advance(2 * hour);
        const asked = await done('operator', 'requestReport', {
          body: { type, scope, ...(isExport ? { deliver: 'export' } : {}) },
        });
        const params = { reportId: String(at(asked, 'id')) };
        await produced(params.reportId);
        const seen = await done('viewer', 'readReport', { params });
        const markdown = await ask('viewer', 'readArtifact', { params: { ...params, format: 'md' } });
        const text = new TextDecoder().decode(await bytesOf(params.reportId));
        expect(markdown.status).toBe(200);
        if (scope === 'public_safe') {
          expect(text).toContain('PUBLIC-SAFE');
          expect(text.split('\n').filter((line) => /acme|@|INC-1/i.test(line))).toEqual([]);
        }
        if (waiting.includes(type)) {
          expect(at(seen, 'progress')).toEqual({ step: 'waiting', mails: { planned: 0, ended: 0 } });
          expect(text).toMatch(/Waiting for/);
          const told = await ask('approver', 'approveReport', { params });
          expect(told.status).toBe(409);
          expect(at(told.json, 'detail')).toMatch(/^the report cannot be approved\. Waiting for /);
          expect((await planDelivery(deps(), params.reportId)).operationIds).toEqual([]);
          return;
        }
        expect(text).toMatch(type === 'soc2-evidence' ? /Issued with open blockers/ : /Qualified: /);
        expect(at(seen, 'progress', 'step')).toBe('approval');
        expect((await ask('operator', 'approveReport', { params })).status).toBe(403);
        await done('approver', 'approveReport', { params });
        const before = await deliveredCount();
        await delivered(params.reportId);
        expect(await done('viewer', 'readReport', { params })).toMatchObject({
          status: 'delivered',
          progress: { step: 'ended', mails: { planned: 1, ended: 1 } },
        });
        expect(await deliveredCount()).toBe(before + 1);
        const query = { report: params.reportId };
        const [mail] = listOf(await done('auditor', 'listDeliveries', { query }));
        expect(mail).toMatchObject({ report: params.reportId, reportType: type, status: 'delivered' });
      },
    );
  },
);

/** The artifact as Markdown, as it is stored. */
async function bytesOf(reportId: string): Promise<Uint8Array> {
  const { retrieveArtifact } = await import('../../shared/usecases/reports/view-report.js');
  return (await retrieveArtifact(deps(), reportId, 'md', 'reader')).bytes;
}
