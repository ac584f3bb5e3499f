import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { context, thinMonth } from './fixtures.js';
import { longMonth } from './registers.js';

const compiled = new URL('../../dist/shared/adapters/render/renderer.js', import.meta.url);

// Run by plain node, so that nothing of the test runner stands between the two renderings.
const script = `
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
const { reportRenderer } = await import(process.argv[2]);
const { documents, context } = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const digest = (data) => createHash('sha256').update(data).digest('hex');
for (const document of documents) {
  for (const format of ['pdf', 'html', 'xlsx', 'csv', 'md', 'json', 'jsonl']) console.log(format, digest((await reportRenderer.render(format, document, context)).bytes));
  const files = [{ name: 'report.md', bytes: (await reportRenderer.render('md', document, context)).bytes }];
  console.log('zip', digest(await reportRenderer.pack(files)));
  console.log('mail', digest(JSON.stringify(await reportRenderer.mail(document, context, { attachmentName: 'report.pdf' }))));
}`;

describe('rendering', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aispm-render-'));
    await writeFile(join(folder, 'render.mjs'), script);
    const documents = [longMonth(60), thinMonth()];
    await writeFile(join(folder, 'input.json'), JSON.stringify({ documents, context }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = async (env: Record<string, string>) => {
    const args = [join(folder, 'render.mjs'), compiled.href, join(folder, 'input.json')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
    return stdout;
  };

  it('gives equal bytes in every format in two processes with another zone and another language', async () => {
    expect(existsSync(compiled), 'the project must be built first: npm run build').toBe(true);
    const first = await run({ TZ: 'UTC', LANG: 'C' });
    const second = await run({ TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' });
    expect(first.trim().split('\n')).toHaveLength(18);
    expect(second).toBe(first);
  }, 60_000);
});
