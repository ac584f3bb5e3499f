import type { Route, RouteTable } from '../http/route.js';
import { archiveRoutes } from './archives.js';
import { changeRoutes } from './changes.js';
import { connectorRoutes } from './connectors.js';
import { consoleRoutes } from './console.js';
import { controlRoutes } from './controls.js';
import { custodyRoutes } from './custody.js';
import { drillRoutes } from './drills.js';
import { deliveriesRoutes } from './deliveries.js';
import { deliveryRoutes } from './delivery.js';
import { evidenceRoutes } from './evidence.js';
import { findingRoutes } from './findings.js';
import { governanceRoutes } from './governance.js';
import { ingestRoutes } from './ingest.js';
import { mailRoutes } from './mail.js';
import { packRoutes } from './packs.js';
import { pipelineRoutes } from './pipelines.js';
import { isolationRoutes } from './isolation.js';
import { journeyRoutes } from './journey.js';
import { memberChangeRoutes } from './member-changes.js';
import { keyRoutes } from './keys.js';
import { inventoryRoutes } from './inventory.js';
import { postureRoutes } from './posture.js';
import { readinessRoutes } from './readiness.js';
import { reportRoutes } from './reports.js';
import { reviewRoutes } from './reviews.js';
import { sampleRoutesOf } from './sample.js';
import { serviceRoutes } from './service.js';
import { settingsChangeRoutes } from './settings-changes.js';
import { sourceChangeRoutes } from './source-changes.js';
import { tenantRoutes } from './tenants.js';
import { waitingRoutes } from './waiting.js';

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
