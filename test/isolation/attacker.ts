import { createHash } from 'node:crypto';

import { routes } from '../../functions/routes/all-routes.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import type { Services } from '../../shared/services.js';
import { at, type Asked, type Told } from '../http/desk.js';
import { tenantNamed } from '../tenants.js';
import { a, b, guarded, openWorld, routeNamed, type World } from './world.js';

export type Attack = {
  world: World;
  /** The services as A's requests meet them. */
  watched: Services;
  /** Strings that B's answers hold and A's do not: ids, names, cursors, links. */
  secrets: string[];
  /** Everything that was opened for B while A asked, and by which route. */
  opened: { what: string; by: string }[];
  ask: (name: string, asked: Asked) => Promise<Told>;
  /** Asks in a second world in the same state, so that neither answer follows from the other. */
  askTwin: (name: string, asked: Asked) => Promise<Told>;
  /** Everything that B has, whole, but for the counts of refused uses of a link to a report of B's. */
  fingerprint: () => Promise<string>;
  /** Those counts. */
  refusedLinks: () => Promise<unknown[]>;
};

export async function openAttack(): Promise<Attack> {
  const [world, twin] = [await openWorld(), await openWorld()];
  const [theirs, ours] = [await crawl(world, b), await crawl(world, a)];
  // The twin is asked the same, so that both are in the same state.
  await crawl(twin, b);
  await crawl(twin, a);
  const opened: Attack['opened'] = [];
  let asking = '';
  const watched = watching(world.desk, (what) => opened.push({ what, by: asking }));
  return {
    world,
    watched,
    secrets: [...theirs].filter((text) => !ours.has(text) && text.length >= 3),
    opened,
    ask: (name, asked) => {
      asking = name;
      return world.ask(name, asked, watched);
    },
    askTwin: (name, asked) => twin.ask(name, asked),
    fingerprint: () => fingerprintOf(world),
    refusedLinks: async () => (await recordsOf(world)).filter(isRefusedLink),
  };
}

/** Notes whoever opens B. */
function watching(services: Services, opened: (what: string) => void): Services {
  const { stores, blobs, keys } = services;
  const note = (tenantId: string, what: string): void => {
    if (tenantId === b) opened(what);
  };
  return {
    ...services,
    stores: { ...stores, open: (id) => (note(id, 'stores'), stores.open(id)) },
    blobs: { open: (id) => (note(id, 'blobs'), blobs.open(id)) },
    keys: {
      ensure: (id) => (note(id, 'ensure'), keys.ensure(id)),
      sign: (id, bytes) => (note(id, 'sign'), keys.sign(id, bytes)),
      macKey: (id) => (note(id, 'macKey'), keys.macKey(id)),
      successor: (id) => (note(id, 'successor'), keys.successor(id)),
      promote: (id, keyId) => (note(id, 'promote'), keys.promote(id, keyId)),
    },
  };
}

/** Every string in what a tenant's own people read there, links followed. */
async function crawl(world: World, tenant: string): Promise<Set<string>> {
  const seen = new Set<string>();
  const asked = new Set<string>();
  const reads = guarded.filter(
    ({ method, path }) => method === 'GET' && !path.includes('{', 'tenants/{tenantId}'.length),
  );
  const queue: [string, Asked][] = [];
  for (const { name, query } of reads) {
    queue.push([name, {}]);
    if (query !== undefined && 'limit' in query.shape) queue.push([name, { query: { limit: '1' } }]);
  }
  for (let next = queue.shift(); next !== undefined && asked.size < 400; next = queue.shift()) {
    const [name, how] = next;
    if (asked.has(canonicalText(next))) continue;
    asked.add(canonicalText(next));
    const role = ['admin', 'auditor', 'viewer'].find((one) => routeNamed(name).access && accepts(name, one));
    const told = await world.ask(name, {
      token: `${role}@${tenant}`,
      ...how,
      params: { tenantId: tenant, ...how.params },
    });
    for (const text of stringsIn(told.json)) {
      seen.add(text);
      const link = linkOf(text);
      if (link !== null && routeNamed(link[0]).method === 'GET') queue.push(link);
    }
  }
  return seen;
}

const accepts = (name: string, role: string): boolean => {
  const { access } = routeNamed(name);
  return 'roles' in access && access.roles.some((one) => one === role);
};

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** The route and the request behind a link that the service gave. */
export function linkOf(text: string): [string, Asked] | null {
  if (!text.startsWith('/api/')) return null;
  const url = new URL(text, 'http://127.0.0.1');
  const steps = url.pathname.slice('/api/'.length).split('/').map(decodeURIComponent);
  for (const { name, path } of routes.filter((route) => route.method === 'GET')) {
    const shape = path.split('/');
    if (shape.length !== steps.length) continue;
    const params: Record<string, string> = {};
    const fits = shape.every((part, n) => {
      const variable = /^\{(\w+)\}$/.exec(part)?.[1];
      if (variable !== undefined) params[variable] = steps[n] ?? '';
      return variable !== undefined || part === steps[n];
    });
    if (fits) return [name, { params, query: Object.fromEntries(url.searchParams) }];
  }
  return null;
}

const recordsOf = async (world: World) =>
  (await world.desk.stores.open(tenantNamed(b)).records.all({ limit: 1000 })).items;
const isRefusedLink = ({ kind, value }: { kind: string; value: unknown }): boolean =>
  kind === 'denied' && typeof value === 'object' && value !== null && 'link' in value;

async function fingerprintOf(world: World): Promise<string> {
  const { stores, blobs } = world.desk;
  const { ledger, evidence, quarantine, tenant } = stores.open(tenantNamed(b));
  const documents = [];
  for await (const document of ledger.all()) documents.push(document);
  return canonicalText([
    documents,
    await ledger.entries(0, 10_000),
    (await evidence.search({ limit: 1000 })).items,
    (await quarantine.list({ limit: 1000 })).items,
    await tenant.get(),
    (await recordsOf(world)).filter((record) => !isRefusedLink(record)),
    await Promise.all(
      (['log', 'reports', 'payloads'] as const).map((one) => blobs.open(tenantNamed(b)).list(one, `${b}/`)),
    ),
  ]);
}

/** Another id of the same form that nobody has. */
export function unknownLike(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  if (/^[0-9a-f]{64}$/.test(text)) return hex;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text)) return text.slice(0, 24) + hex.slice(0, 12);
  return `x${hex.slice(0, Math.max(2, text.length - 1))}`.slice(0, Math.max(3, text.length));
}

/** An answer as A sees it, without the word that A itself sent, and without ids and instants of A's own that are new. */
export function seen({ status, headers, text, json }: Told, sent: string, isRead: boolean): unknown {
  const [plain, coded] = [JSON.stringify(sent).slice(1, -1), encodeURIComponent(sent)];
  const neutral = text.replaceAll(plain, 'SENT').replaceAll(coded, 'SENT');
  const code = at(json, 'code');
  return [status, headers['Content-Type'], isRead || status >= 400 ? neutral : code];
}
