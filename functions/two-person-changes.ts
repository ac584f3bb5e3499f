import type { Role } from '../schemas/members.js';
import { waitingKindSchema, type WaitingKind } from '../schemas/answers/waiting.js';
import type { Services } from '../shared/services.js';
import { memberChanges } from '../shared/usecases/tenants/members/change-requests.js';
import { readWaiting } from '../shared/usecases/governance/read-waiting.js';
import { settingsChanges } from '../shared/usecases/tenants/settings/change-requests.js';
import { sourceChanges } from '../shared/usecases/tenants/sources/change-requests.js';
import { changeHandlers } from './http/change-handlers.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { controlRoutes } from './routes/controls.js';
import { deliveryRoutes } from './routes/delivery.js';
import { governanceRoutes } from './routes/governance.js';
import { journeyRoutes } from './routes/journey.js';
import { keyRoutes } from './routes/keys.js';
import { reportRoutes } from './routes/reports.js';
import { waitingRoutes } from './routes/waiting.js';
import { memberChangeRoutes } from './routes/member-changes.js';
import { settingsChangeRoutes } from './routes/settings-changes.js';
import { sourceChangeRoutes } from './routes/source-changes.js';

const routes = { ...memberChangeRoutes, ...settingsChangeRoutes, ...sourceChangeRoutes, ...waitingRoutes };
const ofMembers = changeHandlers(memberChanges);
const ofSettings = changeHandlers(settingsChanges);
const ofSources = changeHandlers(sourceChanges);

/** Who sees a kind here is who sees it on its own route. */
const seenBy: Record<WaitingKind, readonly Role[]> = {
  member: memberChangeRoutes.listMemberChanges.access.roles,
  source: sourceChangeRoutes.listSourceChanges.access.roles,
  settings: settingsChangeRoutes.listSettingsChanges.access.roles,
  override: controlRoutes.listOverrides.access.roles,
  limits: governanceRoutes.listAppetiteRequests.access.roles,
  delivery: deliveryRoutes.listDeliveryChanges.access.roles,
  key: keyRoutes.readRotation.access.roles,
  access: journeyRoutes.listGrants.access.roles,
  report: reportRoutes.listReports.access.roles,
};

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
  listWaiting: async ({ document, roles }, own) => {
    const isSeen = (kind: WaitingKind): boolean => seenBy[kind].some((role) => roles.includes(role));
    const kinds = new Set(waitingKindSchema.options.filter(isSeen));
    return { status: 200, body: await readWaiting(own, document.tenant, kinds) };
  },
};

export const register = (services: Services): void => serveAll(services, routes, handlers);
