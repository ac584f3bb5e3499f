import { minute } from '../../shared/core/kernel/time.js';
import { artifactOf } from '../../shared/usecases/reports/view-report.js';
import { parseEventId, watchPosture } from '../../shared/usecases/posture/watch-posture.js';
import { eventReply } from '../changes.js';
import { artifactReply } from '../reports.js';
import type { RouteHandler } from '../http/route.js';
import type { changeRoutes } from '../routes/changes.js';
import type { reportRoutes } from '../routes/reports.js';
import { marked } from './links.js';

/* Where the sample answers otherwise than a tenant, because it stands still. */

/** A file is read as it lies: of a tenant each retrieval is evidence. */
export const readArtifact: RouteHandler<typeof reportRoutes.readArtifact> = async (
  { params },
  { stores, blobs },
) => artifactReply(params.format, await artifactOf({ stores, blobs }, params.reportId, params.format));

/** Who has seen the sample's posture is told at once that it stands, and asks again after minutes. */
export const streamPosture: RouteHandler<typeof changeRoutes.streamPosture> = async ({ stores, headers }) => {
  const id = headers['last-event-id'];
  const last = id === undefined || id === '' ? null : parseEventId(id);
  const event = await watchPosture({ stores, pause: () => Promise.resolve() }, last, 0);
  const shown = event && { ...event, data: marked({ status: 200, body: event.data }).body };
  return eventReply(shown, 5 * minute);
};
