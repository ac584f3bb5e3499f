import type { Services } from '../shared/services.js';
import { memberChanges } from '../shared/usecases/members/change-requests.js';
import { settingsChanges } from '../shared/usecases/settings/change-requests.js';
import { sourceChanges } from '../shared/usecases/sources/change-requests.js';
import { changeHandlers } from './change-handlers.js';
import { serveAll } from './http.js';
import type { RouteHandlers } from './route.js';
import { memberChangeRoutes } from './routes/member-changes.js';
import { settingsChangeRoutes } from './routes/settings-changes.js';
import { sourceChangeRoutes } from './routes/source-changes.js';

const routes = { ...memberChangeRoutes, ...settingsChangeRoutes, ...sourceChangeRoutes };
const ofMembers = changeHandlers(memberChanges);
const ofSettings = changeHandlers(settingsChanges);
const ofSources = changeHandlers(sourceChanges);

export const handlers: RouteHandlers<typeof routes> = {
  listMemberChanges: ofMembers.list,
  readMemberChange: ofMembers.read,
  approveMemberChange: ofMembers.approve,
  rejectMemberChange: ofMembers.reject,
  listSettingsChanges: ofSettings.list,
  readSettingsChange: ofSettings.read,
  approveSettingsChange: ofSettings.approve,
  rejectSettingsChange: ofSettings.reject,
  listSourceChanges: ofSources.list,
  readSourceChange: ofSources.read,
  approveSourceChange: ofSources.approve,
  rejectSourceChange: ofSources.reject,
};

export const register = (services: Services): void => serveAll(services, routes, handlers);
