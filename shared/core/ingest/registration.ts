import {
  eventDataSchemas,
  registeredSourceEvents,
  serviceOnlyEvents,
} from '../../../schemas/events/types.js';
import type { Source, Tenant } from '../../../schemas/tenant.js';
import { canonicalBytes } from '../kernel/canonical.js';
import { sha256Hex } from '../kernel/hash.js';
import { Refusal } from '../kernel/refusal.js';
import { millisOf } from '../kernel/time.js';
import { thumbprintOf, withRevocations } from './revoked-keys.js';
import { isRetired } from './rules.js';

/*
 * What a source is registered with decides whose word counts as evidence. So whatever lets it say more, or changes who
 * vouches for what it says, takes two people; what only takes from it, as the revocation of a key, one person does at once.
 */

/** A source as it can be registered. */
export type Registered = Omit<Source, 'retired'>;
/** What it is registered with under its id. */
export type Registration = Omit<Registered, 'id'>;

const mostSources = 100;

/** Names that a source can be registered for: what senders may say, and `runtime` for all that needs no registration. */
const postable = new Set<string>([
  'runtime',
  ...Object.keys(eventDataSchemas).filter((name) => ![...serviceOnlyEvents].some((own) => own === name)),
]);

/** @throws Refusal `invalid_request`, with the place, for a key that verifies nothing and a type that no sender posts. */
export function refuseUnfit({ keys, eventTypes }: Registration): void {
  keys.forEach((key, at) => {
    const fault =
      keys.findIndex(({ kid }) => kid === key.kid) !== at
        ? 'another key has this kid'
        : millisOf(key.validFrom) >= millisOf(key.validUntil)
          ? 'the validity ends before it begins'
          : [key.jwk.x, 'y' in key.jwk ? key.jwk.y : key.jwk.x].some((part) => !isCoordinate(part))
            ? 'a coordinate is 32 bytes in base64url'
            : null;
    if (fault !== null) throw new Refusal('invalid_request', fault, { pointer: `/keys/${at}` });
  });
  const unknown = eventTypes.findIndex((name) => !postable.has(name));
  if (unknown >= 0)
    throw new Refusal('invalid_request', 'no sender can be registered for this event type', {
      pointer: `/eventTypes/${unknown}`,
    });
}

/** 32 bytes in base64url without padding, in their one spelling. */
const isCoordinate = (part: string): boolean => /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(part);

export const sourceIn = ({ sources }: Pick<Tenant, 'sources'>, id: string): Source | undefined =>
  sources.find((one) => one.id === id);

/**
 * The tenant with the source registered, in place of what stood under its id.
 * @throws Refusal `conflict` for a uri that another source has, one source too many, a retired one, and a revoked key.
 */
export function withSource(tenant: Tenant, source: Registered): Tenant {
  if (tenant.sources.some((other) => other.uri === source.uri && other.id !== source.id))
    throw new Refusal('conflict', 'another source has this uri', { pointer: '/uri' });
  const known = sourceIn(tenant, source.id);
  if (known !== undefined && isRetired(known))
    throw new Refusal(
      'conflict',
      'the source is retired for good; register another under its own id and uri',
    );
  const sources =
    known === undefined
      ? [...tenant.sources, source]
      : tenant.sources.map((one) => (one.id === source.id ? source : one));
  if (sources.length > mostSources)
    throw new Refusal('conflict', `a tenant has at most ${mostSources} sources`);
  return withRevocations(tenant, source.id, sources);
}

/**
 * JSON pointers to what of a registration needs a second person; none where it only takes from the source. A source whose
 * evidence does not count yet has nothing to be compared with, and one whose evidence will not count needs nobody.
 */
export function widenings(known: Registration | undefined, next: Registration): string[] {
  const counted = known?.provenance === 'live' ? known : null;
  // Its evidence would count no longer, and no proof would be asked of it: as a retirement.
  if (next.provenance === 'sample') return counted === null ? [] : ['/provenance'];
  const members = (['uri', 'connectorType', 'provenance'] as const)
    .filter((member) => counted?.[member] !== next[member])
    .map((member) => `/${member}`);
  // From then on anybody who may post could speak for it.
  const unsigned = counted !== null && counted.keys.length > 0 && next.keys.length === 0 ? ['/keys'] : [];
  // An event that names none would then be taken for one of the single environment.
  const implied = counted !== null && counted.environments.length > 1 && next.environments.length === 1;
  return [
    ...members,
    ...(implied ? ['/environments'] : []),
    ...placesOf('environments', next.environments, (one) => counted?.environments.includes(one) === true),
    ...placesOf('eventTypes', next.eventTypes, (name) => counted !== null && mayPost(counted, name)),
    ...unsigned,
    ...placesOf('keys', next.keys, (key) => counted?.keys.some((one) => covers(one, key)) === true),
  ];
}

const placesOf = <T>(member: string, list: readonly T[], isKnown: (one: T) => boolean): string[] =>
  list.flatMap((one, at) => (isKnown(one) ? [] : [`/${member}/${at}`]));

function mayPost({ eventTypes }: Registration, name: string): boolean {
  const isRuntime = name !== 'runtime' && ![...registeredSourceEvents].some((one) => one === name);
  return eventTypes.includes(name) || (isRuntime && eventTypes.includes('runtime'));
}

type SourceKey = Source['keys'][number];

/** Whether a key is the same one, valid at no instant at which it was not before. */
const covers = (known: SourceKey, key: SourceKey): boolean =>
  known.kid === key.kid &&
  thumbprintOf(known.jwk) === thumbprintOf(key.jwk) &&
  millisOf(known.validFrom) <= millisOf(key.validFrom) &&
  millisOf(known.validUntil) >= millisOf(key.validUntil);

/** The source as it stands, but for the keys that a registration says are revoked. */
export const withRevokedOf = (known: Source, { keys }: Registration): Source => ({
  ...known,
  keys: known.keys.map((key) => {
    const revokedAt = keys.find(
      ({ kid, jwk }) => kid === key.kid && thumbprintOf(jwk) === thumbprintOf(key.jwk),
    )?.revokedAt;
    return revokedAt === undefined ? key : { ...key, revokedAt };
  }),
});

/** What a change is about: SHA-256 of a source as it stands or is to stand. Null where there is none. */
export const contentDigest = (registration: object | undefined): string | null =>
  registration === undefined ? null : sha256Hex(canonicalBytes(registration));
