// Plain Node loads the built entry as the Functions worker does: every import must resolve, every function register,
// and a bad configuration must name every bad setting. No bundler or test runner stands between.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const entry = new URL('../dist/functions/index.js', import.meta.url).pathname;
const { main } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
assert.equal(new URL(`../${main}`, import.meta.url).pathname, entry, 'package.json names the built entry');

const sample = JSON.parse(readFileSync(new URL('../local.settings.sample.json', import.meta.url), 'utf8'));
const clean = { PATH: process.env.PATH };
const load = (env) => spawnSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(entry)})`], { env, encoding: 'utf8' });

const good = load({ ...clean, ...sample.Values });
assert.equal(good.status, 0, `the app loads with the sample settings: ${good.stderr}`);

const bad = load({ ...clean, ...sample.Values, COSMOS__accountEndpoint: 'nowhere', TOKEN_ISSUER: '' });
assert.notEqual(bad.status, 0, 'a bad configuration refuses to start');
for (const name of ['COSMOS__accountEndpoint', 'TOKEN_ISSUER']) assert.match(bad.stderr, new RegExp(name), `the error names ${name}`);

const version = execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }).trim();
console.log(`smoke: the app loads in plain Node ${version}, and a bad configuration names every bad setting`);
