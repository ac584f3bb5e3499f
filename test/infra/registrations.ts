import { readFileSync } from 'node:fs';

import { loadWorker, type RegisteredFunction } from '../../infra/local/host/worker.js';

const root = new URL('../../', import.meta.url);

/**
 * Every function that the built app registers, with its trigger, as a Functions host sees it. The settings of the sample
 * are set while the app loads. Needs `npm run build`.
 */
export async function registrations(): Promise<RegisteredFunction[]> {
  const sample = JSON.parse(readFileSync(new URL('local.settings.sample.json', root), 'utf8')) as {
    Values: Record<string, string>;
  };
  const before = { ...process.env };
  Object.assign(process.env, sample.Values);
  try {
    const said: string[] = [];
    const entry = new URL('dist/functions/index.js', root).pathname;
    const worker = await loadWorker(entry, (_level, _function, message) => said.push(message));
    const found = [...worker.functions.values()];
    await worker.terminate();
    if (found.length === 0) throw new Error(`the app does not load: ${said.join('; ')}`);
    return found;
  } finally {
    process.env = before;
  }
}
