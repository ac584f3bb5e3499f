// Writes schemas/openapi.json from the table of routes; with --check it only compares. Reads the compiled app, so build first.
import console from 'node:console';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from '../../dist/functions/openapi.js';
import { routes } from '../../dist/functions/routes.js';

const root = new URL('../../', import.meta.url);
const file = new URL('schemas/openapi.json', root);
const options = (await resolveConfig(new URL('package.json', root).pathname)) ?? {};
const text = await format(JSON.stringify(openApiDocument(routes)), { ...options, parser: 'json' });
const current = existsSync(file) ? readFileSync(file, 'utf8') : null;

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (current !== text) {
  console.error('schemas/openapi.json: not current, run npm run generate');
  process.exitCode = 1;
}
console.log(`${routes.length} routes`);
