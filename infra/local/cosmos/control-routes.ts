import type { Container, Resource } from './containers.js';
import { nowSeconds } from './documents.js';
import { control, controlAnswer, header, listAnswer, parseResource } from './http.js';
import type { Incoming, Stores, Work } from './http.js';
import { unsupported } from './problem.js';

/** The account document: one region, reached at the endpoint itself. */
export const accountOf = (endpoint: string): Resource => {
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

const refuseQuery = (incoming: Incoming, what: string): void => {
  if (header(incoming, 'x-ms-documentdb-isquery') !== undefined) throw unsupported(`queries over ${what}`);
};

/** `/dbs`: list and create. */
export function databases({ containers }: Stores, incoming: Incoming): Work {
  if (incoming.method === 'GET')
    return control('', () => listAnswer('Databases', '', containers.listDatabases()));
  if (incoming.method !== 'POST') throw unsupported(`${incoming.method} of databases`);
  refuseQuery(incoming, 'databases');
  return control('', () => controlAnswer(201, containers.createDatabase(parseResource(incoming))));
}

/** `/dbs/{id}`: read and delete. */
export function database({ containers }: Stores, incoming: Incoming, id: string): Work {
  if (incoming.method === 'GET') return control('', () => controlAnswer(200, containers.readDatabase(id)));
  if (incoming.method !== 'DELETE') throw unsupported(`${incoming.method} of a database`);
  return control('', () => {
    containers.deleteDatabase(id);
    return controlAnswer(204);
  });
}

/** `/dbs/{db}/colls`: list and create. */
export function collections({ containers }: Stores, incoming: Incoming, owner: string): Work {
  if (incoming.method === 'GET')
    return control('', () => {
      const rid = String(containers.readDatabase(owner)['_rid']);
      const resources = containers.list(owner).map((c) => c.resource);
      return listAnswer('DocumentCollections', rid, resources);
    });
  if (incoming.method !== 'POST') throw unsupported(`${incoming.method} of containers`);
  refuseQuery(incoming, 'containers');
  const body = parseResource(incoming);
  return control(String(body['id']), () => controlAnswer(201, containers.create(owner, body).resource));
}

/** `/dbs/{db}/colls/{id}`: read, replace and delete. */
export function collection({ containers }: Stores, incoming: Incoming, owner: string, id: string): Work {
  switch (incoming.method) {
    case 'GET':
      return control(id, () => controlAnswer(200, containers.get(owner, id).resource));
    case 'PUT': {
      const body = parseResource(incoming);
      return control(id, () => controlAnswer(200, containers.replace(owner, id, body).resource));
    }
    case 'DELETE':
      return control(id, () => {
        containers.delete(owner, id);
        return controlAnswer(204);
      });
    default:
      throw unsupported(`${incoming.method} of a container`);
  }
}

/** `…/pkranges`: the physical ranges as they are now. */
export const ranges = (container: Container): Work =>
  control(container.id, () => {
    const rest = { _rid: container.rid, status: 'online', _ts: nowSeconds() };
    const list = container.ranges.map((range) => ({ ...range, ...rest }));
    return listAnswer('PartitionKeyRanges', container.rid, list);
  });
