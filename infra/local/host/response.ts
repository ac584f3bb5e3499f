import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { HttpAnswer } from './worker.js';

// These belong to the connection, which is the host's: a body is always sent in chunks.
const hopByHop = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'set-cookie']);

// A stream without an end would otherwise hold up the host's closing.
const closingGraceMs = 1000;

/** An answer without a body. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, bodiless ? headers : { ...headers, 'content-length': '0' });
  response.end();
}

export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, JSON.stringify(value), 'application/json; charset=utf-8');
}

/**
 * Sends what a handler returned (null: 204). The body goes out as it is written, so that server-sent events reach
 * the client one by one. When it fails the connection is cut, as a status was already sent; when the client goes
 * away, or a second after `stopping` is aborted, it is cancelled.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: HttpAnswer | null,
  method: string,
  stopping: AbortSignal,
): Promise<void> {
  if (answer === null) return sendEmpty(response, 204);
  const headers: [string, string][] = [...answer.headers].filter(([name]) => !hopByHop.has(name));
  for (const value of answer.headers.getSetCookie()) headers.push(['set-cookie', value]);
  for (const cookie of answer.cookies) headers.push(['set-cookie', serializeCookie(cookie)]);
  const { body } = answer;
  if (body === null || method === 'HEAD') {
    const sized = answer.status !== 204 && answer.status !== 304 && method !== 'HEAD';
    response.writeHead(answer.status, [...headers, ...(sized ? [['content-length', '0']] : [])].flat());
    response.end();
    await body?.cancel();
    return;
  }
  response.writeHead(answer.status, headers.flat());
  response.flushHeaders();
  await pump(body, response, stopping);
}

async function pump(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
    response.destroy();
    reader.cancel().catch(() => undefined);
  };
  let cut: NodeJS.Timeout | undefined;
  const leaveSoon = (): void => void (cut = setTimeout(leave, closingGraceMs));
  response.once('close', leave);
  if (stopping.aborted) leaveSoon();
  else stopping.addEventListener('abort', leaveSoon, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!response.write(value)) await once(response, 'drain', { signal: gone.signal });
    }
    response.end();
  } catch {
    response.destroy();
  } finally {
    clearTimeout(cut);
    response.off('close', leave);
    stopping.removeEventListener('abort', leaveSoon);
  }
}

/** A cookie of the response object, in the form the real host gives it: `path=/` when absent, the value encoded. */
function serializeCookie(cookie: Record<string, unknown>): string {
  const { name, value, maxAge, expires, domain, path, secure, sameSite, httpOnly } = cookie;
  const parts = [`${text(name)}=${encodeURIComponent(text(value))}`];
  if (expires !== undefined) parts.push(`expires=${new Date(expires as Date | number).toUTCString()}`);
  if (maxAge !== undefined) parts.push(`max-age=${text(maxAge)}`);
  if (domain !== undefined) parts.push(`domain=${text(domain)}`);
  parts.push(`path=${path === undefined ? '/' : text(path)}`);
  if (secure === true) parts.push('secure');
  if (sameSite !== undefined) parts.push(`samesite=${text(sameSite).toLowerCase()}`);
  if (httpOnly === true) parts.push('httponly');
  return parts.join('; ');
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
