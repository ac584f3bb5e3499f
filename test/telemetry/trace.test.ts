import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openService } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';
import type { ReceivedSpan } from '../../infra/local/telemetry/otlp.js';
import { startReceiver, type Receiver } from '../../infra/local/telemetry/receiver.js';
import { metrics } from '../../shared/core/kernel/metrics.js';

/*
 * The running system with an OTLP receiver: one poster's trace is followed from admission to delivery, and all that leaves
 * on the way is looked at for what must not.
 */

const tenant = 'harbour';
const recipient = 'ciso@harbour.example';
const poster = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${poster.traceId}-${poster.spanId}-01`;
/** A second agent's own trace, named in its event alone. */
const other = { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) };

let receiver: Receiver;
let stack: Stack;
let folder: string;

const people = {
  admin: { subject: 'ada.admin', role: 'admin' },
  collector: { subject: 'runtime-1', role: 'collector' },
  operator: { subject: 'olu.operator', role: 'operator' },
};

async function post(path: string, party: keyof typeof people, body: unknown, type = 'application/json') {
  const { subject, role } = people[party];
  const token = await stack.issuer.token({ sub: subject, roles: [role], tenants: [tenant] });
  const answer = await fetch(`${stack.hostUrl}/api/tenants/${tenant}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type, traceparent },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { id: string } };
}

const session = (id: string, more: object = {}) => ({
  specversion: '1.0',
  type: 'aispm.session.recorded',
  source: 'urn:harbour:runtime',
  id,
  time: new Date().toISOString(),
  environment: 'dev',
  data: {
    session: id,
    agent: 'builder',
    state: 'completed',
    startedAt: new Date().toISOString(),
    decisions: 0,
  },
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aispm-trace-'));
  receiver = await startReceiver({ port: 0 });
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint };
  stack = await startStack({ directory: folder, ports: freePorts, settings });
  const service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
  const reports = {
    approvalRequired: false,
    allowedDomains: ['harbour.example'],
    recipients: [{ address: recipient, displayName: 'Carla', audience: ['ciso'] }],
  };
  const settingsOfTenant = { displayName: 'Harbour', timeZone: 'Etc/UTC', reports };
  const runtime = {
    id: 'runtime',
    uri: 'urn:harbour:runtime',
    connectorType: 'custom',
    provenance: 'live',
    environments: ['dev'],
    eventTypes: ['runtime'],
    keys: [],
  };
  await service.ask(people.admin, 'PUT', '', { settings: settingsOfTenant, sources: [runtime] });
  const one = session('one');
  const batch = [
    one,
    session('two', { traceparent: `00-${other.traceId}-${other.spanId}-01` }),
    { ...session('three'), type: 'aispm.no.such' },
  ];
  expect((await post('/evidence', 'collector', batch, 'application/cloudevents-batch+json')).status).toBe(
    202,
  );
  expect((await post('/evidence', 'collector', one, 'application/cloudevents+json')).status).toBe(202);
  // Other content under the same id.
  const another = session('one', { time: new Date(Date.parse(one.time) + 1).toISOString() });
  expect((await post('/evidence', 'collector', another, 'application/cloudevents+json')).status).toBe(422);
  await service.until('the events in the log', 30_000, async () => {
    const { body } = await service.call<{ position: number }>(people.operator, 'GET', '/posture');
    return body.position >= 3 ? body : undefined;
  });
  const { body } = await post('/reports', 'operator', { type: 'ciso' });
  await service.until('the delivery', 60_000, async () => {
    const report = await service.call<{ status: string }>(people.operator, 'GET', `/reports/${body.id}`);
    return report.body.status === 'delivered' ? report : undefined;
  });
  await service.ask(people.operator, 'POST', '/readiness', { target: 'production' });
  // The host ends in order, and sends what is left.
  await stack.close();
}, 180_000);
afterAll(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

const inTrace = (traceId: string): ReceivedSpan[] =>
  receiver.spans().filter((span) => span.traceId === traceId);

describe('one trace', () => {
  it('leads from the poster’s traceparent through admission, fold and report to delivery', () => {
    const names = new Set(inTrace(poster.traceId).map(({ name }) => name));
    const steps = [
      'ingestEvidence',
      'foldEvidence',
      'requestReport',
      'freezeReport',
      'renderReport',
      'deliverMail',
      'receiveDelivery',
    ];
    expect([...names]).toEqual(expect.arrayContaining(steps));
  });

  it('is whole: each span’s parent is the poster’s or one of the trace', () => {
    const spans = inTrace(poster.traceId);
    const known = new Set([poster.spanId, ...spans.map(({ spanId }) => spanId)]);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === null || !known.has(parentSpanId))).toEqual([]);
    const parentOf = (name: string): string | undefined => {
      const span = spans.find((one) => one.name === name);
      return spans.find(({ spanId }) => spanId === span?.parentSpanId)?.name;
    };
    expect(['foldEvidence', 'renderReport', 'deliverMail', 'receiveDelivery'].map(parentOf)).toEqual([
      'ingestEvidence',
      'requestReport',
      'requestReport',
      // Which states the intent of every mail.
      'planDelivery',
    ]);
  });

  it('of another agent, named in its event alone, is whole too and apart', () => {
    const names = inTrace(other.traceId).map(({ name }) => name);
    expect(names.sort()).toEqual(['admitEvidence', 'foldEvidence']);
  });
});

describe('what is measured', () => {
  const sum = (name: string): number =>
    receiver.points().reduce((total, point) => total + (point.name === name ? point.sum : 0), 0);

  it('counts what happened', () => {
    expect(sum('aispm.evidence.admitted')).toBe(2);
    expect(sum('aispm.evidence.duplicates')).toBe(1);
    expect(sum('aispm.evidence.quarantined')).toBe(2);
    expect(sum('aispm.delivery.outcomes')).toBe(1);
    expect(sum('aispm.gate.decisions')).toBe(1);
    expect(sum('aispm.report.duration')).toBeGreaterThan(0);
    const lags = receiver.points().filter(({ name }) => name === 'aispm.fold.lag');
    // The service's own statements are folded by the command that makes them, the rest by the feed.
    expect(lags.reduce((total, { count }) => total + (count ?? 0), 0)).toBeGreaterThanOrEqual(2);
    expect(receiver.points().some(({ name }) => name === 'aispm.posture.age')).toBe(true);
  });

  it('has no series that the table of metrics does not allow', () => {
    const table: Record<
      string,
      { unit: string; attributes: Record<string, readonly string[] | 'functions'> }
    > = metrics;
    for (const { name, unit, attributes } of receiver.points()) {
      expect(table[name]?.unit, name).toBe(unit);
      const allowed = table[name]?.attributes ?? {};
      expect(Object.keys(attributes).sort()).toEqual(Object.keys(allowed).sort());
      for (const [key, value] of Object.entries(attributes))
        if (allowed[key] !== 'functions') expect(allowed[key]).toContain(value);
    }
  });
});

it('holds no address, no name, no token and no content', () => {
  const everything = JSON.stringify([
    receiver.spans(),
    receiver.points(),
    receiver.logs(),
    receiver.envelopes(),
  ]);
  expect(everything).not.toMatch(/@harbour|Carla|ada\.admin|olu\.operator|eyJ|builder|accesskey/i);
  expect(receiver.logs().map(({ event }) => event)).toContain('evidence_folded');
});
