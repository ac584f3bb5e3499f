import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Azure's tolerance is not published; a quarter of an hour is what its other HMAC services allow. */
const clockSkewMs = 15 * 60 * 1000;

/**
 * Checks a request's HMAC-SHA256 signature as Azure Communication Services defines it ("Sign an HTTP request
 * with an HMAC"): over verb, path and query as sent, date, host and the digest of the body. The answer is
 * the reason for a refusal, or nothing.
 */
export const whyUnauthorized = (
  request: IncomingMessage,
  body: Buffer,
  accessKey: string,
): string | undefined => {
  const date = headerOf(request, 'x-ms-date');
  const contentHash = headerOf(request, 'x-ms-content-sha256');
  const signature = /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=(.+)$/.exec(
    request.headers.authorization ?? '',
  )?.[1];
  if (signature === undefined) return 'The Authorization header is not an HMAC-SHA256 signature.';
  const skew = Math.abs(Date.now() - Date.parse(date));
  // NaN compares false, so an unreadable date is refused as well.
  if (!(skew <= clockSkewMs)) return 'The x-ms-date header is unreadable or too far from now.';
  if (!same(contentHash, createHash('sha256').update(body).digest('base64'))) {
    return 'The x-ms-content-sha256 header does not match the body.';
  }
  const signed = `${request.method ?? ''}\n${request.url ?? ''}\n${date};${request.headers.host ?? ''};${contentHash}`;
  const expected = createHmac('sha256', Buffer.from(accessKey, 'base64'))
    .update(signed, 'utf8')
    .digest('base64');
  return same(signature, expected) ? undefined : 'The signature does not match.';
};

const headerOf = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
