import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { problems } from '../../schemas/problem.js';
import { openApiDocument, templateOf } from '../../functions/http/openapi.js';
import { routes } from '../../functions/routes/all-routes.js';
import { version } from '../../shared/version.js';
import { at } from './desk.js';

const document = openApiDocument(routes);
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

/** Every value below a node that stands under the given member name. */
function under(node: unknown, member: string): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === member ? [value as unknown] : []),
    ...under(value, member),
  ]);
}

describe('the OpenAPI document', () => {
  it('is the one that is committed, and that the service hands out', () => {
    expect(read('schemas/openapi.json')).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('carries the version of the package', () => {
    expect(at(read('package.json'), 'version')).toBe(version);
    expect(at(document, 'info', 'version')).toBe(version);
  });

  it('holds every route of the table and no other', () => {
    const ids = under(document['paths'], 'operationId').map(String);
    expect(ids.sort()).toEqual(routes.map((route) => route.name).sort());
  });

  it('documents every problem code with its status', () => {
    expect(Object.keys(at(document, 'components', 'responses') as object)).toEqual(Object.keys(problems));
    expect(at(document, 'components', 'schemas', 'Problem', 'properties', 'code', 'enum')).toEqual(
      Object.keys(problems),
    );
  });

  it('says of a body that the route reads itself what it may be, and asks for none that is not looked at', () => {
    const contentOf = (path: string): string[] =>
      Object.keys(at(document, 'paths', path, 'post', 'requestBody', 'content') ?? {});
    expect(contentOf('/tenants/{tenantId}/evidence')).toContain('application/cloudevents-batch+json');
    expect(contentOf('/tenants/{tenantId}/readiness/github')).toEqual(['application/json']);
    expect(contentOf('/tenants/{tenantId}/readiness/azure-pipelines')).toEqual([]);
    const unnamed = routes.filter((one) => one.body === 'bytes' && one.mediaTypes === undefined);
    expect(unnamed).toEqual([]);
  });

  it('refers to nothing that it does not hold', () => {
    for (const reference of under(document, '$ref')) {
      const path = String(reference).split('/').slice(1);
      expect([reference, at(document, ...path)]).not.toEqual([reference, undefined]);
    }
  });

  it('writes every schema so that JSON Schema 2020-12 can read it', () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    for (const schema of under(document, 'schema')) {
      if (at(schema, '$ref') !== undefined) continue;
      expect(() => ajv.compile(schema as object)).not.toThrow();
    }
  });
});

describe.each(routes.map((route) => ({ title: `${route.method} ${route.path}`, route })))(
  '$title',
  ({ route }) => {
    const operation = at(document, 'paths', `/${templateOf(route.path)}`, route.method.toLowerCase());

    it('says who may call it', () => {
      if ('roles' in route.access) {
        expect(at(operation, 'security')).toEqual([{ bearer: [] }]);
        expect(at(operation, 'x-roles')).toEqual(route.access.roles);
        for (const status of ['401', '403', '404']) expect(at(operation, 'responses', status)).toBeDefined();
      } else {
        expect(at(operation, 'security')).toEqual([]);
        expect(at(operation, 'x-public')).toBe(route.access.public);
      }
    });

    it('declares each parameter of its path', () => {
      const named = [...templateOf(route.path).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (at(operation, 'parameters') as object[]).filter((p) => at(p, 'in') === 'path');
      expect(declared.map((p) => at(p, 'name')).sort()).toEqual(named.sort());
    });

    it('promises an answer for success and for failure', () => {
      const statuses = Object.keys(at(operation, 'responses') as object);
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      expect(statuses).toEqual(expect.arrayContaining(['500', '503']));
    });
  },
);
