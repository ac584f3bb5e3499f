import type { IncomingMessage, ServerResponse } from 'node:http';

/** A body beyond this many bytes is not even drained to give a polite answer. */
const drainLimit = 64 * 1024 * 1024;

/**
 * Reads a request's body. Beyond `limit` bytes the answer is `undefined`: the rest is read and thrown away,
 * because a client that is still writing would otherwise see a reset connection instead of the refusal.
 */
export const readBody = async (request: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > drainLimit) throw new Error('the request body is far beyond the limit');
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks);
};

/** Answers with JSON; headers given win over the defaults. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(bytes.length),
    ...headers,
  });
  response.end(bytes);
};

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether a host name, as a URL has it, is this machine. */
export const isLoopbackHost = (hostname: string): boolean => loopbackHosts.includes(hostname);

/**
 * Whether the request was addressed to this machine by a loopback name. A page on the internet whose name
 * resolves to 127.0.0.1 (DNS rebinding) carries its own name in `Host` and is told apart by it.
 */
export const isForLoopback = (request: IncomingMessage): boolean =>
  isLoopbackHost((request.headers.host ?? '').toLowerCase().replace(/:\d+$/, ''));

/** The request's URL; only path and query mean anything. */
export const urlOf = (request: IncomingMessage): URL => new URL(request.url ?? '/', 'http://127.0.0.1');
