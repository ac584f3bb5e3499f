import functions from '@azure/functions';

import { answering } from '../../functions/http/http.js';
import { handlers } from '../../functions/posture.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { postureSchema } from '../../schemas/posture.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { LedgerStore } from '../../shared/ports.js';
import { createServices } from '../../shared/services.js';
import type { Account, Charges } from './account.js';
import { tenant } from './admission.bench.js';
import { foldInMemory } from './fold.bench.js';
import { narrow, tenantId } from './workload.js';

/** What one GET of the posture asks of the store. `others` are requests that are not point reads. */
export type PostureRow = {
  events: number;
  pointReads: number;
  others: number;
  requestUnits: number;
  charges: Charges;
};

/** Documents in one transactional batch beside the head. */
const atOnce = 90;

/**
 * Copies what was folded into another store, over what it has, entries excepted: no read of posture ever looks at them.
 */
export async function copy(from: LedgerStore, to: LedgerStore): Promise<void> {
  const found = await from.head();
  if (found === null) throw new Error('nothing was folded');
  const rest: LedgerDocument[] = [];
  for await (const document of from.all()) if (document.id !== 'head') rest.push(document);
  let headETag = (await to.head())?.etag ?? null;
  while (rest.length > 0) {
    const documents = [found.document, ...rest.splice(0, atOnce)];
    const result = await to.commit({ headETag, entries: [], documents, deletes: [] });
    if (result.status !== 'committed') throw new Error(`the copy was ${result.status}`);
    headETag = result.headETag;
  }
}

/** The posture's route with everything behind it, but for the stores, as in production: nothing else is asked. */
function reader(account: Account): () => Promise<string> {
  const nowhere = 'http://127.0.0.1:1';
  const services = createServices({
    AISPM_ENVIRONMENT: 'test',
    COSMOS__accountEndpoint: nowhere,
    COSMOS__accountKey: 'key',
    BLOB__serviceUri: nowhere,
    KEY_VAULT_URI: nowhere,
    KEY_VAULT_TOKEN: 'token',
    MAIL_ENDPOINT: nowhere,
    MAIL_ACCESS_KEY: 'a2V5',
    MAIL_SENDER: 'reports@example.com',
    TOKEN_ISSUER: nowhere,
    TOKEN_AUDIENCE: 'aispm',
    TOKEN_JWKS_URI: nowhere,
  });
  const tokens = memoryTokens({ viewer: { subject: 'viewer-1', roles: ['viewer'], tenants: [tenantId] } });
  const serving = { ...services, stores: account.stores, tokens };
  const answer = answering(serving, 'readPosture', postureRoutes.readPosture, handlers.readPosture);
  return async () => {
    const request = new functions.HttpRequest({
      method: 'GET',
      url: `${nowhere}/api/tenants/${tenantId}/posture`,
      params: { tenantId },
      headers: { authorization: 'Bearer viewer' },
    });
    const { body } = await answer(request, new functions.InvocationContext());
    return typeof body === 'string' ? body : '';
  };
}

/** Reads the posture of a tenant of that many events through its route, token and tenant included. */
export async function postureRead(account: Account, events: number): Promise<PostureRow> {
  const stores = account.stores.open(tenantId);
  await stores.tenant.put(tenant, null);
  await copy((await foldInMemory(events, narrow, 80)).ledger, stores.ledger);
  const ask = reader(account);
  const read = async (): Promise<void> => {
    const { position } = postureSchema.parse(JSON.parse(await ask()));
    if (position < events) throw new Error(`the posture stands at ${position}`);
  };
  // The library asks once what a container looks like.
  await read();
  const { charges, total } = await account.cost(read);
  const count = (wanted: (operation: string) => boolean): number =>
    Object.entries(charges).reduce(
      (sum, [name, { count: n }]) => sum + (wanted(name.split(':')[1] ?? '') ? n : 0),
      0,
    );
  return {
    events,
    pointReads: count((operation) => operation === 'read'),
    others: count((operation) => operation !== 'read'),
    requestUnits: total,
    charges,
  };
}
