import { createHmac, timingSafeEqual } from 'node:crypto';
import { CosmosProblem } from './problem.js';

/** The key that Microsoft publishes for its emulator: a secret to nobody, so usable on loopback only. */
export const EMULATOR_KEY =
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** How far `x-ms-date` may lie from the server's clock, in milliseconds. */
const MOST_SKEW = 15 * 60_000;

export type SignedRequest = { method: string; path: string; date: string; authorization: string };

const resourceOf = (segments: readonly string[]): { type: string; link: string } => {
  if (segments.length % 2 === 1)
    return { type: segments.at(-1) ?? '', link: segments.slice(0, -1).join('/') };
  return { type: segments.at(-2) ?? '', link: segments.join('/') };
};

const equal = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};

/**
 * Verifies a master-key signature: HMAC-SHA256 over verb, resource type, resource link and date.
 * Throws 401 for a missing or wrong signature and 403 for a date more than 15 minutes off.
 * Source: "Access control on Cosmos DB resources" of the REST API.
 */
export function authenticate(request: SignedRequest, key: string): void {
  const token = new URLSearchParams(decodeURIComponent(request.authorization).replaceAll('+', '%2B'));
  const segments = request.path.split('/').filter((s) => s !== '');
  const signature = token.get('sig') ?? '';
  const accepts = (parts: readonly string[]): boolean => {
    const { type, link } = resourceOf(parts);
    const text = `${request.method.toLowerCase()}\n${type}\n${link}\n${request.date.toLowerCase()}\n\n`;
    return equal(
      createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64'),
      signature,
    );
  };
  const valid =
    token.get('type') === 'master' && (accepts(segments.map(decodeURIComponent)) || accepts(segments));
  if (!valid)
    throw new CosmosProblem(
      401,
      'The input authorization token cannot serve the request. The wrong key is being used.',
    );
  const skew = Math.abs(Date.now() - Date.parse(request.date));
  if (!(skew <= MOST_SKEW))
    throw new CosmosProblem(403, 'The authorization token is not valid at the current time.');
}
