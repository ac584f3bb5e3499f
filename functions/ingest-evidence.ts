import { Refusal } from '../shared/core/kernel/refusal.js';
import type { Services } from '../shared/services.js';
import { admitHttp } from '../shared/usecases/ingest/admit.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { ingestRoutes } from './routes/ingest.js';

/** A DNS name (RFC 1123), as the handshake asks for; nothing else is echoed. */
const originPattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

export const handlers: RouteHandlers<typeof ingestRoutes> = {
  async ingestEvidence({ document, caller, headers, body, now }, services) {
    const { status, ...receipt } = await admitHttp(services, {
      caller,
      contentType: headers['content-type'] ?? null,
      headers,
      body,
      receivedAt: now,
      tenant: document.tenant,
      allow: (events) => services.limits.events(document.tenant.tenantId, events),
    });
    return { status, body: receipt };
  },

  /**
   * Abuse protection of HTTP 1.1 Web Hooks for Event Delivery, 4.1 and 4.2. Permission to send costs us nothing, for
   * posting needs a token; the callback form is not answered, so that nobody can point us at an address.
   */
  ingestEvidenceHandshake({ headers }) {
    const origin = headers['webhook-request-origin'] ?? '';
    if (!originPattern.test(origin))
      throw new Refusal('invalid_request', 'the header WebHook-Request-Origin names no DNS name');
    const rate = headers['webhook-request-rate'] === undefined ? {} : { 'WebHook-Allowed-Rate': '*' };
    return Promise.resolve({
      status: 200,
      headers: { Allow: 'POST', 'WebHook-Allowed-Origin': origin, ...rate },
    });
  },
};

export const register = (services: Services): void => serveAll(services, ingestRoutes, handlers);
