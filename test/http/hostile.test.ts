import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import { a, guarded, openWorld, type NamedRoute, type World } from '../isolation/world.js';
import { at, type Told } from './desk.js';

/*
 * Every route with whatever a client can send in the place of every parameter and of every member of its body. The answer is
 * one the route promises (the desk holds it to that), and never a failure of the service.
 */

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);

type Schema = {
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
};

/** Something of the schema, with every member that it knows: far enough into the handler that a wrong one is met there. */
function sampleOf(schema: Schema): unknown {
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (choice !== undefined) return sampleOf(choice);
  switch (schema.type) {
    case 'string':
      if (schema.format === 'date-time') return '2026-06-20T00:00:00Z';
      if (schema.format === 'uuid') return '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11';
      if (schema.format === 'uri') return 'https://acme.example/x';
      return schema.pattern?.includes('{64}') === true
        ? 'a'.repeat(64)
        : 'abc'.padEnd(schema.minLength ?? 0, 'x');
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: schema.minItems ?? 1 }, () => sampleOf(schema.items ?? {}));
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [name, sampleOf(member)]),
      );
    default:
      return {};
  }
}

const hostile: readonly unknown[] = [
  ...[null, true, -1, 1e308, '', 'abc', 'x'.repeat(5_000), 'a\u001fb', '\ud800', '\u202e'],
  ...['2026-02-30T00:00:00Z', '9999-12-31T23:59:59-23:59', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z'],
  ...['__proto__', '../..', 'f'.repeat(64), [], [null], { a: 1 }],
];

/** Every place of a value, as a path. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [...path, name],
    ...placesIn(member, [...path, name]),
  ]);
}

/** The value with another in one place of it; without that place, where the other is undefined. */
function put(value: unknown, [name, ...rest]: readonly string[], other: unknown): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return other;
  if (Array.isArray(value))
    return value.map((one: unknown, n) => (String(n) === name ? put(one, rest, other) : one));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === name ? put(one, rest, other) : one]),
  );
}

/** What was wrong has its place told, where the body has one. */
const pointersOf = ({ json }: Told): unknown[] => {
  const errors: unknown = at(json, 'errors');
  const listed = Array.isArray(errors) ? errors.map((one) => at(one, 'pointer')) : [];
  return [at(json, 'pointer'), ...listed].filter((one) => one !== undefined);
};

const samples: Readonly<Record<string, object>> = {
  readiness: { target: 'trial', release: 'v1', digest: 'a'.repeat(64), builtAt: '2026-05-01T00:00:00Z' },
};
const roleOf = ({ roles }: (typeof guarded)[number]): string =>
  roles.includes('admin') ? 'admin' : roles[0];
const anyOf = (schema: z.ZodType): string =>
  ['pdf', 'ciso', 'daily', '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11', 'f'.repeat(64), 'some', 'weekly'].find(
    (text) => schema.safeParse(text).success,
  ) ?? 'some';
const paramsOf = ({ params }: NamedRoute): Record<string, string> =>
  Object.fromEntries(Object.entries(params?.shape ?? {}).map(([name, schema]) => [name, anyOf(schema)]));

type Over = { query?: Record<string, string>; params?: Record<string, string>; body?: unknown };
const asker =
  (route: (typeof guarded)[number]) =>
  (over: Over): Promise<Told> =>
    world.ask(route.name, {
      token: `${roleOf(route)}@${a}`,
      ...(route.name === 'streamPosture' ? { query: { wait: '0' } } : {}),
      ...over,
      params: { ...paramsOf(route), ...over.params, tenantId: a },
    });
const bodyOf = ({ name, body }: NamedRoute): unknown =>
  body === undefined || body === 'bytes'
    ? undefined
    : (samples[name] ?? sampleOf(z.toJSONSchema(body, { io: 'input' }) as Schema));

const withParameters = guarded.filter(
  (route) => [...Object.keys(paramsOf(route)), ...Object.keys(route.query?.shape ?? {})].length > 0,
);
it.each(withParameters)('$name answers every value in the place of a parameter', async (route) => {
  const ask = asker(route);
  const given = { body: bodyOf(route) };
  // What is no text in UTF-8 never gets into a path or a query.
  for (const text of hostile.filter((one) => typeof one === 'string' && one.isWellFormed()).map(String)) {
    for (const name of Object.keys(paramsOf(route))) {
      const told = await ask({ params: { [name]: text }, ...given });
      expect([name, text, told.status < 500]).toEqual([name, text, true]);
    }
    for (const name of Object.keys(route.query?.shape ?? {})) {
      const told = await ask({ query: { [name]: text }, ...given });
      expect([name, text, told.status < 500]).toEqual([name, text, true]);
    }
  }
});

const withBody = guarded.filter((route) => bodyOf(route) !== undefined);
it.each(withBody)(
  '$name answers every value in the place of a member, and says where it is wrong',
  async (route) => {
    const ask = asker(route);
    const sample = bodyOf(route);
    for (const path of [...placesIn(sample), []])
      for (const value of [undefined, ...hostile]) {
        const told = await ask({ body: JSON.stringify(put(sample, path, value)) ?? 'null' });
        expect([path, value, told.status < 500]).toEqual([path, value, true]);
        if (at(told.json, 'detail') === 'the body does not match its schema')
          expect(pointersOf(told).length).toBeGreaterThan(0);
      }
  },
);

it('none of it is a failure in the log', () => {
  const failed = world.desk.telemetry.lines.filter(({ event }) => event === 'request_failed');
  expect(failed).toEqual([]);
});
