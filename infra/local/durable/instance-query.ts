import { type Instance, isFinished } from './instance.js';

export type Page = { instances: Instance[]; continuationToken?: string };

const statuses = ['Pending', 'Running', 'Suspended', 'Completed', 'Failed', 'Terminated'];

/** The instances that a query asks for. An unknown status is ignored: with no known one, every status counts. */
export function matching(instances: readonly Instance[], query: URLSearchParams): Instance[] {
  const wanted = (query.get('runtimeStatus') ?? '')
    .split(',')
    .map((status) => status.trim())
    .filter((status) => statuses.includes(status));
  const from = instantOf(query, 'createdTimeFrom', -Infinity);
  const to = instantOf(query, 'createdTimeTo', Infinity);
  const prefix = query.get('instanceIdPrefix') ?? '';
  return instances.filter((instance) => {
    const created = Date.parse(instance.createdTime);
    return (
      (wanted.length === 0 || wanted.includes(instance.status)) &&
      created >= from &&
      created <= to &&
      instance.id.startsWith(prefix)
    );
  });
}

/** What a purge by query removes: finished instances only, as one that still runs would be lost unseen. */
export const purgeable = (instances: readonly Instance[], query: URLSearchParams): Instance[] =>
  matching(instances, query).filter(isFinished);

/** One page of at most `top` instances; the token of a page is the last id on it. */
export function pageOf(instances: readonly Instance[], query: URLSearchParams, token: string | null): Page {
  const after = token === null ? '' : Buffer.from(token.trim(), 'base64').toString();
  const rest = instances.filter((instance) => instance.id > after);
  const top = Number(query.get('top') ?? Infinity);
  const page = rest.slice(0, top > 0 ? top : Infinity);
  const last = page.at(-1);
  if (!last || page.length === rest.length) return { instances: page };
  return { instances: page, continuationToken: Buffer.from(last.id).toString('base64') };
}

function instantOf(query: URLSearchParams, name: string, otherwise: number): number {
  const instant = Date.parse(query.get(name) ?? '');
  return Number.isNaN(instant) ? otherwise : instant;
}
