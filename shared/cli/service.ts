import { readFile } from 'node:fs/promises';

import type { z } from 'zod';

import { healthSchema, type Health } from '../../schemas/answers/tenants.js';
import { problemSchema } from '../../schemas/problem.js';
import { fromUtf8 } from '../core/kernel/bytes.js';
import { isLoopback } from '../core/kernel/loopback.js';
import { CannotTell, type Terminal } from './terminal.js';

/** The options by which every command that calls the service says where and as whom. */
export const serviceOptions = {
  url: { type: 'string' },
  tenant: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

export const serviceHelp = `  --url URL          where the service is, for example https://aispm.example.com
  --tenant ID        the tenant
  --token-file FILE  a bearer token; without it, the environment's AISPM_TOKEN`;

export type Answer = { status: number; bytes: Uint8Array };
export type Question = {
  method?: 'GET' | 'POST';
  body?: string | Uint8Array;
  contentType?: string;
  /** With no token, or with the caller's own after it was damaged. Its own unless said. */
  as?: 'nobody' | 'damaged';
};

/** One tenant of a service over HTTP. */
export type Service = {
  tenantId: string;
  /**
   * Asks a path below the tenant. What may pass (no connection, 429, 502 to 504) is asked again, after the time the service names,
   * while `patienceMs` lasts. @throws CannotTell
   */
  ask: (path: string, patienceMs: number, question?: Question) => Promise<Answer>;
  /** What the service says of itself, its build above all. Asked as patiently. @throws CannotTell */
  health: (patienceMs: number) => Promise<Health>;
};

type Where = { url?: string | undefined; tenant?: string | undefined; 'token-file'?: string | undefined };

/** @throws CannotTell where an option or the token is missing, or the token would travel in the clear. */
export async function openService(where: Where, terminal: Terminal): Promise<Service> {
  const { url, tenant } = where;
  if (url === undefined || tenant === undefined) throw new CannotTell('--url and --tenant are needed');
  const base = baseOf(url);
  const token = await tokenOf(where['token-file'], terminal);
  const tokens = { own: token, damaged: damaged(token), nobody: null };
  const once = async (path: string, question: Question): Promise<Response> => {
    const { method = 'GET', body, contentType, as = 'own' } = question;
    const sent = tokens[as];
    return terminal.fetch(`${base}/api/tenants/${encodeURIComponent(tenant)}/${path}`, {
      method,
      headers: {
        ...(sent === null ? {} : { authorization: `Bearer ${sent}` }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body }),
      // A redirect could carry the token elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(60_000),
    });
  };
  const health = (): Promise<Response> =>
    terminal.fetch(`${base}/api/health`, { redirect: 'error', signal: AbortSignal.timeout(60_000) });
  return {
    tenantId: tenant,
    ask: (path, patienceMs, question = {}) => patiently(() => once(path, question), patienceMs, terminal),
    health: async (patienceMs) =>
      valueOf('its health', await patiently(health, patienceMs, terminal), healthSchema),
  };
}

async function patiently(
  send: () => Promise<Response>,
  patienceMs: number,
  terminal: Terminal,
): Promise<Answer> {
  const until = terminal.now() + patienceMs;
  for (let pause = 1_000; ; pause = Math.min(2 * pause, 30_000)) {
    const tried = await attempt(send);
    if ('answer' in tried) return tried.answer;
    const wait = tried.afterMs ?? pause;
    if (terminal.now() + wait > until) throw new CannotTell(tried.reason, { cause: tried.cause });
    await terminal.sleep(wait);
  }
}

/** Answers of a service that has too much to do, or of what stands before one that starts. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

type Tried = { answer: Answer } | { reason: string; afterMs?: number; cause?: unknown };

async function attempt(send: () => Promise<Response>): Promise<Tried> {
  try {
    const response = await send();
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!passing.has(response.status)) return { answer: { status: response.status, bytes } };
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const reason = `the service answers ${response.status}: it cannot take the request now`;
    return Number.isFinite(seconds) && seconds >= 0 ? { reason, afterMs: 1_000 * seconds } : { reason };
  } catch (cause) {
    return { reason: 'the service cannot be reached', cause };
  }
}

/** The token goes over HTTPS, or to this machine. */
function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !(parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(url))))
    throw new CannotTell('--url must be an https address, or http on this machine');
  // Where the routes are is as good an answer as where the service is.
  return `${parsed.origin}${parsed.pathname.replace(/(\/api)?\/*$/, '')}`;
}

async function tokenOf(path: string | undefined, { env }: Terminal): Promise<string> {
  const token = (path === undefined ? env['AISPM_TOKEN'] : await fileText(path))?.trim();
  if (token === undefined || token === '')
    throw new CannotTell('there is no token: set AISPM_TOKEN or name a file with --token-file');
  // Anything else could break out of the header, and the error for it would print it.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new CannotTell('the token holds what no token holds');
  return token;
}

/** The token with a character of its signature changed: it still looks like one, and nobody issued it. */
function damaged(token: string): string {
  const at = Math.floor((token.lastIndexOf('.') + token.length) / 2);
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CannotTell(`${path} cannot be read`, { cause });
  }
}

/**
 * The value of an answer of this form, 2xx or of another status that carries it.
 * @throws CannotTell with the service's own problem, or for another form.
 */
export function valueOf<Value>(
  what: string,
  answer: Answer,
  schema: z.ZodType<Value>,
  alsoStatus?: number,
): Value {
  const parsed = schema.safeParse(jsonOf(answer.bytes));
  if (parsed.success && (isSuccess(answer.status) || answer.status === alsoStatus)) return parsed.data;
  bytesOf(what, answer);
  throw new CannotTell(`${what}: the answer is not of the form it should have`);
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** The bytes of a 2xx answer. @throws CannotTell with the service's own problem. */
export function bytesOf(what: string, { status, bytes }: Answer): Uint8Array {
  if (isSuccess(status)) return bytes;
  const problem = problemSchema.safeParse(jsonOf(bytes));
  const { code, pointer, detail } = problem.data ?? {};
  const reason =
    code === undefined ? 'no reason is given' : [code, pointer, detail].filter(Boolean).join(': ');
  throw new CannotTell(`${what}: the service answers ${status}, ${reason}`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return null;
  }
}
