import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/* What we build on: pinned, used, and in its place. What is deployed is installed without the development's packages. */

const root = new URL('..', import.meta.url).pathname;
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const { dependencies, devDependencies, scripts } = JSON.parse(textOf('package.json')) as Record<
  'dependencies' | 'devDependencies' | 'scripts',
  Record<string, string>
>;

const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|tsx|js|mjs|css)$/.test(file));
const deployed = sources.filter((file) => /^(schemas|shared|functions)\//.test(file));

/** Whether a file names a package in quotes: imported, resolved for a file in it, or started as a command. */
const names = (file: string, name: string): boolean =>
  new RegExp(`['"\`]${name.replace(/[/.]/g, '\\$&')}(/[^'"\`]*)?['"\`]`).test(textOf(file));

describe('the packages', () => {
  it('are pinned to one version each', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('that are deployed are used by what is deployed, and nothing there uses one of development', () => {
    const used = (name: string): boolean => deployed.some((file) => names(file, name));
    expect(Object.keys(dependencies).filter((name) => !used(name))).toEqual([]);
    expect(Object.keys(devDependencies).filter(used)).toEqual([]);
  });

  it('of development are used by the stand-ins, the tests or a command', () => {
    const rest = sources.filter((file) => !deployed.includes(file));
    const commands = Object.values(scripts).join(' ');
    const unused = Object.keys(devDependencies).filter(
      (name) =>
        !name.startsWith('@types/') &&
        !rest.some((file) => names(file, name)) &&
        !new RegExp(`\\b${name === 'typescript' ? 'tsc' : name}\\b`).test(commands),
    );
    expect(unused).toEqual([]);
  });
});
