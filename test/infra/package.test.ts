import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

/*
 * The package as it would be deployed, made by infra/package.sh: what is in it, what is not, and that it starts by itself.
 */

const root = new URL('../../', import.meta.url);
const folder = new URL('.local/package/', root);
const run = promisify(execFile);
const jsonOf = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'));
let files: string[];

beforeAll(async () => {
  await run('bash', [new URL('infra/package.sh', root).pathname], { maxBuffer: 64 * 1024 * 1024 });
  const { stdout } = await run('unzip', ['-Z1', new URL('app.zip', folder).pathname], {
    maxBuffer: 64 * 1024 * 1024,
  });
  files = stdout.split('\n').filter(Boolean);
}, 600_000);

type Lock = {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean; version?: string }>;
};

describe('the package', () => {
  it('holds compiled code, what the host reads, and dependencies: no tests, no stand-ins, no sources', () => {
    const own = files.filter((file) => !file.startsWith('node_modules/'));
    const top = new Set(
      own.map((file) =>
        file
          .split('/')
          .slice(0, file.startsWith('dist/') ? 2 : 1)
          .join('/'),
      ),
    );
    expect([...top].sort()).toEqual([
      'LICENSE',
      'dist/console',
      'dist/functions',
      'dist/schemas',
      'dist/shared',
      'host.json',
      'package.json',
    ]);
    expect(own.filter((file) => /\.(ts|map)$|\btest\b|infra\/|local\.settings|\.env/.test(file))).toEqual([]);
  });

  it('holds every dependency of production, and none that only development needs', () => {
    const { packages } = jsonOf(new URL('package-lock.json', root)) as Lock;
    const shipped = new Set(
      files
        .filter((file) => file.endsWith('/package.json'))
        .map((file) => file.slice(0, -'/package.json'.length)),
    );
    const entries = Object.entries(packages).filter(([path]) => path !== '');
    const missing = entries.filter(
      ([path, { dev, devOptional, optional }]) => !dev && !devOptional && !optional && !shipped.has(path),
    );
    const tooMany = entries.filter(([path, { dev }]) => dev === true && shipped.has(path));
    expect(missing.map(([path]) => path)).toEqual([]);
    expect(tooMany.map(([path]) => path)).toEqual([]);
  });

  it('is small enough to be fetched at a cold start, and says what it is', () => {
    expect(statSync(new URL('app.zip', folder)).size).toBeLessThan(40 * 1024 * 1024);
    const { scripts, devDependencies, main, release } = jsonOf(new URL('app/package.json', folder)) as Record<
      string,
      unknown
    >;
    expect([scripts, devDependencies, main]).toEqual([undefined, undefined, 'dist/functions/index.js']);
    // The commit: what pipelines call the release.
    expect(release).toMatch(/^[0-9a-f]{40}(-dirty)?$/);
  });

  it('comes with digests and a bill of materials that names what is in it', () => {
    const digests = readFileSync(new URL('digests.txt', folder), 'utf8');
    for (const name of ['app.zip', 'sbom.cdx.json']) {
      const digest = createHash('sha256')
        .update(readFileSync(new URL(name, folder)))
        .digest('hex');
      expect(digests).toContain(`${digest}  ${name}`);
    }
    const { components } = jsonOf(new URL('sbom.cdx.json', folder)) as {
      components: { name: string; group?: string }[];
    };
    const named = new Set(
      components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`)),
    );
    const { dependencies } = jsonOf(new URL('package.json', root)) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies).filter((name) => !named.has(name))).toEqual([]);
    expect(['vitest', 'azurite', 'eslint', 'typescript'].filter((name) => named.has(name))).toEqual([]);
  });

  it('starts by itself, telemetry and all, and loads no library of reports before a report', async () => {
    const sample = jsonOf(new URL('local.settings.sample.json', root)) as { Values: Record<string, string> };
    const text = `
      import { Session } from 'node:inspector';
      const session = new Session();
      session.connect();
      const urls = new Set();
      session.on('Debugger.scriptParsed', ({ params }) => urls.add(params.url));
      session.post('Debugger.enable');
      await import(${JSON.stringify(new URL('app/dist/functions/index.js', folder).href)});
      const { openTelemetry } = await import(${JSON.stringify(new URL('app/dist/shared/adapters/open-telemetry.js', folder).href)});
      await openTelemetry({ otlp: 'http://127.0.0.1:9', traceRatio: 1 });
      // Whole before the process ends: a pipe takes only so much at once.
      const told = '\\n' + JSON.stringify([...urls].filter((url) => url.includes('node_modules'))) + '\\n';
      process.stdout.write(told, () => process.exit(0));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', text], {
      env: { PATH: process.env['PATH'] ?? '', ...sample.Values },
      maxBuffer: 64 * 1024 * 1024,
    });
    const urls = JSON.parse(stdout.slice(stdout.lastIndexOf('\n['))) as string[];
    expect(urls.some((url) => url.includes('monitor-opentelemetry'))).toBe(true);
    // Nothing is taken from beside the package, but what `debug` colours with where it finds it.
    const beside = urls.filter((url) => !url.includes('.local/package/app/node_modules/'));
    expect(beside.filter((url) => !/node_modules\/(supports-color|has-flag)\//.test(url))).toEqual([]);
    expect(
      urls.filter((url) =>
        /node_modules\/(pdfkit|fontkit|dejavu|@expo-google|write-excel|csv-stringify|fflate)/.test(url),
      ),
    ).toEqual([]);
  }, 60_000);
});
