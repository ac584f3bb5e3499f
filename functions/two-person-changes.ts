import type { Services } from '../shared/services.js';
import { memberChanges } from '../shared/usecases/members/change-requests.js';
import { sourceChanges } from '../shared/usecases/sources/change-requests.js';
import { changeHandlers } from './change-handlers.js';
import { serveAll } from './http.js';
import type { RouteHandlers } from './route.js';
import { memberChangeRoutes } from './routes/member-changes.js';
import { sourceChangeRoutes } from './routes/source-changes.js';

const routes = { ...memberChangeRoutes, ...sourceChangeRoutes };
const ofMembers = changeHandlers(memberChanges);
const ofSources = changeHandlers(sourceChanges);

export const handlers: RouteHandlers<typeof routes> = {
  listMemberChanges: ofMembers.list,
  readMemberChange: ofMembers.read,
  approveMemberChange: ofMembers.approve,
  rejectMemberChange: ofMembers.reject,
  listSourceChanges: ofSources.list,
  readSourceChange: ofSources.read,
  approveSourceChange: ofSources.approve,
  rejectSourceChange: ofSources.reject,
};

export const register = (services: Services): void => serveAll(services, routes, handlers);
