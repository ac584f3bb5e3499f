import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cast } from '../../infra/local/demo/cast.js';
import { openService, type Service } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';
import { receiptSchema } from '../../schemas/answers/evidence.js';
import type { Posture } from '../../schemas/posture.js';
import { cosmosStores } from '../../shared/adapters/cosmos/stores.js';
import { readConfiguration } from '../../shared/configuration.js';
import type { LedgerStore } from '../../shared/ports.js';
import { accountsOf } from '../../shared/services.js';
import { quantile } from './rate.js';
import { decisionData, eventOf, narrow, runtimeUri } from './workload.js';
import { tenantNamed } from '../tenants.js';

/** Milliseconds from the 202 to the first posture that counts the event. `sent` and `admitted` are events a second. */
export type LatencyRow = {
  asked: number;
  sent: number;
  admitted: number;
  events: number;
  p50: number;
  p95: number;
};

export const tenant = 'bench';
/** Between two looks at the posture; half of it is the error of the measure. */
const lookMs = 50;

export async function onboard(service: Service): Promise<void> {
  const source = {
    id: 'bench',
    uri: runtimeUri,
    connectorType: 'custom',
    provenance: 'live',
    environments: ['dev'],
    eventTypes: ['runtime'],
    keys: [],
  };
  const settings = { displayName: 'Bench', timeZone: 'UTC' };
  await service.ask(cast.admin, 'PUT', '', { settings, sources: [source] });
}

type Sent = { id: string; at: number };

/** Posts one event a request at a steady rate, without waiting for answers. */
async function send(service: Service, run: string, events: number, perSecond: number): Promise<Sent[]> {
  const { url, token } = service.evidenceEndpoint(cast.collector);
  const headers = {
    'content-type': 'application/cloudevents+json',
    authorization: `Bearer ${await token()}`,
  };
  const began = performance.now();
  const post = async (n: number): Promise<Sent> => {
    await sleep(Math.max(0, began + (n * 1000) / perSecond - performance.now()));
    const event = eventOf('decision.recorded', `${run}-${n}`, Date.now(), decisionData(n, narrow));
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) });
    const at = performance.now();
    const text = await response.text();
    if (response.status !== 202) throw new Error(`evidence was answered ${response.status}: ${text}`);
    return { id: receiptSchema.parse(JSON.parse(text)).accepted[0]?.id ?? '', at };
  };
  return Promise.all(Array.from({ length: events }, (_, n) => post(n)));
}

type Look = { at: number; position: number };

/** Looks at the posture over and over until it stands at the log's size that `until` asks for, once that is known. */
async function watch(service: Service, until: () => number | undefined): Promise<Look[]> {
  const looks: Look[] = [];
  for (;;) {
    const { position } = await service.ask<Posture>(cast.ciso, 'GET', '/posture');
    looks.push({ at: performance.now(), position });
    if (position >= (until() ?? Infinity)) return looks;
    await sleep(lookMs);
  }
}

/**
 * Where each sent event stands in the log. What the service records itself stands between them, so the size of the log
 * alone does not tell that they are in it.
 */
async function positionsOf(
  ledger: LedgerStore,
  from: number,
  ids: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const deadline = Date.now() + 60_000;
  for (let at = from; found.size < ids.size;) {
    const entries = await ledger.entries(at, at + 1_000);
    for (const { id, position } of entries) if (ids.has(id)) found.set(id, position);
    at += entries.length;
    if (entries.length === 0) await sleep(lookMs);
    if (Date.now() > deadline) throw new Error('an acknowledged event is not in the log');
  }
  return found;
}

export async function measure(
  stack: Stack,
  service: Service,
  perSecond: number,
  events: number,
  run = `at-${perSecond}`,
) {
  const { ledger } = cosmosStores(accountsOf(readConfiguration(stack.settings)).cosmos).open(
    tenantNamed(tenant),
  );
  const { position: before } = await service.ask<Posture>(cast.ciso, 'GET', '/posture');
  const end: { position?: number } = {};
  const watching = watch(service, () => end.position);
  const began = performance.now();
  const sent = await send(service, run, events, perSecond);
  const positions = await positionsOf(ledger, before, new Set(sent.map(({ id }) => id)));
  end.position = Math.max(...positions.values()) + 1;
  const looks = await watching;
  const waits = sent.map(({ id, at }) => {
    const position = positions.get(id) ?? Infinity;
    const seen = looks.find((look) => look.position > position);
    if (seen === undefined) throw new Error('an event in the log was never counted');
    // A posture may count an event before its sender has read the answer.
    return Math.max(0, seen.at - at);
  });
  const lastAnswer = Math.max(...sent.map(({ at }) => at));
  return {
    asked: perSecond,
    sent: perSecond,
    admitted: (events * 1000) / (lastAnswer - began),
    events,
    p50: quantile(waits, 0.5),
    p95: quantile(waits, 0.95),
  };
}

/** The whole system, with the app in a process of its own: how long it takes until the posture counts what was admitted. */
export async function latencyBench(
  runs: readonly (readonly [perSecond: number, events: number])[],
): Promise<LatencyRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'aispm-bench-'));
  const stack = await startStack({ directory, ports: freePorts });
  try {
    const service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
    await onboard(service);
    const settled = service.until('the tenant in the log', 20_000, async () => {
      const { position } = await service.ask<Posture>(cast.ciso, 'GET', '/posture');
      return position > 0 ? position : undefined;
    });
    await settled;
    await sleep(2_000);
    const rows: LatencyRow[] = [];
    for (const [perSecond, events] of runs) rows.push(await measure(stack, service, perSecond, events));
    return rows;
  } finally {
    await stack.close();
    await rm(directory, { recursive: true, force: true });
  }
}
