import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The project's folder. */
export const root = new URL('..', import.meta.url).pathname;

/** Every TypeScript file of the project, as git lists them. */
export const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  // A file deleted but not yet committed is still listed.
  .filter((file) => file !== '' && existsSync(join(root, file)));

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What a file says without its comments. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

/** Specifiers a file imports or re-exports, types and dynamic imports included. */
export function importsOf(file: string): string[] {
  const text = textOf(file);
  const found = [
    ...text.matchAll(/^\s*(?:import|export)[^'"`;]*?from\s*['"]([^'"]+)['"]/gms),
    ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm),
  ];
  return found.map((match) => match[1] ?? '');
}

/** The file that a relative specifier names. */
export const targetOf = (file: string, specifier: string): string =>
  sourceOf(normalize(join(dirname(file), specifier)));
/** The source of a compiled name; a name of something else as it is. */
const sourceOf = (name: string): string => {
  const source = name.replace(/\.js$/, '.ts');
  return existsSync(join(root, source)) || !name.endsWith('.js') ? source : `${source}x`;
};

/** Groups of files that import each other, directly or by way of others (strongly connected components, Tarjan 1972). */
export function circles(): string[][] {
  const all = new Set(files);
  const found: string[][] = [];
  const seen = new Map<string, { index: number; low: number }>();
  const path: string[] = [];
  const visit = (file: string): { index: number; low: number } => {
    const own = { index: seen.size, low: seen.size };
    seen.set(file, own);
    path.push(file);
    const targets = importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => targetOf(file, specifier))
      .filter((target) => all.has(target));
    for (const target of targets) {
      const before = seen.get(target);
      if (before === undefined) own.low = Math.min(own.low, visit(target).low);
      else if (path.includes(target)) own.low = Math.min(own.low, before.index);
    }
    if (own.low === own.index) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) found.push(circle.sort());
    }
    return own;
  };
  for (const file of files) if (!seen.has(file)) visit(file);
  return found;
}
