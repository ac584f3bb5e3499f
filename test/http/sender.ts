import { request as httpRequest } from 'node:http';
import { expect } from 'vitest';

import { receiptSchema } from '../../schemas/answers/evidence.js';
import { problemSchema, problems, type ProblemCode } from '../../schemas/problem.js';
import { runtimeUri } from '../ingest/intake.js';
import { startStack, type Stack } from './stack.js';

export const structured = 'application/cloudevents+json';
export const batch = 'application/cloudevents-batch+json';
export const json = 'application/json';
/** Longer than any answer takes; what hangs fails its test by name. */
const limitMs = 20_000;

/** The compiled app with one tenant, `acme`, and a way to post evidence to it that keeps nothing back. */
export type Sender = {
  stack: Stack;
  /** Of a collector and a viewer of `acme`, and of a collector of another tenant. */
  tokens: Record<'collector' | 'viewer' | 'stranger', string>;
  post: (asked: Asked) => Promise<Told>;
};

/** Starts the app under the local host and onboards its tenant over HTTP. */
export async function openSender(): Promise<Sender> {
  const stack = await startStack();
  const token = (role: string, tenant: string): Promise<string> =>
    stack.issuer.token({ sub: `${role}-1`, roles: [role], tenants: [tenant] });
  const tokens = {
    collector: await token('collector', 'acme'),
    viewer: await token('viewer', 'acme'),
    stranger: await token('collector', 'globex'),
  };
  const admin = { authorization: `Bearer ${await token('admin', 'acme')}`, 'content-type': json };
  const put = async (path: string, body: unknown): Promise<void> => {
    const url = `${stack.url}/tenants/acme${path}`;
    const response = await fetch(url, { method: 'PUT', headers: admin, body: JSON.stringify(body) });
    expect(response.ok).toBe(true);
  };
  const runtime = {
    id: 'runtime',
    uri: runtimeUri,
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime'],
    keys: [],
  };
  await put('', { settings: { displayName: 'Acme', timeZone: 'Europe/Berlin' }, sources: [runtime] });
  return { stack, tokens, post: sending(stack, tokens.collector) };
}

type Headers = Record<string, string | string[]>;
/** One post. Without a token it is the collector's. */
export type Asked = {
  body?: string | Uint8Array;
  type?: string | null;
  headers?: Headers;
  tenant?: string;
  token?: string | null;
  /** Sent in chunks of this many bytes, without a length. */
  chunk?: number;
};
export type Told = { status: number; type: string; text: string };

/** One request, on a connection of its own; a header value may be anything that Node lets out. */
const sending =
  (stack: Stack, fallback: string) =>
  ({ body = '', type = structured, headers = {}, tenant = 'acme', token, chunk }: Asked): Promise<Told> => {
    const bytes = Buffer.from(body);
    const bearer = token === undefined ? fallback : token;
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${stack.url}/tenants/${tenant}/evidence`, {
        method: 'POST',
        agent: false,
        timeout: limitMs,
        headers: {
          ...(type === null ? {} : { 'content-type': type }),
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(chunk === undefined ? { 'content-length': bytes.length } : { 'transfer-encoding': 'chunked' }),
          ...headers,
        },
      });
      request.on('timeout', () => request.destroy(new Error('no answer came')));
      request.on('error', reject);
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(parts).toString('utf8'),
          }),
        );
      });
      const step = chunk ?? Math.max(1, bytes.length);
      for (let start = 0; start < bytes.length; start += step)
        request.write(bytes.subarray(start, start + step));
      request.end();
    });
  };

/** The status and the code of a refusal: of the whole request, or of its first event. */
export function refusalOf({ status, type, text }: Told): [status: number, code: ProblemCode | null] {
  if (type === 'application/problem+json') {
    const problem = problemSchema.parse(JSON.parse(text));
    expect([problem.status, status]).toEqual([status, problems[problem.code].status]);
    return [status, problem.code];
  }
  expect(type).toBe(json);
  const receipt = receiptSchema.parse(JSON.parse(text));
  if (status === 422) expect([receipt.accepted, receipt.duplicates]).toEqual([[], []]);
  else expect(status).toBe(202);
  return [status, receipt.rejected[0]?.code ?? null];
}
