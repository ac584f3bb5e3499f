import type { EvidenceEvent } from '../../../schemas/evidence.js';
import { registeredSourceEvents, serviceOnlyEvents, type EventName } from '../../../schemas/events/types.js';
import {
  environmentSchema,
  serviceUri,
  type Environment,
  type Provenance,
} from '../../../schemas/primitives.js';
import type { Source, Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../kernel/refusal.js';
import { day, millisOf, minute, type Millis } from '../kernel/time.js';

/** How far ahead of our clock a sender's clock may be. */
const clockSkew = 5 * minute;

/** Stands in a source's list for every type that needs no registration by name. */
const runtimeTypes = 'runtime';

/**
 * The rules beyond the schema: who may say what, for which tenant, when. Cheapest first; the first broken one is told.
 * @param at JSON pointer of the event from the body's root.
 * @returns the registered source the event is attributed to.
 * @throws Refusal with the code of the broken rule.
 */
export function checkRules(
  { name, event }: { name: EventName; event: EvidenceEvent },
  tenant: Tenant,
  receivedAt: Millis,
  at: string,
): Source {
  if (event.tenantid !== undefined && event.tenantid !== tenant.tenantId)
    throw new Refusal('tenant_mismatch', 'tenantid is not the tenant that was addressed', {
      pointer: `${at}/tenantid`,
    });
  checkTime(event.time, receivedAt, tenant.settings.retentionDays, at);
  if (serviceOnlyEvents.has(name))
    throw new Refusal('reserved_type', 'only the service writes this type', { pointer: `${at}/type` });
  return checkSource({ name, event }, sourceOf(tenant, event.source, at), at);
}

function checkTime(time: string, receivedAt: Millis, retentionDays: number, at: string): void {
  const ms = millisOf(time);
  const pointer = `${at}/time`;
  if (ms > receivedAt + clockSkew)
    throw new Refusal('time_in_future', 'time lies more than five minutes ahead', { pointer });
  if (ms < receivedAt - retentionDays * day)
    throw new Refusal('time_too_old', `time lies more than ${retentionDays} days back`, { pointer });
}

/** The registered source with that `source` attribute. @throws Refusal `unknown_source`. */
export function sourceOf(tenant: Tenant, uri: string, at: string): Source {
  const source = uri === serviceUri ? undefined : tenant.sources.find((s) => s.uri === uri);
  if (source === undefined)
    throw new Refusal('unknown_source', 'no source is registered under this uri', {
      pointer: `${at}/source`,
    });
  return source;
}

/** Whether two people agreed that nothing is to come from this source any more. It stays so: what it sent is told from it. */
export const isRetired = ({ retired }: Source): boolean => retired !== undefined;

function checkSource(
  { name, event }: { name: EventName; event: EvidenceEvent },
  source: Source,
  at: string,
): Source {
  // By receipt, whatever time the event claims: a key of a source that is gone may be in anybody's hands.
  if (isRetired(source))
    throw new Refusal('source_retired', 'the source is retired and sends nothing any more', {
      pointer: `${at}/source`,
    });
  const wildcard = source.eventTypes.includes(runtimeTypes) && !registeredSourceEvents.has(name);
  if (!wildcard && !source.eventTypes.includes(name))
    throw new Refusal('type_not_registered', 'the source is not registered for this type', {
      pointer: `${at}/type`,
    });
  checkEnvironment(event.environment, source, at);
  return source;
}

/**
 * An event that names no environment is taken where nothing has to be guessed: from a source of one environment, whose
 * it is, or of all, which is held to none.
 */
function checkEnvironment(named: Environment | undefined, { environments }: Source, at: string): void {
  const pointer = `${at}/environment`;
  if (named === undefined) {
    const certain = environments.length === 1 || environments.length === environmentSchema.options.length;
    if (!certain)
      throw new Refusal('environment_not_registered', 'name the environment: the source has several', {
        pointer,
      });
  } else if (!environments.includes(named))
    throw new Refusal('environment_not_registered', 'the source is not registered for this environment', {
      pointer,
    });
}

/** The lower of what the source is registered for and what the sender claims: a claim can never raise it. */
export const provenanceOf = (source: Source, event: EvidenceEvent): Provenance =>
  source.provenance === 'live' && event.provenance !== 'sample' ? 'live' : 'sample';
