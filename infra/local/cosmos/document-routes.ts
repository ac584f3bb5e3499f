import { readBatch } from './batch-request.js';
import { readFeed } from './change-feed.js';
import type { Container } from './containers.js';
import { MOST_BYTES, type Condition, type Outcome } from './documents.js';
import { control, header, isTrue, parseBody, parseResource } from './http.js';
import type { Answer, Incoming, Stores, Work } from './http.js';
import { parseKeyHeader, type KeyValue } from './partition-key.js';
import { badRequest, tooLarge, unsupported } from './problem.js';
import { answerPlan, answerQuery, readQueryRequest } from './query-request.js';

const conditionOf = (incoming: Incoming): Condition => {
  const ifMatch = header(incoming, 'if-match');
  const ifNoneMatch = header(incoming, 'if-none-match');
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
};

const keyHeader = (incoming: Incoming, container: Container): KeyValue[] | undefined => {
  const text = header(incoming, 'x-ms-documentdb-partitionkey');
  return text === undefined ? undefined : parseKeyHeader(text, container.partitionKey);
};

const requiredKey = (incoming: Incoming, container: Container): KeyValue[] => {
  const key = keyHeader(incoming, container);
  if (!key) throw badRequest('A partition key is required for this operation.', 1001);
  return key;
};

const withSession = (container: Container, answer: Answer): Answer => ({
  ...answer,
  headers: {
    'x-ms-session-token': `0:-1#${container.lsn}`,
    'x-ms-alt-content-path': `dbs/${container.database}/colls/${container.id}`,
    ...answer.headers,
  },
});

const answerOf = (container: Container, outcome: Outcome): Answer =>
  withSession(container, {
    status: outcome.status,
    headers: outcome.etag === undefined ? {} : { etag: outcome.etag },
    ...(outcome.text === undefined ? {} : { body: outcome.text }),
    charge: outcome.charge,
  });

/** `…/docs/{id}`: read, replace and delete. Patch is refused by name. */
export function document({ documents }: Stores, incoming: Incoming, container: Container, id: string): Work {
  const key = requiredKey(incoming, container);
  const base = { container: container.id, partitionKey: key, id };
  const condition = conditionOf(incoming);
  switch (incoming.method) {
    case 'GET':
      return {
        request: { ...base, operation: 'read' },
        run: () => answerOf(container, documents.read(container, key, id, condition)),
      };
    case 'PUT': {
      const body = parseResource(incoming);
      return {
        request: { ...base, operation: 'replace', body },
        run: () =>
          answerOf(container, documents.write(container, { kind: 'replace', key, id, body, ...condition })),
      };
    }
    case 'DELETE':
      return {
        request: { ...base, operation: 'delete' },
        run: () => answerOf(container, documents.write(container, { kind: 'delete', key, id, ...condition })),
      };
    default:
      throw unsupported(`${incoming.method === 'PATCH' ? 'patch' : incoming.method} of a document`);
  }
}

const create = ({ documents }: Stores, incoming: Incoming, container: Container): Work => {
  const body = parseResource(incoming);
  const key = requiredKey(incoming, container);
  const kind = isTrue(incoming, 'x-ms-documentdb-is-upsert') ? 'upsert' : 'create';
  const id = body['id'];
  return {
    request: {
      operation: kind,
      container: container.id,
      partitionKey: key,
      ...(typeof id === 'string' ? { id } : {}),
      body,
    },
    run: () => answerOf(container, documents.write(container, { kind, key, body, ...conditionOf(incoming) })),
  };
};

const batchEntry = (outcome: Outcome, withBody: boolean): string => {
  const etag = outcome.etag === undefined ? '' : `,"eTag":${JSON.stringify(outcome.etag)}`;
  const body = withBody && outcome.text !== undefined ? `,"resourceBody":${outcome.text}` : '';
  return `{"statusCode":${outcome.status},"requestCharge":${outcome.charge}${etag}${body}}`;
};

const batch = ({ documents }: Stores, incoming: Incoming, container: Container): Work => {
  if (!isTrue(incoming, 'x-ms-cosmos-batch-atomic'))
    throw unsupported('bulk requests (batches that are not atomic)');
  if (Buffer.byteLength(incoming.body) > MOST_BYTES) throw tooLarge();
  const key = requiredKey(incoming, container);
  const body = parseBody(incoming);
  const operations = readBatch(body, key, container.partitionKey);
  const minimal = header(incoming, 'prefer') === 'return=minimal';
  return {
    request: { operation: 'batch', container: container.id, partitionKey: key, body },
    run: () => {
      const { status, charge, results } = documents.batch(container, operations);
      const entries = results.map((r, i) => batchEntry(r, !minimal || operations[i]?.kind === 'read'));
      return withSession(container, { status, headers: {}, body: `[${entries.join(',')}]`, charge });
    },
  };
};

const feed = ({ sql }: Stores, incoming: Incoming, container: Container): Work => {
  if (header(incoming, 'a-im') !== 'Incremental Feed')
    throw unsupported('the all-versions-and-deletes change feed');
  const key = keyHeader(incoming, container);
  const since = Date.parse(header(incoming, 'if-modified-since') ?? '');
  const run = (): Answer => {
    const { interval, pageSize } = readQueryRequest(incoming, container);
    const page = readFeed(sql, container, {
      ...(key ? { key } : {}),
      ...(interval ? { interval } : {}),
      continuation: header(incoming, 'if-none-match'),
      since: Number.isNaN(since) ? undefined : Math.floor(since / 1000),
      pageSize,
    });
    const count = page.documents.length;
    const headers = { etag: page.etag, 'x-ms-item-count': String(count) };
    if (count === 0) return withSession(container, { status: 304, headers, charge: page.charge });
    const body = `{"_rid":"${container.rid}","Documents":[${page.documents.join(',')}],"_count":${count}}`;
    return withSession(container, { status: 200, headers, body, charge: page.charge });
  };
  return { request: { operation: 'feed', container: container.id, partitionKey: key ?? [] }, run };
};

const query = ({ sql }: Stores, incoming: Incoming, container: Container, body: unknown): Work => {
  const key = keyHeader(incoming, container);
  return {
    request: { operation: 'query', container: container.id, partitionKey: key ?? [], body },
    run: () => withSession(container, answerQuery(sql, container, incoming, key, body)),
  };
};

/** `…/docs`: the change feed and the list by GET; create, upsert, batch, query and query plan by POST. */
export function documentFeed(stores: Stores, incoming: Incoming, container: Container): Work {
  if (incoming.method === 'GET')
    return header(incoming, 'a-im') === undefined
      ? query(stores, incoming, container, { query: 'SELECT * FROM c' })
      : feed(stores, incoming, container);
  if (incoming.method !== 'POST') throw unsupported(`${incoming.method} of a list of documents`);
  if (isTrue(incoming, 'x-ms-cosmos-is-query-plan-request')) {
    const body = parseBody(incoming);
    return control(container.id, () => answerPlan(container, body));
  }
  if (isTrue(incoming, 'x-ms-documentdb-isquery'))
    return query(stores, incoming, container, parseBody(incoming));
  if (isTrue(incoming, 'x-ms-cosmos-is-batch-request')) return batch(stores, incoming, container);
  return create(stores, incoming, container);
}
