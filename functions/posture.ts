import { millisOf, second } from '../shared/core/kernel/time.js';
import type { Services } from '../shared/services.js';
import { readControl } from '../shared/usecases/posture/read-controls.js';
import { listFindings, readFinding } from '../shared/usecases/posture/read-findings.js';
import { readControls, readPosture } from '../shared/usecases/posture/read-posture.js';
import { readTrend } from '../shared/usecases/posture/read-trend.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { postureRoutes } from './routes/posture.js';

export const handlers: RouteHandlers<typeof postureRoutes> = {
  readPosture: async ({ stores, query, now }, { blobs, scratchLedger: scratch, telemetry }) => {
    const body = await readPosture({ stores, blobs, scratch }, query, now);
    const past = query.asOf !== undefined || query.position !== undefined;
    // An empty log has no age.
    if (!past && body.position > 0)
      telemetry.measure('aispm.posture.age', Math.max(0, now - millisOf(body.asOf)) / second, {});
    return { status: 200, body };
  },
  readTrend: async ({ stores, query, now }) => ({ status: 200, body: await readTrend(stores, query, now) }),
  listControls: async ({ stores, query, now }, { blobs, scratchLedger: scratch }) => ({
    status: 200,
    body: await readControls({ stores, blobs, scratch }, query, now),
  }),
  readControl: async ({ stores, params, query }) => ({
    status: 200,
    body: await readControl(stores, params.controlId, query),
  }),
  listFindings: async ({ stores, query }, { keys }) => ({
    status: 200,
    body: await listFindings({ stores, keys }, query),
  }),
  readFinding: async ({ stores, params }) => ({
    status: 200,
    body: await readFinding(stores, params.findingId),
  }),
};

export const register = (services: Services): void => serveAll(services, postureRoutes, handlers);
