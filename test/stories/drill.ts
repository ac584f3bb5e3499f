import { expect } from 'vitest';

import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as findingHandlers } from '../../functions/findings.js';
import { handlers as governanceHandlers } from '../../functions/governance.js';
import { handlers as inventoryHandlers } from '../../functions/inventory.js';
import { handlers as connectorHandlers } from '../../functions/connectors.js';
import { handlers as deliveryHandlers } from '../../functions/deliveries.js';
import { handlers as journeyHandlers } from '../../functions/journey.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { handlers as readinessHandlers } from '../../functions/readiness.js';
import { handlers as reportHandlers } from '../../functions/reports.js';
import type { Route, RouteHandler } from '../../functions/http/route.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { findingRoutes } from '../../functions/routes/findings.js';
import { governanceRoutes } from '../../functions/routes/governance.js';
import { inventoryRoutes } from '../../functions/routes/inventory.js';
import { connectorRoutes } from '../../functions/routes/connectors.js';
import { deliveriesRoutes } from '../../functions/routes/deliveries.js';
import { journeyRoutes } from '../../functions/routes/journey.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { readinessRoutes } from '../../functions/routes/readiness.js';
import { reportRoutes } from '../../functions/routes/reports.js';
import { call, type Desk } from '../http/desk.js';

/* A person who only follows links. */

const served: [string, Route, RouteHandler<Route>][] = [
  [postureRoutes, postureHandlers],
  [inventoryRoutes, inventoryHandlers],
  [findingRoutes, findingHandlers],
  [governanceRoutes, governanceHandlers],
  [evidenceRoutes, evidenceHandlers],
  [reportRoutes, reportHandlers],
  [readinessRoutes, readinessHandlers],
  [deliveriesRoutes, deliveryHandlers],
  [connectorRoutes, connectorHandlers],
  [journeyRoutes, journeyHandlers],
].flatMap(([routes, handlers]) =>
  Object.entries(routes as Record<string, Route>).map(
    ([name, route]): [string, Route, RouteHandler<Route>] => [
      name,
      route,
      (handlers as Record<string, RouteHandler<Route>>)[name] as RouteHandler<Route>,
    ],
  ),
);

export type Drill = { calls: () => number; get: (link: unknown) => Promise<unknown> };

/** Follows links of answers as a viewer, and counts the calls. */
export function drillInto(desk: Desk): Drill {
  let calls = 0;
  return {
    calls: () => calls,
    async get(link: unknown): Promise<unknown> {
      calls += 1;
      const url = new URL(String(link), 'http://127.0.0.1');
      const path = url.pathname.replace(/^\/api\//, '').split('/');
      const found = served.find(([, route]) => {
        const steps = route.path.split('/');
        return (
          route.method === 'GET' &&
          steps.length === path.length &&
          steps.every((step, i) => step.startsWith('{') || step === path[i])
        );
      });
      if (found === undefined) throw new Error(`no route serves ${String(link)}`);
      const [name, route, handler] = found;
      const params = Object.fromEntries(
        route.path
          .split('/')
          .flatMap((step, i) => (step.startsWith('{') ? [[step.slice(1, -1), path[i] ?? '']] : [])),
      );
      const query = Object.fromEntries(url.searchParams);
      const told = await call(desk, name, route, handler, { token: 'viewer@acme', params, query });
      expect([link, told.status]).toEqual([link, 200]);
      return told.json;
    },
  };
}
