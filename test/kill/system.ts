import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cast } from '../../infra/local/demo/cast.js';
import { openService, type Service } from '../../infra/local/demo/service.js';
import { CosmosProblem } from '../../infra/local/cosmos/problem.js';
import type { CosmosRequest } from '../../infra/local/cosmos/server.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';
import { receiptSchema } from '../../schemas/answers/evidence.js';
import { problemSchema, type Problem } from '../../schemas/problem.js';
import { cosmosStores } from '../../shared/adapters/cosmos/stores.js';
import { readConfiguration } from '../../shared/configuration.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import type { Stores, TenantStores } from '../../shared/ports.js';
import { accountsOf } from '../../shared/services.js';
import { decisionEvent } from '../ingest/intake.js';
import { zoneAtNoon } from '../noon.js';
import { tenantNamed } from '../tenants.js';

/** The whole system as `npm start` runs it, the app in a process of its own, and what its stores hold. */
export type System = { stack: Stack; stores: Stores; close(): Promise<void> };

export async function startSystem(): Promise<System> {
  const directory = await mkdtemp(join(tmpdir(), 'aispm-kill-'));
  const stack = await startStack({ directory, ports: freePorts });
  return {
    stack,
    stores: cosmosStores(accountsOf(readConfiguration(stack.settings)).cosmos),
    close: async () => {
      await stack.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const runtimeUri = 'urn:harbour:runtime';
/** One is delivered and one bounces: the mail stand-in goes by the address. */
const ordinary = ['ciso@harbour.example', 'bounce.board@harbour.example'];

export type Sent = { problems: Problem[]; retryAfter: (string | null)[]; unanswered: number };

/** One tenant and what happened to it. */
export type Story = {
  service: Service;
  stores: TenantStores;
  /** Ids of every event that some answer acknowledged with 202. */
  acknowledged: Set<string>;
  /** Who the tenant's reports go to. */
  recipients: readonly string[];
  /** Decisions that were sent, each counted once. */
  decisions: number;
  /** Posts a batch and sends it again until it is acknowledged whole. @returns what stood in the way. */
  post(ids: readonly string[]): Promise<Sent>;
};

/** Onboards a tenant over HTTP. */
export async function onboard(
  system: System,
  tenant: string,
  how: { approvalRequired?: boolean; recipients?: readonly string[] } = {},
): Promise<Story> {
  const { approvalRequired = false, recipients = ordinary } = how;
  const { hostUrl, issuer } = system.stack;
  const service = openService({ hostUrl, issuer, tenant });
  const reports = {
    approvalRequired,
    allowedDomains: ['harbour.example'],
    recipients: recipients.map((address) => ({ address, audience: ['ciso'] })),
  };
  const settings = { displayName: 'Harbour Mutual', timeZone: zoneAtNoon(), reports };
  const runtime = {
    id: 'runtime',
    uri: runtimeUri,
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime'],
    keys: [],
  };
  await service.ask(cast.admin, 'PUT', '', { settings, sources: [runtime] });
  const story: Story = {
    service,
    stores: system.stores.open(tenantNamed(tenant)),
    acknowledged: new Set(),
    decisions: 0,
    recipients,
    post: async (ids) => {
      const time = new Date().toISOString();
      const body = JSON.stringify(
        ids.map((id) => decisionEvent({ id, source: runtimeUri, time, environment: 'production' })),
      );
      story.decisions += ids.length;
      return untilAcknowledged(story, body);
    },
  };
  return story;
}

/** The public id of a decision that a story posted. */
export const idOf = (id: string): string => evidenceIdOf(runtimeUri, id);

const patienceMs = 90_000;

async function untilAcknowledged(story: Story, body: string): Promise<Sent> {
  const sent: Sent = { problems: [], retryAfter: [], unanswered: 0 };
  const { url, token } = story.service.evidenceEndpoint(cast.collector);
  for (const began = Date.now(); Date.now() - began < patienceMs; await sleep(300)) {
    const answer = await answerOf(url, await token(), body);
    if (answer === null) sent.unanswered += 1;
    else if (answer.status === 202) {
      const { accepted, duplicates } = receiptSchema.parse(answer.json);
      for (const { id } of [...accepted, ...duplicates]) story.acknowledged.add(id);
      return sent;
    } else if (answer.status === 503) {
      sent.problems.push(problemSchema.parse(answer.json));
      sent.retryAfter.push(answer.retryAfter);
    } else throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.json)}`);
  }
  throw new Error(`not acknowledged in ${patienceMs / 1000} s`);
}

type Answer = { status: number; retryAfter: string | null; json: unknown };

/** Null where no answer came: the process is gone, or was while it worked. */
async function answerOf(url: string, token: string, body: string): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents-batch+json',
        authorization: `Bearer ${token}`,
        connection: 'close',
      },
      body,
    });
    const json: unknown = JSON.parse(await response.text());
    return { status: response.status, retryAfter: response.headers.get('retry-after'), json };
  } catch {
    return null;
  }
}

/** A request to the store. `done` says whether its work took effect: a batch that lost a race for the head did not. */
export type Point = { match: (request: CosmosRequest) => boolean; done?: () => Promise<boolean> };

/** Kills the host at the first request that matches, before its work is done, which then never is. */
export const killBefore = ({ stack }: System, { match }: Point): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = async (): Promise<void> => {
      await stack.killHost().then(resolve, reject);
      throw new CosmosProblem(503, 'who asked for it is gone');
    };
    stack.cosmos.addFault({ match, times: 1, effect: { when: 'before', call } });
  });

/** Kills the host at the first request that matches and took effect, after it was committed and before the answer leaves. */
export const killAfter = ({ stack }: System, { match, done }: Point): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = async (): Promise<void> => {
      if (done !== undefined && !(await done())) return;
      remove();
      await stack.killHost().then(resolve, reject);
    };
    const remove = stack.cosmos.addFault({ match, times: Infinity, effect: { when: 'after', call } });
  });

/** Kills the host when the provider has taken the mail to a recipient and has not answered yet. */
export const killAtMail = ({ stack }: System, recipient: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = (): Promise<void> => stack.killHost().then(resolve, reject);
    stack.mail.addFault({
      match: ({ operation, recipients }) => operation === 'send' && recipients.includes(recipient),
      times: 1,
      effect: { when: 'after', call },
    });
  });

/** The provider's word on a mail, posted as Event Grid would. */
export async function speakOf(
  { stack }: System,
  mail: { operationId: string; recipient: string },
): Promise<void> {
  const url = `${stack.hostUrl}/runtime/webhooks/EventGrid?functionName=receiveDeliveryReports&code=${stack.systemKey}`;
  const event = {
    specversion: '1.0',
    id: `late-${mail.operationId}`,
    source: '/communication',
    subject: `message/${mail.operationId}`,
    type: 'Microsoft.Communication.EmailDeliveryReportReceived',
    time: new Date().toISOString(),
    data: { messageId: mail.operationId, recipient: mail.recipient, status: 'Delivered' },
  };
  const headers = { 'content-type': 'application/cloudevents+json', 'aeg-event-type': 'Notification' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) });
  if (!response.ok) throw new Error(`the delivery report was answered ${response.status}`);
}

/** Where the production of a report stands, as the durable framework tells it. */
export async function productionOf(
  { stack }: System,
  reportId: string,
): Promise<{ at: string; step: unknown }> {
  const path = `/runtime/webhooks/durabletask/instances/${reportId}?code=${stack.systemKey}`;
  const response = await fetch(`${stack.hostUrl}${path}`);
  const told: unknown = await response.json();
  return { at: String(member(told, 'runtimeStatus')), step: member(member(told, 'customStatus'), 'step') };
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

export const isUp = ({ stack }: System): Promise<boolean> =>
  fetch(`${stack.hostUrl}/api/health`, { headers: { connection: 'close' } }).then(
    (response) => response.ok,
    () => false,
  );
