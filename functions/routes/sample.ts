import { z } from 'zod';

import type { Answer, PublicRoute, Route, RouteTable } from '../http/route.js';

/*
 * The public sample: every GET of a tenant that a viewer may read, under `sample/` and without a token. Derived, so that a
 * new area of a tenant is in the sample too; what an answer holds beside `sample` is what the tenant's route promises.
 */

const prefix = 'tenants/{tenantId}';

export const sampleNameOf = (name: string): string => `sample${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const isRead = ({ method, path, access }: Route): boolean =>
  method === 'GET' &&
  path.startsWith(prefix) &&
  (!('roles' in access) || access.roles.some((role) => role === 'viewer'));

/** @throws Error for an answer that is no object: it could not be marked. */
export function sampleRoutesOf(areas: readonly RouteTable[]): Readonly<Record<string, PublicRoute>> {
  const all = areas.flatMap((area) => Object.entries(area)).filter(([, route]) => isRead(route));
  return Object.fromEntries(
    all.map(([name, route]) => {
      const { params, path, summary, answers, access: _roles, ...rest } = route;
      const own = params === undefined ? undefined : withoutTenant(params);
      const sample: PublicRoute = {
        ...rest,
        path: `sample${path.slice(prefix.length)}`,
        access: { public: 'static evidence of a tenant that does not exist, in memory, read only' },
        summary: `Of the public sample: ${summary}`,
        ...(own === undefined ? {} : { params: own }),
        answers: Object.fromEntries(
          Object.entries(answers).map(([status, answer]) => [status, marked(name, answer)]),
        ),
        problems: [...new Set([...(rest.problems ?? []), 'not_found', 'too_many_requests'] as const)],
      };
      return [sampleNameOf(name), sample];
    }),
  );
}

type Params = NonNullable<Route['params']>;
const withoutTenant = (params: Params): Params | undefined => {
  const own = Object.entries(params.shape).filter(([name]) => name !== 'tenantId');
  return own.length === 0 ? undefined : z.strictObject(Object.fromEntries(own));
};

function marked(name: string, { schema, ...answer }: Answer): Answer {
  if (schema === undefined) return answer;
  if (!(schema instanceof z.ZodObject)) throw new Error(`an answer of ${name} cannot be marked as sample`);
  return { ...answer, schema: schema.extend({ sample: z.literal(true) }) };
}
