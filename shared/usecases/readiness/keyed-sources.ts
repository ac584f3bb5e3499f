import { isRetired } from '../../core/ingest/rules.js';
import type { Source, Tenant } from '../../../schemas/tenant.js';

/** Live sources that sign and are not retired: each is a connector that must be proven over its real path. */
export const keyedSources = ({ sources }: Pick<Tenant, 'sources'>): Source[] =>
  sources.filter((source) => source.provenance === 'live' && source.keys.length > 0 && !isRetired(source));
