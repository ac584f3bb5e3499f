import type { EventData } from '../../../schemas/events/types.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import type { Clock } from '../../ports.js';

/* The five proofs, as an outsider with two accounts would make them: HTTP requests, and what their answers must be. */

export type Attempt = EventData<'isolation.tested'>['attempts'][number];
type Who = 'a' | 'b';
export type Answer = { status: number; text: string; json: unknown };
/** One request as a canary; `{a}`, `{b}` and `{nobody}` in the path stand for tenants. */
export type Ask = (as: Who, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<Answer>;
export type Canaries = {
  ask: Ask;
  clock: Clock;
  wait: (ms: number) => Promise<void>;
  tenants: Record<Who, string>;
  /** Of this run alone, so that nothing of another run is taken for its own. */
  run: string;
};
type Try = (
  proof: string,
  as: Who,
  request: string,
  expected: string,
  holds: (answer: Answer) => boolean,
  body?: unknown,
) => Promise<void>;

const control = 'destructive-commands';
const eventType = 'application/cloudevents-batch+json';
export const contentTypeOf = (path: string): string =>
  path.endsWith('/evidence') ? eventType : 'application/json';

/**
 * Everything is as it must be before one canary tries to reach the other.
 * @returns the id of an event of B’s. @throws Refusal `conflict` naming the step that did not work.
 */
export async function prepare(canaries: Canaries): Promise<string> {
  for (const who of ['a', 'b'] as const) {
    const { id, ...source } = canarySource(who);
    // Said when the canary was created, it is there, and this changes nothing.
    const { status } = await must(canaries, who, 'PUT', `/tenants/{${who}}/sources/${id}`, source);
    if (status === 202)
      throw new Refusal('conflict', `canary set-up: a second person has to agree to the source of ${who}`);
  }
  // Only B publishes the policy; both act under it.
  const posted = { a: [decision(canaries, 'a')], b: [policy(canaries), decision(canaries, 'b')] };
  const ids: Record<Who, string[]> = { a: [], b: [] };
  for (const who of ['a', 'b'] as const) {
    const { json } = await must(canaries, who, 'POST', `/tenants/{${who}}/evidence`, posted[who]);
    const accepted = member(json, 'accepted');
    if (Array.isArray(accepted)) ids[who] = accepted.map((one) => String(member(one, 'id')));
    for (const id of ids[who]) await settled(canaries, who, id);
  }
  const stateOfB = await stateOf(canaries, 'b');
  if (stateOfB !== 'enforced')
    throw new Refusal('conflict', `canary set-up: B’s own policy leaves its agent ${stateOfB}`);
  const evidenceOfB = ids.b.at(-1);
  if (evidenceOfB === undefined)
    throw new Refusal('conflict', 'canary set-up: B’s evidence was not accepted');
  return evidenceOfB;
}

/** Makes every attempt. None stops the others: what fails is told with its answer. */
export async function makeAttempts(canaries: Canaries, evidenceOfB: string): Promise<Attempt[]> {
  const { ask } = canaries;
  const attempts: Attempt[] = [];
  const attempt: Try = async (proof, as, request, expected, holds, body) => {
    const [method = '', path = ''] = request.split(' ');
    const answer = await ask(as, method === 'POST' ? 'POST' : 'GET', path, body);
    const { status, text } = answer;
    attempts.push({ proof, as, request, expected, status, answer: sha256Hex(text), passed: holds(answer) });
  };
  const like = async (proof: string, request: string, body?: unknown): Promise<void> => {
    const [method = '', path = ''] = request.split(' ');
    const absent = await ask('a', method === 'POST' ? 'POST' : 'GET', path.replace('{b}', '{nobody}'), body);
    await attempt(
      proof,
      'a',
      request,
      '404, as for a tenant that does not exist',
      (it) => it.status === 404 && it.text === absent.text,
      body,
    );
  };
  const silent =
    (word: string) =>
    ({ status, text }: Answer): boolean =>
      status === 200 && !text.includes(word);
  const agentOfB = agentOf('b');

  await attempt(
    'evidence',
    'b',
    `GET /tenants/{b}/evidence/${evidenceOfB}`,
    '200: it is there',
    ({ status }) => status === 200,
  );
  for (const path of [
    'evidence',
    `evidence/${evidenceOfB}`,
    `evidence/${evidenceOfB}/proof`,
    'quarantine',
    'log/checkpoint',
  ])
    await like('evidence', `GET /tenants/{b}/${path}`);
  await like('evidence', 'POST /tenants/{b}/evidence', [decision(canaries, 'a')]);
  for (const path of [`evidence/${evidenceOfB}`, `evidence/${evidenceOfB}/proof`])
    await attempt('evidence', 'a', `GET /tenants/{a}/${path}`, '404', ({ status }) => status === 404);
  await attempt(
    'evidence',
    'a',
    `GET /tenants/{a}/evidence?agent=${agentOfB}`,
    '200 without B’s evidence',
    silent(evidenceOfB),
  );

  const state = await stateOf(canaries, 'a');
  await attempt(
    'policies',
    'a',
    `GET /tenants/{a}/controls/${control}`,
    'A’s action under B’s policy is not enforced',
    ({ status }) => status === 200 && state === 'missing',
  );
  await like('policies', `GET /tenants/{b}/controls/${control}`);

  await like('recipients', 'GET /tenants/{b}');
  await like('recipients', 'GET /tenants/{b}/reports');
  await like('recipients', 'POST /tenants/{b}/reports', { type: 'ciso' });
  for (const more of [{ recipients: ['someone@b.invalid'] }, { tenantId: canaries.tenants.b }])
    await attempt(
      'recipients',
      'a',
      'POST /tenants/{a}/reports',
      '400: recipients are the tenant’s own',
      ({ status }) => status === 400,
      { type: 'ciso', ...more },
    );

  const blockers = async (): Promise<string> =>
    JSON.stringify(member((await ask('b', 'GET', '/tenants/{b}/readiness')).json, 'blockers'));
  const before = await blockers();
  await attempt(
    'connector-failures',
    'a',
    'POST /tenants/{a}/evidence',
    '422: A’s connector fails',
    ({ status }) => status === 422,
    [{ id: canaries.run }],
  );
  await like('connector-failures', 'POST /tenants/{b}/validations/connectors', { connector: 'canary' });
  await attempt(
    'connector-failures',
    'b',
    'GET /tenants/{b}/quarantine',
    '200 without A’s failure',
    silent(canaries.run),
  );
  const after = await blockers();
  await attempt(
    'connector-failures',
    'b',
    'GET /tenants/{b}/readiness',
    'the blockers that B had before',
    ({ status }) => status === 200 && after === before,
  );

  await attempt('posture', 'b', 'GET /tenants/{b}/agents', '200: B’s agent is in B’s posture', ({ text }) =>
    text.includes(agentOfB),
  );
  await attempt('posture', 'a', 'GET /tenants/{a}/agents', '200 without B’s agent', silent(agentOfB));
  await like('posture', 'GET /tenants/{b}/posture');
  await like('posture', 'GET /tenants/{b}/agents');
  await attempt('posture', 'b', 'GET /tenants/{b}/agents', '200 without A’s agent', silent(agentOf('a')));
  return attempts;
}

/** The source that each canary tenant is created with. */
export const canarySource = (who: Who) => ({
  id: 'canary',
  uri: uriOf(who),
  connectorType: 'custom',
  provenance: 'live',
  environments: ['production'],
  eventTypes: ['runtime'],
  keys: [],
});

const uriOf = (who: Who): string => `urn:aispm:canary:${who}`;
const agentOf = (who: Who): string => `canary-agent-of-${who}`;

const event = ({ run, clock }: Canaries, who: Who, type: string, data: object): object => ({
  specversion: '1.0',
  type: `aispm.${type}`,
  id: `${run}-${who}-${type}`,
  source: uriOf(who),
  time: instantOf(clock.now()),
  environment: 'production',
  data,
});
const policy = (canaries: Canaries): object =>
  event(canaries, 'b', 'policy.published', {
    policy: 'canary-policy',
    version: canaries.run,
    mode: 'enforce',
    rules: [{ rule: 'canary-rule', controls: [control] }],
  });
const decision = (canaries: Canaries, who: Who): object =>
  event(canaries, who, 'decision.recorded', {
    decision: 'allow',
    mode: 'enforce',
    policy: { id: 'canary-policy', version: canaries.run, rule: 'canary-rule' },
    surface: 'command',
    risks: ['destructive'],
    agent: agentOf(who),
    severity: 'high',
    ran: true,
  });

async function must(
  { ask }: Canaries,
  as: Who,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await ask(as, method, path, body);
  if (answer.status >= 300)
    throw new Refusal('conflict', `canary set-up: ${method} ${path} as ${as} was answered ${answer.status}`);
  return answer;
}

/** Waits until an event is in the log, and so in the posture. */
async function settled(canaries: Canaries, who: Who, id: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const { status } = await canaries.ask(who, 'GET', `/tenants/{${who}}/evidence/${id}/proof`);
    if (status === 200) return;
    await canaries.wait(500);
  }
  throw new Refusal('conflict', `canary set-up: the evidence of ${who} is not in the log after 30 seconds`);
}

/** The state of the canary's own agent for the control. */
async function stateOf({ ask }: Canaries, who: Who): Promise<string> {
  const { json } = await ask(who, 'GET', `/tenants/{${who}}/controls/${control}?limit=100`);
  const listed = member(json, 'items');
  const items: unknown[] = Array.isArray(listed) ? listed : [];
  const own = items.find((item) => member(item, 'name') === agentOf(who));
  return String(member(own, 'state'));
}

const member = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? new Map(Object.entries(inner)).get(name) : undefined,
    value,
  );
