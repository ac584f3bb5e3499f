import { openContainers } from './containers.js';
import { accountOf, collection, collections, database, databases, ranges } from './control-routes.js';
import type { Sql } from './database.js';
import { document, documentFeed } from './document-routes.js';
import { openDocuments } from './documents.js';
import { control, controlAnswer, type Incoming, type Stores, type Work } from './http.js';
import { notFound, unsupported } from './problem.js';

export type Router = (incoming: Incoming) => Work;

/** Understands requests of the REST protocol. What it does not carry is refused by name. */
export function openRouter(sql: Sql, endpoint: () => string): Router {
  const stores: Stores = { sql, containers: openContainers(sql), documents: openDocuments(sql) };
  return (incoming) => {
    const parts = incoming.path.split('/').filter((p) => p !== '');
    const [dbs, db, colls, id, kind, name, ...rest] = parts.map(decodeURIComponent);
    if (dbs === undefined) return control('', () => controlAnswer(200, accountOf(endpoint())));
    if (dbs !== 'dbs') throw unsupported(`the resource '${dbs}'`);
    if (db === undefined) return databases(stores, incoming);
    if (colls === undefined) return database(stores, incoming, db);
    if (colls !== 'colls') throw unsupported(`the resource '${colls}'`);
    if (id === undefined) return collections(stores, incoming, db);
    if (kind === undefined) return collection(stores, incoming, db, id);
    if (rest.length > 0) throw notFound();
    const container = stores.containers.get(db, id);
    if (kind === 'pkranges') return ranges(container);
    if (kind !== 'docs') throw unsupported(`the resource '${kind}'`);
    return name === undefined
      ? documentFeed(stores, incoming, container)
      : document(stores, incoming, container, name);
  };
}
