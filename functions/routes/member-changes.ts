import { memberChangeAnswerSchema, memberChangeListSchema } from '../../schemas/answers/tenants.js';
import type { RouteTable } from '../http/route.js';
import { changeRoutes } from './change-routes.js';

const { list, read, approve, reject } = changeRoutes('member-changes', ['approver', 'auditor', 'admin'], {
  thing: 'member',
  shows: 'what the member may do, what it would, and which of that takes two people',
  never: 'who asked for it, nor by who gains by it',
  answer: memberChangeAnswerSchema,
  list: memberChangeListSchema,
});

/** Which roles two people give: asked for by putting the member, decided here. */
export const memberChangeRoutes = {
  listMemberChanges: list,
  readMemberChange: read,
  approveMemberChange: approve,
  rejectMemberChange: reject,
} as const satisfies RouteTable;
