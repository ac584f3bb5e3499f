import { sampleTenantId } from '../../shared/core/kernel/sample-tenant.js';
import type { Reply } from '../http/route.js';
import { sampleRoutes } from '../routes/all-routes.js';

/** The answer says that it is a sample's, and its links lead on within the sample. */
export function marked({ status, body, headers = {} }: Reply): Reply {
  const shown =
    typeof body === 'object' && !(body instanceof Uint8Array) ? { ...members(body), sample: true } : body;
  return { status, body: shown, headers: { ...headers, 'Aispm-Sample': 'true' } };
}

/** The value with links of the sample; a link that leads to nothing that can be read here is left out. */
function relinked(value: unknown): unknown {
  if (typeof value === 'string') return linkOf(value) ?? value;
  if (Array.isArray(value)) return value.map(relinked);
  return typeof value === 'object' && value !== null ? members(value) : value;
}

function members(value: object | null): Record<string, unknown> {
  const kept = Object.entries(value ?? {}).filter(
    ([, one]) => typeof one !== 'string' || isServed(linkOf(one) ?? one),
  );
  return Object.fromEntries(kept.map(([name, one]) => [name, relinked(one)]));
}

const live = `/api/tenants/${sampleTenantId}`;
const sample = '/api/sample';

const linkOf = (text: string): string | null => {
  const rest = text.startsWith(live) ? text.slice(live.length) : null;
  return rest !== null && /^($|[/?])/.test(rest) ? `${sample}${rest}` : null;
};

const paths = Object.values(sampleRoutes).map(
  ({ path }) => new RegExp(`^/api/${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
);
const isServed = (text: string): boolean =>
  !text.startsWith(`${sample}/`) || paths.some((path) => path.test(text.split('?')[0] ?? ''));
