import type { Route, RouteTable } from './route.js';
import { archiveRoutes } from './routes/archives.js';
import { changeRoutes } from './routes/changes.js';
import { connectorRoutes } from './routes/connectors.js';
import { consoleRoutes } from './routes/console.js';
import { controlRoutes } from './routes/controls.js';
import { custodyRoutes } from './routes/custody.js';
import { drillRoutes } from './routes/drills.js';
import { deliveriesRoutes } from './routes/deliveries.js';
import { deliveryRoutes } from './routes/delivery.js';
import { evidenceRoutes } from './routes/evidence.js';
import { findingRoutes } from './routes/findings.js';
import { governanceRoutes } from './routes/governance.js';
import { ingestRoutes } from './routes/ingest.js';
import { mailRoutes } from './routes/mail.js';
import { packRoutes } from './routes/packs.js';
import { pipelineRoutes } from './routes/pipelines.js';
import { isolationRoutes } from './routes/isolation.js';
import { journeyRoutes } from './routes/journey.js';
import { memberChangeRoutes } from './routes/member-changes.js';
import { keyRoutes } from './routes/keys.js';
import { inventoryRoutes } from './routes/inventory.js';
import { postureRoutes } from './routes/posture.js';
import { readinessRoutes } from './routes/readiness.js';
import { reportRoutes } from './routes/reports.js';
import { reviewRoutes } from './routes/reviews.js';
import { sampleRoutesOf } from './routes/sample.js';
import { serviceRoutes } from './routes/service.js';
import { settingsChangeRoutes } from './routes/settings-changes.js';
import { sourceChangeRoutes } from './routes/source-changes.js';
import { tenantRoutes } from './routes/tenants.js';
import { waitingRoutes } from './routes/waiting.js';

/** What is of one tenant, and of the service. The sample's routes follow from these. */
const ownAreas: readonly RouteTable[] = [
  ingestRoutes,
  evidenceRoutes,
  postureRoutes,
  changeRoutes,
  findingRoutes,
  governanceRoutes,
  inventoryRoutes,
  controlRoutes,
  reportRoutes,
  reviewRoutes,
  archiveRoutes,
  mailRoutes,
  drillRoutes,
  deliveryRoutes,
  deliveriesRoutes,
  packRoutes,
  readinessRoutes,
  pipelineRoutes,
  journeyRoutes,
  connectorRoutes,
  custodyRoutes,
  tenantRoutes,
  memberChangeRoutes,
  settingsChangeRoutes,
  sourceChangeRoutes,
  waitingRoutes,
  keyRoutes,
  isolationRoutes,
  serviceRoutes,
  consoleRoutes,
];

export const sampleRoutes = sampleRoutesOf(ownAreas);

/**
 * The HTTP surface, whole: registration, authorisation, OpenAPI and the README's table of roles are made from this. A new
 * area is a file of rows under routes/, named here, and a trigger file that serves it with a handler for each row.
 */
export const areas: readonly RouteTable[] = [...ownAreas, sampleRoutes];

/** Every route with the name of its function, in the order of the areas. */
export const routes: readonly (Route & { name: string })[] = areas.flatMap((area) =>
  Object.entries(area).map(([name, route]) => ({ name, ...route })),
);
