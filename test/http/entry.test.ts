import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../dist/functions/index.js', import.meta.url));
const good = {
  AISPM_ENVIRONMENT: 'test',
  COSMOS__accountEndpoint: 'http://127.0.0.1:1',
  COSMOS__accountKey: 'key',
  BLOB__serviceUri: 'http://127.0.0.1:1/devstoreaccount1',
  KEY_VAULT_URI: 'http://127.0.0.1:1',
  KEY_VAULT_TOKEN: 'token',
  MAIL_ENDPOINT: 'http://127.0.0.1:1',
  MAIL_ACCESS_KEY: 'a2V5',
  MAIL_SENDER: 'reports@example.com',
  TOKEN_ISSUER: 'http://127.0.0.1:1',
  TOKEN_AUDIENCE: 'aispm',
  TOKEN_JWKS_URI: 'http://127.0.0.1:1/jwks',
};

/** Prints the address of every module that is loaded. */
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }
`)}`;
const loader = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module'; register(${JSON.stringify(hooks)});`,
)}`;

/** Plain Node on the compiled entry, as a worker that has no host. */
const run = (env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...env, PATH: process.env['PATH'] ?? '' }, timeout: 20_000 };
    execFile(process.execPath, ['--import', loader, entry], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr }),
    );
  });

describe('the compiled entry', () => {
  it('loads in plain Node, and no store, identity or report library with it', async () => {
    const { code, stdout, stderr } = await run(good);
    expect([code, stderr.includes('Error')]).toEqual([0, false]);
    expect(stdout).toContain(pathToFileURL(entry).href);
    const heavy =
      /node_modules\/(@azure\/(cosmos|storage-blob|identity|communication-email|keyvault-secrets)|pdfkit)\//;
    expect(stdout.split('\n').filter((url) => heavy.test(url))).toEqual([]);
  });

  it('ends with one error that names every bad setting, and shows none of their values', async () => {
    const { AISPM_ENVIRONMENT: _missing, ...rest } = good;
    const { code, stderr } = await run({ ...rest, MAIL_SENDER: 'not-an-address' });
    expect(code).toBe(1);
    expect(stderr).toContain('ConfigurationError');
    expect(stderr).toContain('AISPM_ENVIRONMENT');
    expect(stderr).toContain('MAIL_SENDER');
    expect(stderr).not.toContain('not-an-address');
  });
});
