import type { Services } from '../shared/services.js';
import { acknowledgeReview } from '../shared/usecases/reviews/acknowledge.js';
import { listReviews, readReview } from '../shared/usecases/reviews/read-reviews.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { reviewRoutes } from './routes/reviews.js';

export const handlers: RouteHandlers<typeof reviewRoutes> = {
  listReviews: async ({ stores, query, now }) => ({
    status: 200,
    body: await listReviews({ stores, now }, query),
  }),
  readReview: async ({ stores, params, now }, { blobs }) => ({
    status: 200,
    body: await readReview({ stores, blobs, now }, params),
  }),
  acknowledgeReview: async ({ stores, params, body, caller, roles, now }, { blobs, keys, clock }) => {
    const person = { subject: caller.subject, roles };
    await acknowledgeReview({ stores, keys, clock }, params, body.notes, person);
    return { status: 200, body: await readReview({ stores, blobs, now }, params) };
  },
};

/** Registers the routes of reviews. */
export const register = (services: Services): void => serveAll(services, reviewRoutes, handlers);
