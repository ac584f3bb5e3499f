import { afterAll, beforeAll, expect, it } from 'vitest';

import { plantedAddress, plantedPrompt, plantedSecrets } from '../suite-logs/planted.js';
import { startStack, type Stack } from '../http/stack.js';

/*
 * Everything secret, sent to the running service wherever a caller can put something. What it logs of it is looked at when
 * the suite has ended (test/suite-logs); here, that no answer says it back either.
 */

const secrets = [...plantedSecrets.map(([, secret]) => secret), plantedAddress, plantedPrompt];
const inHeader = (secret: string): string => secret.replace(/\n/g, ' ');
let stack: Stack;
let token: string;

beforeAll(async () => {
  stack = await startStack();
  token = await stack.issuer.token({ sub: 'ada.admin', roles: ['admin', 'collector'], tenants: ['acme'] });
}, 120_000);
afterAll(() => stack.close());

async function ask(method: string, path: string, more: { token?: string; body?: string; headers?: object }) {
  const answer = await fetch(`${stack.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${more.token ?? token}`,
      'content-type': 'application/json',
      ...more.headers,
    },
    ...(more.body === undefined ? {} : { body: more.body }),
  });
  return { status: answer.status, text: await answer.text() };
}

const event = (data: unknown, more: object = {}) =>
  JSON.stringify({
    specversion: '1.0',
    type: 'aispm.decision.recorded',
    source: 'urn:nobody:knows',
    id: 'one',
    time: new Date().toISOString(),
    environment: 'dev',
    data,
    ...more,
  });

it.each(secrets)('a planted secret is refused without being said back: %#', async (secret) => {
  const named = encodeURIComponent(secret);
  const json = JSON.stringify(secret);
  const tenant = '/tenants/acme';
  const cloud = { 'content-type': 'application/cloudevents+json' };
  const answers = [
    await ask('GET', `${tenant}/posture`, { token: inHeader(secret) }),
    await ask('GET', `${tenant}/posture`, { headers: { 'x-api-key': inHeader(secret) } }),
    await ask('GET', `/tenants/${named}/posture`, {}),
    await ask('GET', `${tenant}/evidence?cursor=${named}&limit=${named}`, {}),
    await ask('GET', `${tenant}/evidence/${named}`, {}),
    await ask('PUT', tenant, { body: `{"settings": {"displayName": ${json}, "timeZone": ${json}` }),
    await ask('PUT', tenant, { body: `{"settings": {"displayName": "Acme", "timeZone": ${json}}}` }),
    await ask('PUT', tenant, { body: `{"settings": {${json}: 1}}` }),
    await ask('POST', `${tenant}/evidence`, { headers: cloud, body: event({ prompt: secret }) }),
    await ask('POST', `${tenant}/evidence`, { headers: cloud, body: event({}, { source: secret }) }),
    await ask('POST', `${tenant}/evidence`, { headers: cloud, body: `${json} ${json}` }),
    await ask('PUT', tenant, { body: `{"settings": {${json}: 9007199254740993}}` }),
    await ask('GET', `${tenant}/posture?${named}=1`, {}),
    await ask('POST', `${tenant}/evidence`, { headers: cloud, body: event({ [secret]: secret }) }),
    await ask('POST', `${tenant}/reports`, { body: `{"type": ${json}}` }),
  ];
  // Bodies that cannot be read, unknown names, tokens that are none: all of it is somebody's mistake, never ours.
  expect(answers.map(({ status }) => status).filter((status) => status < 400 || status > 499)).toEqual([]);
  const said = answers.filter(({ text }) => text.includes(secret) || text.includes(named));
  expect(said).toEqual([]);
});
