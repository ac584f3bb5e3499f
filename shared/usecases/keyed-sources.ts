import type { Source, Tenant } from '../../schemas/tenant.js';

/** Live sources that sign: each is a connector that must be proven over its real path. */
export const keyedSources = ({ sources }: Pick<Tenant, 'sources'>): Source[] =>
  sources.filter(({ provenance, keys }) => provenance === 'live' && keys.length > 0);
