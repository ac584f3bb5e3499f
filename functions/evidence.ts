import { tenantIdSchema } from '../schemas/primitives.js';
import { Refusal } from '../shared/core/kernel/refusal.js';
import { originOf } from '../shared/core/kernel/note.js';
import type { Services } from '../shared/services.js';
import { proveConsistency, signCheckpoint } from '../shared/usecases/log/checkpoints.js';
import { withNames } from '../shared/usecases/names.js';
import { readEvidence, readProof, searchEvidence } from '../shared/usecases/posture/read-evidence.js';
import { serveAll } from './http/http.js';
import { seesRecipients } from './routes/readers.js';
import type { RouteHandlers } from './http/route.js';
import { evidenceRoutes } from './routes/evidence.js';

export const handlers: RouteHandlers<typeof evidenceRoutes> = {
  searchEvidence: async ({ stores, document, query }) => ({
    status: 200,
    body: await searchEvidence(stores, query, document.tenant),
  }),
  readEvidence: async ({ stores, params, roles }) => ({
    status: 200,
    body: await readEvidence(stores, params.evidenceId, seesRecipients(roles)),
  }),
  readProof: async ({ stores, params }, { blobs, keys }) => ({
    status: 200,
    body: await readProof({ stores, blobs, keys }, params.evidenceId),
  }),
  readCheckpoint: async ({ stores }, { blobs, keys }) => ({
    status: 200,
    body: await signCheckpoint({ stores, blobs, keys }),
  }),
  readConsistency: async ({ stores, query }, { blobs, keys }) => ({
    status: 200,
    body: await proveConsistency({ stores, blobs, keys }, query.from, query.to),
  }),
  readKeys: async ({ params }, { stores }) => {
    const tenantId = tenantIdSchema.safeParse(params.tenantId);
    const found = tenantId.success ? await stores.document(tenantId.data) : null;
    if (found === null) throw new Refusal('not_found', 'there is no such tenant');
    const { tenantId: name, keys } = found.tenant;
    return { status: 200, body: { tenantId: name, origin: originOf(name), keys } };
  },
  listQuarantine: async ({ stores, query }) => {
    const { limit, cursor } = query;
    const page = await stores.quarantine.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    return { status: 200, body: await withNames(stores.tenant, page) };
  },
};

export const register = (services: Services): void => serveAll(services, evidenceRoutes, handlers);
