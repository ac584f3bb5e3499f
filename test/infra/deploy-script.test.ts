import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * infra/deploy.sh with stand-ins for the tools that reach Azure: they note how they were called and answer as told. What
 * is shown is the order, and what happens when a step fails.
 */

const root = new URL('../../', import.meta.url).pathname;
const run = promisify(execFile);
let folder: string;
/** Of the package, as the script must tell it. */
let digest: string;

/** Answers of `curl`, by address, as the app would give them. */
const curl = `#!/usr/bin/env bash
printf 'curl %s\\n' "$*" >>"$CALLS"
case "$*" in
  *http://*) printf 301 ;;
  *health*) printf '{"status":"up","version":"%s","release":{"name":"r","digest":"%s"}}' "$SERVED" "$BUILD" ;;
  *openapi*) printf 200 ;;
  *) printf '%s' "$WITHOUT_TOKEN" ;;
esac
`;
const az = `#!/usr/bin/env bash
printf 'az %s\\n' "$*" >>"$CALLS"
case "$*" in
  *'functionapp list'*) printf 'func-aispm-x' ;;
  *defaultHostName*) printf 'func-aispm-x.azurewebsites.net' ;;
esac
`;

async function tool(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
}

type Outcome = { code: number; calls: string[]; said: string };

async function deploy(args: readonly string[], given: Record<string, string> = {}): Promise<Outcome> {
  const calls = join(folder, 'calls');
  await writeFile(calls, '');
  const env = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    CALLS: calls,
    SERVED: '9.9.9',
    BUILD: digest,
    WITHOUT_TOKEN: '401',
    AISPM_TOKEN_AUDIENCE: 'api://aispm',
    AISPM_MAIL_DOMAIN: 'aispm.example',
    AISPM_CALLER_RANGE: '203.0.113.0/24',
    AISPM_ALERT_ADDRESS: 'on-call@aispm.example',
    AISPM_DEPLOYER_ADDRESS: '203.0.113.9',
    ...given,
  };
  const { code, said } = await run('bash', [join(root, 'infra/deploy.sh'), ...args], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
  return { code, said, calls: (await readFile(calls, 'utf8')).split('\n').filter(Boolean) };
}

/** Where the first call stands that matches. */
const step = (calls: readonly string[], pattern: RegExp): number =>
  calls.findIndex((call) => pattern.test(call));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aispm-deploy-'));
  await tool('az', az);
  await tool('curl', curl);
  await tool('sleep', '#!/usr/bin/env bash\n');
  await writeFile(join(folder, 'package.json'), '{"version":"9.9.9","release":"c0ffee"}');
  await run('zip', ['-q', '-j', join(folder, 'app.zip'), join(folder, 'package.json')]);
  digest = createHash('sha256')
    .update(await readFile(join(folder, 'app.zip')))
    .digest('hex');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('infra/deploy.sh', () => {
  it('deploys the package, waits for the functions, then makes the subscriptions, then tries the app', async () => {
    const { code, calls } = await deploy(['production', 'package', join(folder, 'app.zip')]);
    expect(code).toBe(0);
    const order = [
      /access-restriction add .*--ip-address 203\.0\.113\.9\/32/,
      /appsettings set .*--settings AISPM_RELEASE= AISPM_RELEASE_DIGEST=$/,
      /config-zip .*app\.zip/,
      new RegExp(`appsettings set .*AISPM_RELEASE=c0ffee AISPM_RELEASE_DIGEST=${digest}$`),
      /function show .*ingestEvidenceEvents/,
      /function show .*receiveDeliveryReports/,
      /deployment group create .*--parameters infra\/events\.bicepparam/,
      /curl .*health/,
      /access-restriction remove/,
    ].map((pattern) => step(calls, pattern));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('shuts the door behind itself, and fails, when the app that answers is not the one deployed', async () => {
    const { code, calls, said } = await deploy(['production', 'package', join(folder, 'app.zip')], {
      SERVED: '9.9.8',
    });
    expect(code).not.toBe(0);
    expect(said).toContain('FAIL  version 9.9.9 answers');
    expect(calls.filter((call) => /access-restriction remove/.test(call))).toHaveLength(2);
  });

  it('fails when what answers is another package of the same version', async () => {
    const { code, said } = await deploy(['production', 'package', join(folder, 'app.zip')], {
      BUILD: 'f'.repeat(64),
    });
    expect(code).not.toBe(0);
    expect(said).toContain('FAIL  it is the package that was deployed');
  });

  it('fails when the app answers somebody without a token', async () => {
    const { code, said } = await deploy(['dev', 'package', join(folder, 'app.zip')], {
      WITHOUT_TOKEN: '200',
    });
    expect(code).not.toBe(0);
    expect(said).toContain('FAIL  evidence needs a token');
  });

  it('changes nothing when it only shows what would change', async () => {
    const { code, calls } = await deploy(['staging', 'preview']);
    expect(code).toBe(0);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^az deployment sub what-if .*main\.staging\.bicepparam/);
  });

  it('refuses to deploy the examples of the parameters where something real is kept', async () => {
    const { code, calls, said } = await deploy(['production', 'resources'], { AISPM_CALLER_RANGE: '' });
    expect(code).not.toBe(0);
    expect(said).toContain('AISPM_CALLER_RANGE');
    expect(calls).toEqual([]);
  });
});
