import { eventDataSchemas, serviceOnlyEvents } from '../../schemas/events/types.js';
import type { Source, Tenant } from '../../schemas/tenant.js';
import { Refusal } from '../core/kernel/refusal.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from './manage-tenants.js';
import { serviceSource } from './record.js';

type Member = Tenant['members'][number];

/** Names that a source can be registered for: what senders may say, and `runtime` for all that needs no registration. */
const postable = new Set<string>([
  'runtime',
  ...Object.keys(eventDataSchemas).filter((name) => ![...serviceOnlyEvents].some((own) => own === name)),
]);

/**
 * Registers a source of evidence, or changes what is registered under its id: a trust root, since keys come with it.
 * @throws Refusal `invalid_request` for a name or type that only the service has; `conflict` for a uri that another source has.
 */
export async function putSource(deps: TenantDeps, source: Source, actor: string): Promise<ChangeAnswer> {
  if (source.id === serviceSource.id || source.uri === serviceSource.uri)
    throw new Refusal('invalid_request', 'this source is the service itself');
  const unknown = source.eventTypes.findIndex((name) => !postable.has(name));
  if (unknown >= 0)
    throw new Refusal('invalid_request', 'no sender can be registered for this event type', {
      pointer: `/eventTypes/${unknown}`,
    });
  return changeTenant(deps, {
    change: 'source',
    subject: source.id,
    actor,
    apply: (tenant) => {
      if (tenant.sources.some((other) => other.uri === source.uri && other.id !== source.id))
        throw new Refusal('conflict', 'another source has this uri', { pointer: '/uri' });
      return {
        ...tenant,
        sources: within(
          100,
          'sources',
          placed(tenant.sources, source, (one) => one.id),
        ),
      };
    },
  });
}

/** Gives a token subject its roles in the tenant. */
export async function putMember(deps: TenantDeps, member: Member, actor: string): Promise<ChangeAnswer> {
  return changeTenant(deps, {
    change: 'member',
    subject: 'member',
    actor,
    apply: (tenant) => ({
      ...tenant,
      members: within(
        1000,
        'members',
        placed(tenant.members, member, (one) => one.subject),
      ),
    }),
  });
}

/** The list with the element in place of the one that has its key, or at the end. */
function placed<T>(list: readonly T[], element: T, keyOf: (one: T) => string): T[] {
  const known = list.some((one) => keyOf(one) === keyOf(element));
  return known ? list.map((one) => (keyOf(one) === keyOf(element) ? element : one)) : [...list, element];
}

function within<T>(most: number, what: string, list: T[]): T[] {
  if (list.length > most) throw new Refusal('conflict', `a tenant has at most ${most} ${what}`);
  return list;
}
