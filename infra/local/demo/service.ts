import { setTimeout as sleep } from 'node:timers/promises';
import type { Issuer } from '../issuer/server.js';
import type { Endpoint } from './outbox.js';

/** A person or workload with a role in the demo's tenant. */
export type Party = { subject: string; role: string };

export type Answer<T> = { status: number; body: T };

/** The service as an outsider sees it: public HTTP routes, each call with a token of the issuer. */
export type Service = {
  /** Where a party posts evidence. */
  evidenceEndpoint(party: Party): Endpoint;
  tokenOf(party: Party): Promise<string>;
  /** `path` starts with a slash and stands below the tenant, or is a link the service gave (below /api). */
  call<T>(party: Party, method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** As `call`, but rejects, with the problem in words, unless the status is in the two-hundreds. */
  ask<T>(party: Party, method: string, path: string, body?: unknown): Promise<T>;
  bytes(party: Party, path: string): Promise<Buffer>;
  /** Repeats a question until the answer holds. Rejects, naming what was waited for, when it never does. */
  until<T>(what: string, limitMs: number, question: () => Promise<T | undefined>): Promise<T>;
};

const pollMs = 200;

export const openService = (options: { hostUrl: string; issuer: Issuer; tenant: string }): Service => {
  const { hostUrl, issuer, tenant } = options;
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = ({ subject, role }: Party): Promise<string> => {
    const key = `${role} ${subject}`;
    const token = tokens.get(key) ?? issuer.token({ sub: subject, roles: [role], tenants: [tenant] });
    tokens.set(key, token);
    return token;
  };
  const urlOf = (path: string): string =>
    path.startsWith('/api/') ? `${hostUrl}${path}` : `${hostUrl}/api/tenants/${tenant}${path}`;
  const request = async (party: Party, method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(urlOf(path), {
      method,
      headers: {
        authorization: `Bearer ${await tokenOf(party)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const call = async <T>(party: Party, method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const response = await request(party, method, path, body);
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  return {
    evidenceEndpoint: (party) => ({ url: urlOf('/evidence'), token: () => tokenOf(party) }),
    tokenOf,
    call,
    ask: async <T>(party: Party, method: string, path: string, body?: unknown): Promise<T> => {
      const answer = await call<T>(party, method, path, body);
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    },
    bytes: async (party, path) => {
      const response = await request(party, 'GET', path);
      const content = Buffer.from(await response.arrayBuffer());
      if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}`);
      return content;
    },
    until: async (what, limitMs, question) => {
      const deadline = Date.now() + limitMs;
      for (;;) {
        const found = await question();
        if (found !== undefined) return found;
        if (Date.now() >= deadline) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`);
        await sleep(pollMs);
      }
    },
  };
};
