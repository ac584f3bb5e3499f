import type { Services } from '../shared/services.js';
import { deliveryStatistics, exportDeliveries, searchDeliveries } from '../shared/usecases/delivery/audit.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { deliveriesRoutes } from './routes/deliveries.js';
import { seesRecipients } from './routes/readers.js';

export const handlers: RouteHandlers<typeof deliveriesRoutes> = {
  listDeliveries: async ({ query, roles }, own) => ({
    status: 200,
    body: await searchDeliveries(own, query, seesRecipients(roles)),
  }),
  deliveryStatistics: async ({ query }, own) => ({ status: 200, body: await deliveryStatistics(own, query) }),
  exportDeliveries: async ({ query, document }, own) => ({
    status: 200,
    body: await exportDeliveries(own, document.tenant, query),
    headers: {
      'Content-Type': 'application/jsonl',
      'Content-Disposition': 'attachment; filename="deliveries.jsonl"',
    },
  }),
};

/** Registers the routes of the delivery audit. */
export const register = (services: Services): void => serveAll(services, deliveriesRoutes, handlers);
