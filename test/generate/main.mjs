// Writes schemas/json from the zod schemas and checks schemas/examples against them; with --check it only compares.
// Reads the compiled schemas, so build first.
import console from 'node:console';
import { readFileSync, readdirSync, mkdirSync, writeFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { eventSchemas, eventTypePrefix } from '../../dist/schemas/evidence.js';
import { publishedNames, publishedSchema } from '../../dist/schemas/published.js';

const check = process.argv.includes('--check');
const root = new URL('../../', import.meta.url);
const jsonFolder = new URL('schemas/json/', root);
const examplesFolder = new URL('schemas/examples/', root);
const problems = [];

const schemas = new Map(publishedNames.map((name) => [name, publishedSchema(name)]));
const options = (await resolveConfig(new URL('package.json', root).pathname)) ?? {};
const files = new Map();
for (const [name, schema] of schemas)
  files.set(`${name}.schema.json`, await format(JSON.stringify(schema), { ...options, parser: 'json' }));

mkdirSync(jsonFolder, { recursive: true });
const present = readdirSync(jsonFolder);
for (const name of present.filter((file) => !files.has(file))) {
  if (check) problems.push(`schemas/json/${name}: no schema makes this file`);
  else rmSync(new URL(name, jsonFolder));
}
for (const [name, text] of files) {
  const current = present.includes(name) ? readFileSync(new URL(name, jsonFolder), 'utf8') : null;
  if (current === text) continue;
  if (check) problems.push(`schemas/json/${name}: not current, run npm run generate`);
  else writeFileSync(new URL(name, jsonFolder), text);
}

// What zod says as formats and patterns is checked; unknown keywords would be a mistake of ours.
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
formats.default(ajv);
const examples = readdirSync(examplesFolder).filter((file) => file.endsWith('.json'));
for (const name of schemas.keys())
  if (name.startsWith(eventTypePrefix) && !examples.includes(`${name.slice(eventTypePrefix.length)}.json`))
    problems.push(`schemas/examples: no example for ${name}`);
for (const file of examples) {
  const example = JSON.parse(readFileSync(new URL(file, examplesFolder), 'utf8'));
  const name = `${eventTypePrefix}${file.slice(0, -'.json'.length)}`;
  const schema = schemas.get(name);
  if (schema === undefined || example.type !== name) {
    problems.push(`schemas/examples/${file}: its name is not the type it shows`);
    continue;
  }
  if (!ajv.validate(schema, example))
    problems.push(`schemas/examples/${file}: ${ajv.errorsText(ajv.errors)}`);
  const parsed = eventSchemas[name.slice(eventTypePrefix.length)].safeParse(example);
  if (!parsed.success) problems.push(`schemas/examples/${file}: ${z.prettifyError(parsed.error)}`);
}

for (const problem of problems) console.error(problem);
console.log(`${files.size} schemas, ${examples.length} examples, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
