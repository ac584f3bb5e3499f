import { z } from 'zod';

import { instantSchema } from '../primitives.js';

/** How many, and from where on. The cursor is opaque, and good only for the list and the filters it came from. */
export const pageShape = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Items a page, 1 to 200.' }),
  cursor: z.string().max(2000).optional().meta({ description: 'From the page before.' }),
} as const;
export const pageQuerySchema = z.strictObject(pageShape);

/** Words, of which a list shows what has them all: in a title or name, whole, in any order, capitals or not. */
export const wordsSchema = z
  .string()
  .max(200)
  .regex(/[\p{L}\p{N}]/u, 'a word has letters or digits')
  .optional()
  .meta({ description: 'Only what has all of these words in its name or title: whole words, in any order.' });

/** A past state: what was known at an instant, or up to a position of the log. */
export const pastQuerySchema = z.strictObject({
  asOf: instantSchema.optional().meta({
    description:
      'What was known when this instant was over, judged at it. Not ahead of now. With position: those entries alone, as an answer of that instant named them.',
  }),
  position: z.coerce.number().int().min(0).optional().meta({
    description: 'What the first so many entries of the log say, judged when the last of them came in.',
  }),
});

export const linkSchema = z
  .string()
  .meta({ description: 'Path under /api of the next call on the way to the evidence.' });
export const linksSchema = z.record(z.string(), linkSchema);
export const countSchema = z.int().min(0);

/** Names of the people that an answer mentions, by pseudonym. One who was erased is absent. */
export const namesSchema = z.record(z.string(), z.string());

/** A page of a list. `cursor` is absent on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    cursor: z.string().optional(),
    people: namesSchema.optional(),
    links: linksSchema.optional(),
  });
