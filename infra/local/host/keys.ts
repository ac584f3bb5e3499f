import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Keys = {
  master: string;
  /** Opens the webhooks of extensions: Event Grid, Durable Functions. */
  system: string;
  /** Opens every function of level `function`. */
  host: string;
  /** Function key by function name. */
  functions: Record<string, string>;
};

export type KeyKind = 'master' | 'system' | 'host' | 'function' | 'wrong' | 'none';

/** Reads the keys of a state folder; what is neither there nor given is generated, and the result is kept. */
export async function loadKeys(
  state: string,
  given: Partial<Keys>,
  functions: Iterable<string>,
): Promise<Keys> {
  const path = join(state, 'keys.json');
  const stored = await readStored(path);
  const keys: Keys = {
    master: given.master ?? stored.master ?? newKey(),
    system: given.system ?? stored.system ?? newKey(),
    host: given.host ?? stored.host ?? newKey(),
    functions: { ...stored.functions, ...given.functions },
  };
  for (const name of functions) keys.functions[name] ??= newKey();
  await mkdir(state, { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return keys;
}

async function readStored(path: string): Promise<Partial<Keys>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<Keys>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`The keys in ${path} cannot be read. Delete the file to have new ones generated.`, {
      cause: error,
    });
  }
}

const newKey = (): string => randomBytes(40).toString('base64url');

/**
 * Which key a request brought. The header wins over the query; of a repeated header the first counts.
 * `functionName` is the function that the request is for: only that one's function key opens it.
 */
export function keyOf(keys: Keys, headers: Headers, query: URLSearchParams, functionName?: string): KeyKind {
  const sent = headers.get('x-functions-key')?.split(',')[0]?.trim() ?? codeIn(query);
  if (sent === undefined) return 'none';
  if (same(sent, keys.master)) return 'master';
  if (same(sent, keys.system)) return 'system';
  if (same(sent, keys.host)) return 'host';
  const functionKeys =
    functionName === undefined ? Object.values(keys.functions) : [keys.functions[functionName]];
  return functionKeys.some((key) => key !== undefined && same(sent, key)) ? 'function' : 'wrong';
}

const codeIn = (query: URLSearchParams): string | undefined =>
  [...query].find(([name]) => name.toLowerCase() === 'code')?.[1];

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether a key opens an HTTP function of this level. A system key opens none. */
export function opens(key: KeyKind, authLevel: unknown): boolean {
  if (authLevel === 'anonymous') return true;
  if (authLevel === 'admin') return key === 'master';
  return key === 'master' || key === 'host' || key === 'function';
}
