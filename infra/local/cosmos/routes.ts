import type { IncomingHttpHeaders } from 'node:http';
import { readFeed } from './change-feed.js';
import { openContainers, type Container, type Resource } from './containers.js';
import type { Sql } from './database.js';
import { MOST_BYTES, nowSeconds, openDocuments, type Condition, type Outcome } from './documents.js';
import { readBatch } from './batch-request.js';
import type { CosmosRequest } from './faults.js';
import { parseKeyHeader, type KeyValue } from './partition-key.js';
import { badRequest, type CosmosProblem, notFound, tooLarge, unsupported } from './problem.js';
import { readQueryRequest, answerQuery, answerPlan } from './query-request.js';
import { CHARGES } from './request-charge.js';

export type Incoming = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
export type Answer = { status: number; headers: Record<string, string>; body?: string; charge: number };
/** A request that has been understood: what it is, for faults and the tally, and the work itself. */
export type Work = { request: CosmosRequest; run: () => Answer };
export type Router = (incoming: Incoming) => Work;

export const header = (incoming: Incoming, name: string): string | undefined => {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

const parseBody = (incoming: Incoming): unknown => {
  try {
    return JSON.parse(incoming.body);
  } catch {
    throw badRequest('The request body is not JSON.');
  }
};

const parseResource = (incoming: Incoming): Resource => {
  const body = parseBody(incoming);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The request body must be a JSON object.');
  return body as Resource; // as: an object, checked above
};

const conditionOf = (incoming: Incoming): Condition => {
  const ifMatch = header(incoming, 'if-match');
  const ifNoneMatch = header(incoming, 'if-none-match');
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
};

const controlAnswer = (status: number, resource?: Resource): Answer => ({
  status,
  headers: typeof resource?.['_etag'] === 'string' ? { etag: resource['_etag'] } : {},
  ...(resource === undefined ? {} : { body: JSON.stringify(resource) }),
  charge: CHARGES.control,
});

const list = (name: string, rid: string, resources: readonly unknown[]): Answer =>
  controlAnswer(200, { _rid: rid, [name]: resources, _count: resources.length });

const accountOf = (endpoint: string): Resource => {
  const locations = [{ name: 'Local', databaseAccountEndpoint: endpoint }];
  return {
    id: 'stand-in',
    _rid: 'stand-in',
    _self: '',
    _dbs: '//dbs/',
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
  };
};

/** Understands requests of the REST protocol. What it does not carry is refused by name. */
export function openRouter(sql: Sql, endpoint: () => string): Router {
  const containers = openContainers(sql);
  const documents = openDocuments(sql);

  const control = (id: string, run: () => Answer): Work => ({
    request: { operation: 'control', container: id, partitionKey: [] },
    run,
  });

  const withSession = (container: Container, answer: Answer): Answer => ({
    ...answer,
    headers: {
      'x-ms-session-token': `0:-1#${container.lsn}`,
      'x-ms-alt-content-path': `dbs/${container.database}/colls/${container.id}`,
      ...answer.headers,
    },
  });

  const single = (container: Container, outcome: Outcome): Answer =>
    withSession(container, {
      status: outcome.status,
      headers: outcome.etag === undefined ? {} : { etag: outcome.etag },
      ...(outcome.text === undefined ? {} : { body: outcome.text }),
      charge: outcome.charge,
    });

  const keyHeader = (incoming: Incoming, container: Container): KeyValue[] | undefined => {
    const text = header(incoming, 'x-ms-documentdb-partitionkey');
    return text === undefined ? undefined : parseKeyHeader(text, container.partitionKey);
  };

  const requiredKey = (incoming: Incoming, container: Container): KeyValue[] => {
    const key = keyHeader(incoming, container);
    if (!key) throw badRequest('A partition key is required for this operation.', 1001);
    return key;
  };

  const document = (incoming: Incoming, container: Container, id: string): Work => {
    const key = requiredKey(incoming, container);
    const base = { container: container.id, partitionKey: key, id };
    const condition = conditionOf(incoming);
    switch (incoming.method) {
      case 'GET':
        return {
          request: { ...base, operation: 'read' },
          run: () => single(container, documents.read(container, key, id, condition)),
        };
      case 'PUT': {
        const body = parseResource(incoming);
        return {
          request: { ...base, operation: 'replace', body },
          run: () =>
            single(container, documents.write(container, { kind: 'replace', key, id, body, ...condition })),
        };
      }
      case 'DELETE':
        return {
          request: { ...base, operation: 'delete' },
          run: () => single(container, documents.write(container, { kind: 'delete', key, id, ...condition })),
        };
      default:
        throw unsupported(`${incoming.method === 'PATCH' ? 'patch' : incoming.method} of a document`);
    }
  };

  const batch = (incoming: Incoming, container: Container): Work => {
    if (header(incoming, 'x-ms-cosmos-batch-atomic')?.toLowerCase() !== 'true')
      throw unsupported('bulk requests (batches that are not atomic)');
    if (Buffer.byteLength(incoming.body) > MOST_BYTES) throw tooLarge();
    const key = requiredKey(incoming, container);
    const body = parseBody(incoming);
    const operations = readBatch(body, key, container.partitionKey);
    const minimal = header(incoming, 'prefer') === 'return=minimal';
    return {
      request: { operation: 'batch', container: container.id, partitionKey: key, body },
      run: () => {
        const outcome = documents.batch(container, operations);
        const results = outcome.results.map((r, i) => {
          const text = minimal && operations[i]?.kind !== 'read' ? undefined : r.text;
          const etag = r.etag === undefined ? '' : `,"eTag":${JSON.stringify(r.etag)}`;
          const resource = text === undefined ? '' : `,"resourceBody":${text}`;
          return `{"statusCode":${r.status},"requestCharge":${r.charge}${etag}${resource}}`;
        });
        return withSession(container, {
          status: outcome.status,
          headers: {},
          body: `[${results.join(',')}]`,
          charge: outcome.charge,
        });
      },
    };
  };

  const feed = (incoming: Incoming, container: Container): Work => {
    if (header(incoming, 'a-im') !== 'Incremental Feed')
      throw unsupported('the all-versions-and-deletes change feed');
    const key = keyHeader(incoming, container);
    const since = Date.parse(header(incoming, 'if-modified-since') ?? '');
    return {
      request: { operation: 'feed', container: container.id, partitionKey: key ?? [] },
      run: () => {
        const query = readQueryRequest(incoming, container);
        const page = readFeed(sql, container, {
          ...(key ? { key } : {}),
          ...(query.interval ? { interval: query.interval } : {}),
          continuation: header(incoming, 'if-none-match'),
          since: Number.isNaN(since) ? undefined : Math.floor(since / 1000),
          pageSize: query.pageSize,
        });
        const count = page.documents.length;
        return withSession(container, {
          status: count === 0 ? 304 : 200,
          headers: { etag: page.etag, 'x-ms-item-count': String(count) },
          ...(count === 0
            ? {}
            : {
                body: `{"_rid":"${container.rid}","Documents":[${page.documents.join(',')}],"_count":${count}}`,
              }),
          charge: page.charge,
        });
      },
    };
  };

  const query = (incoming: Incoming, container: Container, text: unknown): Work => {
    const key = keyHeader(incoming, container);
    const request: CosmosRequest = {
      operation: 'query',
      container: container.id,
      partitionKey: key ?? [],
      body: text,
    };
    return { request, run: () => withSession(container, answerQuery(sql, container, incoming, key, text)) };
  };

  const documentFeed = (incoming: Incoming, container: Container): Work => {
    if (incoming.method === 'GET')
      return header(incoming, 'a-im') === undefined
        ? query(incoming, container, { query: 'SELECT * FROM c' })
        : feed(incoming, container);
    if (incoming.method !== 'POST') throw unsupported(`${incoming.method} of a list of documents`);
    if (header(incoming, 'x-ms-cosmos-is-query-plan-request')?.toLowerCase() === 'true') {
      const body = parseBody(incoming);
      return control(container.id, () => answerPlan(container, body));
    }
    if (header(incoming, 'x-ms-documentdb-isquery')?.toLowerCase() === 'true')
      return query(incoming, container, parseBody(incoming));
    if (header(incoming, 'x-ms-cosmos-is-batch-request')?.toLowerCase() === 'true')
      return batch(incoming, container);
    const body = parseResource(incoming);
    const key = requiredKey(incoming, container);
    const kind =
      header(incoming, 'x-ms-documentdb-is-upsert')?.toLowerCase() === 'true' ? 'upsert' : 'create';
    const id = body['id'];
    return {
      request: {
        operation: kind,
        container: container.id,
        partitionKey: key,
        ...(typeof id === 'string' ? { id } : {}),
        body,
      },
      run: () => single(container, documents.write(container, { kind, key, body, ...conditionOf(incoming) })),
    };
  };

  const databases = (incoming: Incoming, id: string | undefined): Work => {
    const { method } = incoming;
    if (id === undefined && method === 'GET')
      return control('', () => list('Databases', '', containers.listDatabases()));
    if (id === undefined && method === 'POST') {
      if (header(incoming, 'x-ms-documentdb-isquery')) throw unsupported('queries over databases');
      return control('', () => controlAnswer(201, containers.createDatabase(parseResource(incoming))));
    }
    if (id !== undefined && method === 'GET')
      return control('', () => controlAnswer(200, containers.readDatabase(id)));
    if (id !== undefined && method === 'DELETE')
      return control('', () => {
        containers.deleteDatabase(id);
        return controlAnswer(204);
      });
    throw unsupported(`${method} of databases`);
  };

  const collections = (incoming: Incoming, database: string, id: string | undefined): Work => {
    const { method } = incoming;
    if (id === undefined && method === 'GET')
      return control('', () =>
        list(
          'DocumentCollections',
          String(containers.readDatabase(database)['_rid']),
          containers.list(database).map((c) => c.resource),
        ),
      );
    if (id === undefined && method === 'POST') {
      if (header(incoming, 'x-ms-documentdb-isquery')) throw unsupported('queries over containers');
      const body = parseResource(incoming);
      return control(String(body['id']), () =>
        controlAnswer(201, containers.create(database, body).resource),
      );
    }
    if (id === undefined) throw unsupported(`${method} of containers`);
    if (method === 'GET') return control(id, () => controlAnswer(200, containers.get(database, id).resource));
    if (method === 'PUT')
      return control(id, () =>
        controlAnswer(200, containers.replace(database, id, parseResource(incoming)).resource),
      );
    if (method === 'DELETE')
      return control(id, () => {
        containers.delete(database, id);
        return controlAnswer(204);
      });
    throw unsupported(`${method} of containers`);
  };

  return (incoming) => {
    const parts = incoming.path
      .split('/')
      .filter((p) => p !== '')
      .map(decodeURIComponent);
    const [dbs, database, colls, id, kind, name, ...rest] = parts;
    if (dbs === undefined) return control('', () => controlAnswer(200, accountOf(endpoint())));
    if (dbs !== 'dbs') throw unsupported(`the resource '${dbs}'`);
    if (database === undefined || colls === undefined) return databases(incoming, database);
    if (colls !== 'colls') throw unsupported(`the resource '${colls}'`);
    if (id === undefined || kind === undefined) return collections(incoming, database, id);
    if (rest.length > 0) throw notFound();
    const container = containers.get(database, id);
    if (kind === 'pkranges')
      return control(id, () => {
        const ranges = container.ranges.map((r) => ({
          ...r,
          _rid: container.rid,
          status: 'online',
          _ts: nowSeconds(),
        }));
        return list('PartitionKeyRanges', container.rid, ranges);
      });
    if (kind !== 'docs') throw unsupported(`the resource '${kind}'`);
    return name === undefined ? documentFeed(incoming, container) : document(incoming, container, name);
  };
}

/** The body of an error answer. */
export const problemBody = (problem: CosmosProblem): string =>
  JSON.stringify({ code: problem.code, message: problem.message, ...problem.extra });
