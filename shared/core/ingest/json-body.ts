import { fromUtf8 } from '../kernel/bytes.js';
import { repeatedName } from '../kernel/repeated-name.js';
import { Refusal } from '../kernel/refusal.js';
import { shownPointer } from './faults.js';

/**
 * The media type of a body, without parameters and in lower case.
 * @throws Refusal `unsupported_media_type` for one that is not accepted, or in another charset than UTF-8.
 */
export function mediaTypeOf<Accepted extends string>(
  contentType: string | null,
  accepted: readonly Accepted[],
): Accepted {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const mediaType = accepted.find((one) => one === type.trim());
  if (mediaType === undefined) throw new Refusal('unsupported_media_type', `send ${listed(accepted)}`);
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw new Refusal('unsupported_media_type', 'the only charset is UTF-8 (RFC 8259, 8.1)');
  return mediaType;
}

const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' or ');

/**
 * The JSON of a body. What it says must not depend on who reads it, so no name stands twice in one object.
 * @throws Refusal `malformed_json`; the parser's own message quotes the body, so it goes nowhere.
 */
export function jsonOf(body: Uint8Array): unknown {
  // The decoder would drop a byte order mark in silence; RFC 8259, 8.1 forbids senders to add one.
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf)
    throw new Refusal('malformed_json', 'the body starts with a byte order mark');
  let text: string;
  try {
    text = fromUtf8(body);
  } catch (cause) {
    throw new Refusal('malformed_json', 'the body is not UTF-8', { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('malformed_json', 'the body is not JSON (RFC 8259)');
  }
  const pointer = repeatedName(text);
  if (pointer !== null)
    throw new Refusal('malformed_json', 'an object names a member twice (RFC 7493, 2.3)', {
      pointer: shownPointer(pointer),
    });
  return value;
}
