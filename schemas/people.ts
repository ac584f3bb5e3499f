import { z } from 'zod';
import { eventDataSchemas } from './events/types.js';
import { personSchema } from './primitives.js';

/** Paths below a schema that hold a person, as `member/member`, with `*` for any element of an array. */
function pathsOf(schema: unknown, path: readonly string[]): string[] {
  if (schema === personSchema) return [path.join('/')];
  if (schema instanceof z.ZodOptional) return pathsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return pathsOf(schema.element, [...path, '*']);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([member, inner]) => pathsOf(inner, [...path, member]));
  return [];
}

/** Which members of each type's `data` are people. Read from the schemas, so that a new person member cannot be forgotten. */
export const personPaths: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(eventDataSchemas).map(([name, schema]) => [name, new Set(pathsOf(schema, []))]),
);
