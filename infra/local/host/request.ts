import type { IncomingMessage } from 'node:http';

// Limits of the recorded host: Kestrel's request line, and the Functions host's body.
const maxTarget = 8192;
export const maxBody = 104_857_600;

export type HostRequest = {
  method: string;
  /** With dot segments resolved and stray percent signs encoded; everything else as sent. */
  url: URL;
  headers: Headers;
  /** Undefined without a body, and for GET and HEAD, whose body the real host drops. */
  body: Uint8Array | undefined;
};

/** A request that is answered before any routing. */
export class RequestRefused extends Error {
  constructor(readonly status: number) {
    super(`refused with ${status}`);
  }
}

/**
 * Reads a request as the host hands it on. Throws `RequestRefused`: 400 for a target that is no path or holds an
 * encoded NUL, 414 for one that is too long, 500 for a body above the limit (the recorded host says 500, not 413).
 * A body sent in chunks is delivered. The recorded host drops it in its default mode, silently, and delivers it
 * when the app enables streaming, so functions must be ready for both.
 */
export async function readRequest(incoming: IncomingMessage): Promise<HostRequest> {
  const target = incoming.url ?? '';
  if (target.length > maxTarget) throw new RequestRefused(414);
  const [path = '', ...query] = target.split('?');
  const host = incoming.headers.host ?? 'localhost';
  // A host that is none could move the path, or put credentials into the URL.
  if (!/^[\w.:[\]-]+$/.test(host)) throw new RequestRefused(400);
  if (!path.startsWith('/') || /%00/.test(path)) throw new RequestRefused(400);
  const search = query.length > 0 ? `?${query.join('?')}` : '';
  const url = parseUrl(`http://${host}${encodePercent(path)}${search}`);
  const method = incoming.method ?? 'GET';
  const body = await readBody(incoming);
  const dropped = method === 'GET' || method === 'HEAD' || body.length === 0;
  return { method, url, headers: headersOf(incoming), body: dropped ? undefined : body };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new RequestRefused(400);
  }
}

const encodePercent = (path: string): string => path.replace(/%(?![0-9a-f]{2})/gi, '%25');

function headersOf(incoming: IncomingMessage): Headers {
  const joined = new Map<string, string>();
  const raw = incoming.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return new Headers([...joined]);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > maxBody) throw new RequestRefused(500);
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not destroy the request: its answer still has to go out on the same socket.
  const parts = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > maxBody) throw new RequestRefused(500);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
