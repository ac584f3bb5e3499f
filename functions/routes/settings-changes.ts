import { settingsChangeAnswerSchema, settingsChangeListSchema } from '../../schemas/answers/tenants.js';
import type { RouteTable } from '../http/route.js';
import { changeRoutes } from './change-routes.js';
import { readers } from './readers.js';

const { list, read, approve, reject } = changeRoutes('settings-changes', readers, {
  thing: 'standard',
  shows: 'what the tenant is held to, what it would be, and which of that asks less of it',
  never: 'who asked for it',
  answer: settingsChangeAnswerSchema,
  list: settingsChangeListSchema,
});

/** What holds a tenant to less is changed by two people: asked for by putting its settings, decided here. */
export const settingsChangeRoutes = {
  listSettingsChanges: list,
  readSettingsChange: read,
  approveSettingsChange: approve,
  rejectSettingsChange: reject,
} as const satisfies RouteTable;
