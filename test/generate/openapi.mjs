// Writes schemas/openapi.json and the README's table of routes from the table that registration uses; with --check it only
// compares. Reads the compiled app, so build first.
import console from 'node:console';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from '../../dist/functions/http/openapi.js';
import { routes } from '../../dist/functions/routes/all-routes.js';

const check = process.argv.includes('--check');
const root = new URL('../../', import.meta.url);
const options = (await resolveConfig(new URL('package.json', root).pathname)) ?? {};
const problems = [];

function keep(name, text) {
  const file = new URL(name, root);
  const current = existsSync(file) ? readFileSync(file, 'utf8') : null;
  if (current === text) return;
  if (check) problems.push(`${name}: not current, run npm run generate`);
  else writeFileSync(file, text);
}

const json = JSON.stringify(openApiDocument(routes));
keep('schemas/openapi.json', await format(json, { ...options, parser: 'json' }));

const [begin, end] = ['<!-- routes -->', '<!-- /routes -->'];
const readme = new URL('README.md', root);
if (existsSync(readme)) {
  const text = readFileSync(readme, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from)
    problems.push(`README.md: no place for the routes (${begin} … ${end})`);
  else keep('README.md', `${text.slice(0, from)}\n\n${await table()}\n${text.slice(to)}`);
}

/** One row a route: who may call it, or what protects it without a token. */
async function table() {
  // The sample's rows would repeat those of tenants.
  const sampleRow =
    '| `GET /sample/…` | no token | Every `GET` above that a viewer may read, of the public sample tenant. |';
  const shown = routes.filter(({ path }) => path !== 'sample' && !path.startsWith('sample/'));
  const rows = shown.map(({ method, path, access, summary }) => {
    const who = 'roles' in access ? access.roles.join(', ') : `no token: ${access.public}`;
    return `| \`${method} /${path}\` | ${who} | ${summary.replaceAll('|', '\\|')} |`;
  });
  const text = [
    '| Route under `/api` | Roles | What it does |',
    '| --- | --- | --- |',
    ...rows,
    sampleRow,
  ].join('\n');
  return format(text, { ...options, parser: 'markdown' });
}

for (const problem of problems) console.error(problem);
console.log(`${routes.length} routes, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
