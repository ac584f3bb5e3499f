import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { folder } from './folder.js';
import { plantedAddress, plantedPrompt, plantedSecrets } from './planted.js';

/* After the suite: what any app logged in it, read for what must never be in a log. */

const logs = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** What a secret looks like, whichever one it is. */
const shapes: readonly [string, RegExp][] = [
  ['a token', /\bey[\w-]{10,}\.[\w-]{10,}/],
  ['a bearer of something', /\bbearer\s+[\w.~+/-]{12,}/i],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['an account key', /AccountKey=|SharedAccessKey=|\bsig=[\w%]{20,}/],
  ['a mail address', /[\w.+-]+@[\w-]+(\.[\w-]+)+/],
];

/** Planted elsewhere in the suite, each in its own test. */
const alsoPlanted = ['planted-webhook-secret', 'planted-job-token', 'planted-secret', 'ghs_installation'];
const secrets = [
  ...plantedSecrets.map(([, secret]) => secret),
  plantedPrompt,
  plantedAddress,
  ...alsoPlanted,
];

/** The lines that hold it, cut: a finding must not itself be a leak. */
const linesWith = (text: string, holds: (line: string) => boolean): string[] =>
  text
    .split('\n')
    .filter(holds)
    .map((line) => line.slice(0, 200));

/** Parts of a secret as a log might hold it: whole, escaped, encoded, or its telling end. */
const partsOf = (secret: string): string[] => [
  secret.split('\n')[0] ?? secret,
  encodeURIComponent(secret),
  secret.slice(-14),
];

describe('the logs of the whole suite', () => {
  it('are here: of apps within tests and of hosts in processes of their own', () => {
    const lines = logs.flatMap(({ text }) => text.split('\n')).filter((line) => line.startsWith('{'));
    expect(logs.some(({ name }) => name.startsWith('host-'))).toBe(true);
    expect(lines.length).toBeGreaterThan(200);
    const events = new Set(lines.map((line) => /"event":"(\w+)"/.exec(line)?.[1]));
    expect([...events]).toEqual(
      expect.arrayContaining(['evidence_folded', 'access_refused', 'request_failed']),
    );
  });

  it.each(shapes)('hold nothing that looks like %s', (_name, shape) => {
    for (const { text } of logs) expect(linesWith(text, (line) => shape.test(line))).toEqual([]);
  });

  it('hold none of the secrets, addresses and prompts that tests planted', () => {
    for (const secret of secrets)
      for (const part of partsOf(secret))
        for (const { text } of logs) expect(linesWith(text, (line) => line.includes(part))).toEqual([]);
  });

  it('would be caught: each shape finds what it is for', () => {
    const caught = [
      'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0',
      'Bearer abcdefghijklmnop',
      '-----BEGIN PRIVATE KEY-----',
      'AccountKey=x',
      'a@b.example',
    ];
    expect(shapes.map(([, shape], n) => shape.test(`{"detail":"${caught[n]}"}`))).toEqual(
      shapes.map(() => true),
    );
  });
});
