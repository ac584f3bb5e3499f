import { z } from 'zod';

import { problems, problemSchema, type ProblemCode } from '../../schemas/problem.js';
import { tenantIdSchema } from '../../schemas/primitives.js';
import { version } from '../../shared/version.js';
import { bodyLimit } from './request.js';
import type { Route } from './route.js';

type Json = Record<string, unknown>;
type NamedRoute = Route & { name: string };

/** Codes that any route can answer, and those that come with a tenant, with parameters, with a JSON body. */
const always: readonly ProblemCode[] = ['internal', 'store_unavailable', 'invalid_request'];
const withTenant: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'not_found', 'too_many_requests'];
const withJson: readonly ProblemCode[] = [
  'empty_body',
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'number_out_of_range',
  'text_not_unicode',
  'too_deep',
  'forbidden_member',
];

/** The OpenAPI 3.1 document of the routes. The same routes give the same document, in the same order. */
export function openApiDocument(routes: readonly NamedRoute[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/${templateOf(route.path)}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'AI security posture management',
      version,
      description:
        'Evidence in, posture, reports and gate decisions out, every number traceable to its evidence.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      responses: Object.fromEntries(
        Object.entries(problems).map(([code, { title }]) => [code, problemResponse(title)]),
      ),
    },
  };
}

/** The path as OpenAPI writes it, which has no sign for a parameter that takes the rest of a path. */
export const templateOf = (path: string): string => path.replace('{*', '{');

function operationOf(route: NamedRoute): Json {
  const access =
    'roles' in route.access
      ? { security: [{ bearer: [] }], 'x-roles': route.access.roles }
      : { security: [], 'x-public': route.access.public };
  return {
    operationId: route.name,
    summary: route.summary,
    ...access,
    parameters: parametersOf(route),
    ...(route.body === undefined ? {} : { requestBody: requestBodyOf(route.body, route.mediaTypes) }),
    responses: { ...answersOf(route), ...problemAnswersOf(route) },
  };
}

function parametersOf(route: Route): Json[] {
  const tenant = 'roles' in route.access ? { tenantId: tenantIdSchema } : {};
  const inPath: [string, z.core.$ZodType][] = Object.entries({ ...tenant, ...route.params?.shape });
  const inQuery: [string, z.core.$ZodType][] = Object.entries(route.query?.shape ?? {});
  return [
    ...inPath.map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: schemaOf(schema, 'input'),
    })),
    ...inQuery.map(([name, schema]) => ({
      name,
      in: 'query',
      required: !isOptional(schema),
      schema: schemaOf(schema, 'input'),
    })),
  ];
}

function requestBodyOf(body: NonNullable<Route['body']>, mediaTypes: readonly string[] = []): Json {
  if (body === 'bytes') {
    const description = `At most ${bodyLimit} bytes.`;
    return { required: true, description, content: Object.fromEntries(mediaTypes.map((type) => [type, {}])) };
  }
  return {
    required: !isOptional(body),
    content: { 'application/json': { schema: schemaOf(body, 'input') } },
  };
}

const answersOf = ({ answers }: Route): Json =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, contentType }]) => {
      if (schema !== undefined)
        return [
          status,
          { description, content: { 'application/json': { schema: schemaOf(schema, 'output') } } },
        ];
      return [
        status,
        { description, ...(contentType === undefined ? {} : { content: { [contentType]: {} } }) },
      ];
    }),
  );

/** One response a status. Where a status has several codes, the description names them; where it is an answer too, both stand. */
function problemAnswersOf(route: Route): Json {
  const codes = new Set([
    ...always,
    ...('roles' in route.access ? withTenant : []),
    ...(route.body === undefined || route.body === 'bytes' ? [] : withJson),
    ...(route.problems ?? []),
  ]);
  const byStatus: Record<number, ProblemCode[]> = {};
  for (const code of codes) (byStatus[problems[code].status] ??= []).push(code);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, named]) => [status, problemAnswer(route, Number(status), named)]),
  );
}

function problemAnswer(route: Route, status: number, codes: readonly ProblemCode[]): Json {
  const answer = route.answers[status];
  const [only] = codes;
  if (answer?.schema === undefined && codes.length === 1) return { $ref: `#/components/responses/${only}` };
  const response = problemResponse(codes.join(', '));
  if (answer?.schema === undefined) return response;
  return {
    description: `${answer.description} Or a problem: ${codes.join(', ')}`,
    content: {
      'application/json': { schema: schemaOf(answer.schema, 'output') },
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    },
  };
}

const problemResponse = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const isOptional = (schema: z.core.$ZodType): boolean => z.safeParse(schema, undefined).success;

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
