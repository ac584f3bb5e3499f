import { readChangeFeed, type ChangeFeed } from './change-feed.js';
import type { HostExtension } from './extension.js';
import { byPrecedence, conflictOf, parseRoute, type Route } from './route.js';
import type { Settings } from './settings.js';
import { readTimer, type Timer } from './timer.js';
import type { RegisteredFunction, WorkerLog } from './worker.js';

export type Index = {
  functions: Map<string, RegisteredFunction>;
  routes: Route[];
  timers: Map<string, Timer>;
  changeFeeds: Map<string, ChangeFeed>;
  /** Why the whole host cannot run; empty when it can. */
  errors: string[];
};

/**
 * Decides which registrations run, as the real host's indexing does: a function that cannot run is left out with an
 * error in the log, and the others run. Names that differ only in case stop the whole host.
 * A trigger or output binding that nothing here drives is such an error, never ignored.
 */
export function indexFunctions(
  registered: Iterable<RegisteredFunction>,
  settings: Settings,
  extensions: readonly HostExtension[],
  log: WorkerLog,
): Index {
  const index: Index = {
    functions: new Map(),
    routes: [],
    timers: new Map(),
    changeFeeds: new Map(),
    errors: [],
  };
  const names = new Map<string, string>();
  for (const one of registered) {
    const twin = names.get(one.name.toLowerCase());
    if (twin !== undefined)
      index.errors.push(`The functions '${twin}' and '${one.name}' differ only in case.`);
    names.set(one.name.toLowerCase(), one.name);
    try {
      indexOne(one, index, settings, extensions);
      index.functions.set(one.name, one);
    } catch (error) {
      log('error', one.name, `The '${one.name}' function is in error: ${(error as Error).message}`);
    }
  }
  index.routes.sort(byPrecedence);
  for (const error of index.errors) log('error', '', error);
  if (index.errors.length > 0) index.functions.clear();
  return index;
}

function indexOne(
  registered: RegisteredFunction,
  index: Index,
  settings: Settings,
  extensions: readonly HostExtension[],
): void {
  const { name, trigger } = registered;
  if (!/^[a-z][a-z0-9_-]{0,127}$/i.test(name)) throw new Error(`'${name}' is not a valid function name.`);
  for (const binding of Object.values(registered.bindings)) {
    if (binding.direction === 'out' && binding.type.toLowerCase() !== 'http') {
      throw new Error(`The local host does not drive the output binding '${binding.type}'.`);
    }
  }
  switch (trigger.type.toLowerCase()) {
    case 'httptrigger':
      index.routes.push(routeOf(registered, index.routes));
      return;
    case 'timertrigger':
      index.timers.set(name, readTimer(trigger, settings));
      return;
    case 'cosmosdbtrigger':
      index.changeFeeds.set(name, changeFeedOf(registered, index.changeFeeds, settings));
      return;
    case 'eventgridtrigger':
      return;
    default:
      if (extensions.some((extension) => extension.claims(trigger))) return;
      throw new Error(`The local host does not drive the trigger '${trigger.type}'.`);
  }
}

function routeOf({ name, trigger }: RegisteredFunction, routes: readonly Route[]): Route {
  const template = typeof trigger.route === 'string' && trigger.route !== '' ? trigger.route : name;
  const methods = Array.isArray(trigger.methods) ? trigger.methods.map(String) : ['GET', 'POST'];
  const route = parseRoute(name, template, methods);
  const other = conflictOf(route, routes);
  if (other) throw new Error(`The route '${template}' and a method are already taken by '${other.name}'.`);
  return route;
}

// Two feeds over the same leases would each see a part of the changes only.
function changeFeedOf(
  { trigger }: RegisteredFunction,
  others: ReadonlyMap<string, ChangeFeed>,
  settings: Settings,
): ChangeFeed {
  const feed = readChangeFeed(trigger, settings);
  const leasesOf = (one: ChangeFeed): string =>
    JSON.stringify([one.leaseConnection, one.leaseDatabase, one.leaseContainer, one.leasePrefix]);
  const twin = [...others].find(
    ([, other]) => leasesOf(other) === leasesOf(feed) && other.container === feed.container,
  );
  if (twin) throw new Error(`'${twin[0]}' has the same leases; give each its own leaseContainerPrefix.`);
  return feed;
}
