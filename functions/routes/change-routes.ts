import type { z } from 'zod';

import { changeParamsSchema } from '../../schemas/answers/delivery.js';
import { decideSchema } from '../../schemas/answers/two-person.js';
import type { Role } from '../../schemas/members.js';

/**
 * The routes over requests that wait for a second person, at one place below the tenant. `thing`: what is changed, as a
 * reader would call it; `shows`: what a request shows of it; `never`: by whom it cannot be agreed to.
 */
export function changeRoutes<P extends string, A extends z.ZodType, L extends z.ZodType>(
  place: P,
  roles: readonly [Role, ...Role[]],
  { thing, shows, never, answer, list }: Record<'thing' | 'shows' | 'never', string> & { answer: A; list: L },
) {
  const path = `tenants/{tenantId}/${place}` as const;
  const params = changeParamsSchema;
  const body = decideSchema.optional();
  const access = { roles: ['approver', 'admin'] } as const;
  const answers = { 200: { description: 'The change as it stands.', schema: answer } } as const;
  return {
    list: {
      method: 'GET',
      path,
      access: { roles },
      summary: `Changes of ${thing}s that wait for a second person, and those decided last, newest first.`,
      answers: { 200: { description: 'At most a hundred.', schema: list } },
    },
    read: {
      method: 'GET',
      path: `${path}/{changeId}`,
      access: { roles },
      summary: `A change of a ${thing}: ${shows}.`,
      params,
      answers,
    },
    approve: {
      method: 'POST',
      path: `${path}/{changeId}/approve`,
      access,
      summary: `Agree to exactly this change, which is in force from then on. Never by ${never}.`,
      params,
      body,
      answers,
      problems: ['conflict', 'separation_of_duties'],
    },
    reject: {
      method: 'POST',
      path: `${path}/{changeId}/reject`,
      access,
      summary: `Refuse a change of a ${thing}, or withdraw one’s own.`,
      params,
      body,
      answers,
      problems: ['conflict'],
    },
  } as const;
}
