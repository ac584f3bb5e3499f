import type { Services } from '../shared/services.js';
import { closeArchive } from '../shared/usecases/archive/close-archive.js';
import { archiveFile, archiveView, readArchives } from '../shared/usecases/archive/read-archives.js';
import { recordSignOff } from '../shared/usecases/archive/sign-off.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { archiveRoutes } from './routes/archives.js';

export const handlers: RouteHandlers<typeof archiveRoutes> = {
  readArchives: async ({ stores, params, document }) => ({
    status: 200,
    body: await readArchives(stores, document.tenant, params.period),
  }),
  signOff: async ({ stores, params, body, document, caller, roles }, { keys, clock }) => {
    const person = { subject: caller.subject, roles };
    await recordSignOff({ stores, keys, clock }, document.tenant, params, body, person);
    return { status: 200, body: await readArchives(stores, document.tenant, params.period) };
  },
  closeArchive: async ({ stores, params, body, document, caller }, { blobs, keys, clock, renderer }) => {
    const deps = { stores, blobs, keys, clock, renderer };
    const key = body?.idempotencyKey ?? crypto.randomUUID();
    const record = await closeArchive(deps, document.tenant, params.period, caller.subject, key);
    return { status: 200, body: await archiveView(stores, record) };
  },
  readArchiveFile: async ({ stores, params }, { blobs }) => {
    const { bytes, digest } = await archiveFile({ stores, blobs }, params.period);
    const headers = {
      'Content-Type': 'application/zip',
      ETag: `"${digest}"`,
      'Content-Disposition': `attachment; filename="archive-${params.period}.zip"`,
    };
    return { status: 200, body: bytes, headers };
  },
};

/** Registers the routes of operating archives and their sign-offs. */
export const register = (services: Services): void => serveAll(services, archiveRoutes, handlers);
