// Fills the README's table of settings from the code (openapi.mjs fills that of routes). With --check it only compares.
// Reads the compiled app, so build first.
import console from 'node:console';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';
import { settings } from '../../dist/shared/configuration.js';

const check = process.argv.includes('--check');
const file = new URL('../../README.md', import.meta.url);

const row = (...cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => '---')), ...rows].join('\n');

const blocks = {
  settings: table(
    ['setting', 'needed', 'what for'],
    settings.map(({ name, needed, purpose }) => row(`\`${name}\``, needed ? 'yes' : 'no', purpose)),
  ),
};

const before = readFileSync(file, 'utf8');
let after = before;
for (const [name, text] of Object.entries(blocks)) {
  const marked = new RegExp(`<!-- ${name} -->\\n(?:[\\s\\S]*?<!-- /${name} -->\\n)?`);
  if (!marked.test(after)) throw new Error(`README.md has no place for ${name}`);
  after = after.replace(marked, () => `<!-- ${name} -->\n\n${text}\n\n<!-- /${name} -->\n`);
}

if (after === before) process.exit(0);
if (check) {
  console.error('README.md: its tables are not current, run npm run generate');
  process.exit(1);
}
writeFileSync(file, after);
